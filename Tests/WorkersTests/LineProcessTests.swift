import Foundation
import Glibc
import KernelIR
import Testing
import Workers

@Suite("Line process") struct LineProcessTests {
    private let deadline = Duration.seconds(60)

    private func shell(_ script: String) throws -> LineProcess {
        try LineProcess(
            program: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", script], environment: [:],
            directory: URL(fileURLWithPath: "/"))
    }

    @Test("Every request gets its answer, in order and of any length")
    func echoes() async throws {
        let process = try shell("exec /bin/cat")
        for length in [0, 1, 1 << 18, 5] {
            let line = Data(repeating: UInt8(ascii: "a"), count: length)
            #expect(try await process.request(line, deadline: deadline).get().line == line)
        }
    }

    @Test("A child that ends leaves what it wrote to its standard error")
    func ends() async throws {
        let process = try shell("read line; echo \"cannot $line\" >&2; exit 3")
        let result = await process.request(Data("fly".utf8), deadline: deadline)
        #expect(result.failure == .ended(signal: 0, log: "cannot fly"))
        #expect(await process.request(Data(), deadline: deadline).failure == .ended(signal: 0, log: "cannot fly"))
    }

    @Test("What a child said before it ended is its answer, also where it read nothing")
    func lastWords() async throws {
        let pipe = FileManager.default.temporaryDirectory.appendingPathComponent("end-\(UUID())").path
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: pipe) }
        let process = try shell("exec 3>'\(pipe)'; echo done")
        // The pipe ends when the child has, whose socket is closed before.
        let end = open(pipe, O_RDONLY)
        var byte: UInt8 = 0
        #expect(read(end, &byte, 1) == 0)
        close(end)
        #expect(try await process.request(Data(), deadline: deadline).get().line == Data("done".utf8))
        #expect(await process.request(Data(), deadline: deadline).failure == .ended(signal: 0, log: ""))
    }

    @Test("A signal that ended the child is named")
    func signals() async throws {
        let process = try shell("read line; kill -SEGV $$; read line")
        #expect(await process.request(Data(), deadline: deadline).failure == .ended(signal: SIGSEGV, log: ""))
    }

    @Test("A child that is silent is killed at the deadline")
    func silent() async throws {
        let process = try shell("read line; read line")
        let result = await process.request(Data(), deadline: .milliseconds(10))
        #expect(result.failure == .timedOut(seconds: 0.01))
        #expect(await process.request(Data(), deadline: deadline).failure == .ended(signal: SIGKILL, log: ""))
    }

    @Test("A program that is not there is a missing component")
    func missing() {
        let nowhere = URL(fileURLWithPath: "/nonexistent/program")
        #expect {
            _ = try LineProcess(
                program: nowhere, arguments: [], environment: [:], directory: URL(fileURLWithPath: "/"))
        } throws: { error in
            (error as? KernelwrightError)?.code == .missingComponent
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
