import Foundation
import Testing

@testable import Workers

@Suite("What workers see") struct VisibilityTests {
    private func configuration(_ readable: [String] = []) -> WorkerConfiguration {
        var configuration = WorkerConfiguration(device: "opencl:0", executable: "/usr/bin/true")
        configuration.readableFolders += readable
        return configuration
    }

    @Test("A private folder is hidden, unless one that holds it or lies in it is shown, or a link leads there")
    func hides() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hidden-\(UUID())")
        let inner = folder.appendingPathComponent("cache/expected")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(configuration().hides(inner.path))
        #expect(configuration().hides(inner.path + "/not/yet/made"))
        #expect(!configuration([folder.path]).hides(inner.path))
        #expect(!configuration([inner.path + "/part"]).hides(inner.path))
        #expect(!configuration().hides("/usr/lib"))
        let link = folder.appendingPathComponent("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder.appendingPathComponent("cache"))
        #expect(!configuration([link.path]).hides(inner.path))
        var open = configuration()
        open.confinement = .unsandboxed
        #expect(!open.hides(inner.path))
    }

    @Test(
        "A process in a worker's sandbox does not find a hidden folder and finds what is shown", .timeLimit(.minutes(1))
    )
    func sandbox() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hidden-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = folder.appendingPathComponent("secret")
        try Data("secret".utf8).write(to: secret)
        #expect(try isSeen(secret.path, by: configuration()) == false)
        #expect(try isSeen("/usr/bin/env", by: configuration()) == true)
    }

    /// What this process was started with, such as the key of a model's endpoint, is shown there.
    @Test("A process in a worker's sandbox finds no other process", .timeLimit(.minutes(1)))
    func processes() throws {
        let own = ProcessInfo.processInfo.processIdentifier
        #expect(try isSeen("/proc/\(own)/environ", by: configuration()) == false)
        #expect(try isSeen("/proc/self/status", by: configuration()) == true)
    }

    /// Whether a shell under a run worker's confinement can read a file.
    private func isSeen(_ path: String, by configuration: WorkerConfiguration) throws -> Bool {
        let bubblewrap = try #require(try configuration.checked())
        let command = WorkerCommand(.run, configuration, bubblewrap: bubblewrap, privateFolder: "/tmp")
        let end = try #require(command.arguments.firstIndex(of: "--"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command.path)
        process.arguments = Array(command.arguments[1...end]) + ["/bin/sh", "-c", "test -r \"$0\"", path]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
