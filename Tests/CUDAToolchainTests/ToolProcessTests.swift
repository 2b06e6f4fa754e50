import Foundation
import KernelIR
import Testing

@testable import CUDAToolchain

@Suite("Running programs")
struct ToolProcessTests {
    private func run(
        _ program: String, _ arguments: [String], deadline: Duration = .seconds(30), maximumBytes: Int = 1 << 20
    ) throws -> ToolProcess.Output {
        try ToolProcess(
            program: URL(fileURLWithPath: program), arguments: arguments, environment: ["A": "b c"], deadline: deadline,
            maximumBytes: maximumBytes
        ).run()
    }

    @Test("both outputs and the exit code; no shell reads the arguments")
    func output() throws {
        #expect(try run("/bin/echo", ["$A", "`id`", ";"]).text == "$A `id` ;\n")
        let script = try run("/bin/sh", ["-c", "echo \"$A\"; echo no >&2; exit 3"])
        #expect(script == ToolProcess.Output(exitCode: 3, text: "b c\n", errors: "no\n"))
        #expect(try run("/usr/bin/env", []).text == "A=b c\n")
        #expect(try run("/bin/cat", []).text.isEmpty)
    }

    @Test("a signal is no exit code")
    func signal() throws {
        #expect(try run("/bin/sh", ["-c", "kill -9 $$"]).exitCode == nil)
    }

    @Test(
        "a program that takes too long is ended with its children",
        arguments: ["sleep 600", "sleep 600 & wait", "exec >&- 2>&-; sleep 600"])
    func deadline(script: String) {
        #expect(throws: KernelwrightError.self) {
            try run("/bin/sh", ["-c", script], deadline: .milliseconds(50))
        }
    }

    @Test("a program that says too much is ended")
    func talkative() {
        let error = #expect(throws: KernelwrightError.self) { try run("/bin/cat", ["/dev/zero"], maximumBytes: 1000) }
        #expect(error?.message.contains("more than 1000 bytes") == true)
    }

    @Test("more output than a pipe holds")
    func large() throws {
        let output = try run("/bin/sh", ["-c", "head -c 700000 /dev/zero | tr '\\0' x"])
        #expect(output.text.utf8.count == 700_000)
    }

    @Test("a program that is not there names the command that installs it")
    func absent() {
        let error = #expect(throws: KernelwrightError.self) { try run("/nowhere/nvdisasm", []) }
        #expect(error?.code == .missingComponent)
        #expect(error?.hint == "./kw setup cuda")
    }

    @Test("the private folder is gone afterwards, also after an error")
    func folder() throws {
        let place = FileManager.default.temporaryDirectory
        var seen: [URL] = []
        try TemporaryFolder.with(in: place) { (folder) throws(KernelwrightError) in
            try TemporaryFolder.write([1, 2], to: folder.appendingPathComponent("file"))
            seen.append(folder)
        }
        #expect(throws: KernelwrightError.self) {
            try TemporaryFolder.with(in: place) { (folder) throws(KernelwrightError) in
                seen.append(folder)
                throw KernelwrightError(.badInput, "no")
            }
        }
        #expect(seen.count == 2)
        #expect(seen.allSatisfy { !FileManager.default.fileExists(atPath: $0.path) })
    }
}
