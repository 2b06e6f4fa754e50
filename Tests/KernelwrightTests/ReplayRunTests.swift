import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import LanguageModels
import Operators
import Policies
import Refinement
import Rendering
import Testing
import Workloads

@testable import kernelwright

/// Folders of runs that are repeated without a device.
@Suite struct ReplayRunTests {
    /// Finds every candidate right, each a little faster than the one before.
    private actor Judge: Certifying {
        private var count = 0.0

        func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
            count += 1
            return verdict(1 / count)
        }

        func certify(_ solution: Solution) async throws -> Verdict { verdict(0.75) }

        private func verdict(_ seconds: Double) -> Verdict {
            Verdict(
                status: .correct, timing: Timing(samples: [seconds], callsPerBatch: 1, seed: 1), provenance: .nowhere)
        }
    }

    /// Answers every request with the same words and one kernel.
    private struct Model: Transport {
        func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
            let kernel = "// kw: launch k grid=1 block=1\n__kernel void k() {}\n"
            let answer = try JSONText.encode("A kernel.\n```opencl\n\(kernel)```\n")
            let message = "{\"message\":{\"content\":\(answer)},\"finish_reason\":\"stop\"}"
            let usage = "{\"prompt_tokens\":100,\"completion_tokens\":10}"
            let head = ResponseHead(status: 200, headers: ["content-type": "application/json"])
            guard try receive(.head(head)) else { return }
            _ = try receive(.body(Data("{\"choices\":[\(message)],\"usage\":\(usage)}".utf8)))
        }
    }

    private static let target = RecordedTarget(
        language: .opencl, profile: .genericAVX512,
        ceilings: Ceilings(
            copyBytesPerSecond: 12.3e9, readBytesPerSecond: 20e9, flopsPerSecond: 330e9, launchSeconds: 4.5e-6))

    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
    private var path: String { folder.appendingPathComponent("trajectory.jsonl").path }

    private func settings(_ name: String, _ workload: Workload, policy: String) -> RunSettings {
        RunSettings(
            workload: name, workloadHash: workload.contentHash, device: "test:0", size: "tiny",
            policy: policy, turns: 3, budgetSeconds: 1e9, lookahead: policy == "chat" ? nil : 2, seed: 7)
    }

    /// Makes the folder of a run of three turns.
    ///
    /// - Parameter opening: the first turn, where the author does not choose it.
    private func record(
        _ policy: any Policy, on name: String = "kernelbench/1/1", target: RecordedTarget? = Self.target,
        options: [String]? = nil,
        opening: Proposal? = nil
    ) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let workload = try WorkloadReference(name).load(size: .tiny)
        let program = try lower(workload)
        let builder = CandidateBuilder(
            program: program, workloadHash: workload.contentHash, author: policy.name, renderer: Self.target.renderer)
        var settings = settings(name, workload, policy: policy.name)
        settings.start = try opening.map { try builder.build($0).get().contentHash }
        let loop = RefinementLoop(
            policy: policy, builder: builder, judge: Judge(), settings: settings, provenance: .nowhere)
        let header = RecordHeader(settings: settings, target: target, authorOptions: options)
        _ = try await loop.run(
            Observation(
                workload: workload, program: program, target: Self.target.profile, ceilings: Self.target.ceilings,
                opening: opening),
            into: try TrajectoryFile(path: path, header: header), inputSeed: Seed(5))
    }

    /// The same with a language model, whose exchanges lie in the folder too.
    private func recordModel(opening: Proposal? = nil) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let options = try ChatOptions.parse(["--endpoint=http://127.0.0.1:1/v1", "--model=m", "--max-tokens=500"])
        let file = try ExchangeFile(path: folder.appendingPathComponent("exchanges.jsonl").path)
        let policy = ChatPolicy(
            options, at: try Endpoint("http://127.0.0.1:1/v1"),
            through: RecordingTransport(Model()) { try await file.append($0) }, ledger: TokenLedger(budget: nil),
            shown: Self.target)
        try await record(policy, on: "kernelbench/1/19", options: options.words, opening: opening)
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Changes a line of the record.
    private func change(line: Int, _ old: String, _ new: String) throws {
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines[line - 1].contains(old))
        lines[line - 1] = lines[line - 1].replacing(old, with: new)
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func aRunOfABuiltInAuthorRepeats() async throws {
        defer { remove() }
        try await record(GreedyPolicy())
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let check = try await ReplayRun(folder: folder).check()
        #expect(check.isSame && check.turns == 3 && check.stopped == "turns")
        #expect(check.text == "kernelbench/1/1: 3 turns of greedy, byte for byte as recorded")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aRunOfALanguageModelRepeatsFromItsExchanges() async throws {
        defer { remove() }
        try await recordModel()
        let check = try await ReplayRun(folder: folder).check()
        #expect(check.isSame && check.turns == 3, "\(check.text)")
        try FileManager.default.removeItem(at: folder.appendingPathComponent("exchanges.jsonl"))
        let error = #expect(throws: KernelwrightError.self) { try ReplayRun(folder: folder) }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("exchanges.jsonl") == true)
    }

    @Test func aFirstTurnThatWasGivenIsTakenFromTheRecord() async throws {
        defer { remove() }
        try await recordModel(opening: Proposal(.schedule([]), rationale: "as it is"))
        let check = try await ReplayRun(folder: folder).check()
        #expect(check.isSame && check.turns == 3, "\(check.text)")
    }

    @Test func aRunThatIsNotFinishedRepeatsAsFarAsItCame() async throws {
        defer { remove() }
        try await record(GreedyPolicy())
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        // The last line is torn.
        let beginning = lines.prefix(3).joined(separator: "\n") + "\n{\"tu"
        try beginning.write(toFile: path, atomically: true, encoding: .utf8)
        let check = try await ReplayRun(folder: folder).check()
        #expect(check.isSame && check.turns == 2 && check.stopped == nil, "\(check.text)")
    }

    @Test func theFirstTurnThatDiffersIsNamed() async throws {
        defer { remove() }
        try await record(GreedyPolicy())
        try change(line: 3, "\"score\":0.3", "\"score\":0.4")
        let check = try await ReplayRun(folder: folder).check()
        #expect(!check.isSame && check.turns == 1)
        #expect(check.difference?.line == 3 && check.difference?.turn == 1 && check.difference?.trajectory == 0)
        #expect(check.text == "kernelbench/1/1: turn 1 of trajectory 0 differs (line 3): it came out different")
    }

    @Test func anotherSolutionIsNamed() async throws {
        defer { remove() }
        try await record(GreedyPolicy())
        try change(line: 4, "\"solution\":\"", "\"solution\":\"0")
        let check = try await ReplayRun(folder: folder).check()
        #expect(check.turns == 2 && check.difference?.turn == 2)
        #expect(check.difference?.message.contains("another solution at turn 2 of trajectory 0") == true)
    }

    @Test func aRunThatDoesNotSayWhatItsAuthorSawIsRefused() async throws {
        defer { remove() }
        try await record(GreedyPolicy(), target: nil)
        let error = #expect(throws: KernelwrightError.self) { try ReplayRun(folder: folder) }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("does not say what its author was shown") == true)
    }

    @Test func anotherWorkloadIsRefused() async throws {
        defer { remove() }
        try await record(GreedyPolicy())
        let error = #expect(throws: KernelwrightError.self) {
            try ReplayRun(folder: folder, workload: "kernelbench/1/20")
        }
        #expect(error?.code == .badInput)
        #expect(error?.hint?.contains("--workload") == true)
    }
}

extension Provenance {
    fileprivate static let nowhere = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
}
