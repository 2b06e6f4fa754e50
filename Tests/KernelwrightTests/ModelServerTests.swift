import Evaluation
import Foundation
import Policies
import Refinement
import Testing

/// A small language model behind llama.cpp's server, started for one test.
private final class ModelServer {
    /// The root of the package, whose launcher installs the model.
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appendingPathComponent(".kernelwright/model/bin/python")

    /// Whether the model is installed here, and a device and a sandbox to judge what it writes.
    static var isInstalled: Bool {
        let files = FileManager.default
        let drivers = (try? files.contentsOfDirectory(atPath: "/etc/OpenCL/vendors")) ?? []
        return files.isExecutableFile(atPath: python.path) && drivers.contains { $0.hasSuffix(".icd") }
            && files.isExecutableFile(atPath: "/usr/bin/bwrap")
    }

    private struct Greeting: Decodable {
        var endpoint: String
        var model: String
    }

    private let process = Process()
    private let input = Pipe()
    let endpoint: String
    let model: String

    /// Starts it and waits until it answers.
    init() throws {
        process.executableURL = Self.python
        process.arguments = ["-m", "kernelwright_bridge.model_server"]
        process.currentDirectoryURL = Self.root.appendingPathComponent("bridge")
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let part = output.fileHandleForReading.availableData
            if part.isEmpty { break }
            line += part
        }
        let greeting = try JSONDecoder().decode(Greeting.self, from: line)
        (endpoint, model) = (greeting.endpoint, greeting.model)
    }

    /// It ends with its input.
    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// Runs of the command line against a real server, with a real model that is too small to write good kernels.
@Suite(.serialized, .enabled(if: ModelServer.isInstalled, "./kw setup model installs the model"))
struct ModelServerTests {
    private static var program: URL {
        Bundle.allBundles.map(\.bundleURL).map { $0.deletingLastPathComponent().appendingPathComponent("kernelwright") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("kernelwright")
    }

    /// Every turn is in the record with what was asked, answered and paid; without a correct kernel the exit code is 5.
    @Test(arguments: ["source", "schedule"])
    func aRunFinishes(answer: String) throws {
        let server = try ModelServer()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("model-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = Self.program
        process.arguments = [
            "optimize", "kernelbench/1/19", "--size", "tiny", "--policy", "chat", "--endpoint", server.endpoint,
            "--model", server.model, "--answer", answer, "--turns", "2", "--max-tokens", "96", "--context-tokens",
            "6144",
            "--budget-tokens", "100000", "--budget", "1h", "--baseline", "none", "--library", "none", "--out",
            folder.path, "--json",
        ]
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let said = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        withExtendedLifetime(server) {}
        #expect([0, 5].contains(process.terminationStatus), "\(said)")
        let summary = try #require(try JSONSerialization.jsonObject(with: printed) as? [String: Any], "\(said)")
        let tokens = try #require(summary["tokens"] as? [String: Any])
        #expect(tokens["isCounted"] as? Bool == true)
        let path = folder.appendingPathComponent("trajectory.jsonl").path
        let data = try #require(FileManager.default.contents(atPath: path))
        let record = try #require(try RecordContents(data, place: path))
        #expect(record.turns.count == 2)
        for turn in record.turns.map(\.turn) {
            let consultation = try #require(turn.proposal.consultation)
            #expect(consultation.prompt.count == 2)
            #expect(consultation.tokens.completion > 0 && consultation.tokens.completion <= 96)
            #expect(turn.verdict.isCorrect || turn.verdict.message != nil)
        }
        #expect((record.winner == nil) == (process.terminationStatus == 5))
        if record.winner == nil { #expect(said.contains("no candidate was correct")) }
    }
}
