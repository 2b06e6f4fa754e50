import ArgumentParser
import Evaluation
import Foundation
import KernelIR
import LanguageModels
import Operators
import Policies
import Refinement
import Workloads

/// A recorded run with all that its repetition needs: no device, no endpoint, no network.
///
/// The record says what the author was shown and what the judge found, so that the author and the building of its
/// kernels are what is repeated; answers of a language model come from the record of exchanges.
struct ReplayRun {
    private let record: RecordContents
    /// The record's whole lines.
    private let lines: Data
    private let target: RecordedTarget
    private let workload: Workload
    private let program: TensorProgram
    private let policy: any Policy

    /// Reads the folder of a run; nothing is written there.
    ///
    /// - Parameter name: the workload, where it is no longer found by the name in the record.
    /// - Throws: `badInput` where the folder holds no run, or one that does not say all that a repetition needs.
    init(folder: URL, workload name: String? = nil) throws(KernelwrightError) {
        let path = folder.appendingPathComponent("trajectory.jsonl").path
        guard let data = FileManager.default.contents(atPath: path),
            let record = try RecordContents(data, place: path)
        else {
            throw KernelwrightError(
                .badInput, "\(path) is no record of a run", hint: "name the folder that kw optimize wrote")
        }
        guard let target = record.header.target else {
            throw KernelwrightError(
                .badInput, "\(path) does not say what its author was shown of the device",
                hint: "an older version wrote it; newer ones record that in the first line")
        }
        (self.record, self.target) = (record, target)
        lines = data.prefix(record.validBytes)
        workload = try Self.workload(of: record.header.settings, named: name, path)
        program = try lower(workload)
        policy = try Self.policy(of: record, target, folder)
    }

    /// Repeats the run and compares every line with the recorded one.
    func check() async throws -> ReplayCheck {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("trajectory.jsonl").path
        let failure = try await repeated(into: TrajectoryFile(path: path, header: record.header))
        return ReplayCheck(
            record, recorded: lines, replayed: FileManager.default.contents(atPath: path) ?? Data(), failure: failure)
    }

    /// Repeats the run; returns why it came to no end, where it did not.
    private func repeated(into file: TrajectoryFile) async throws -> String? {
        let settings = record.header.settings
        let builder = CandidateBuilder(
            program: program, workloadHash: settings.workloadHash, author: policy.name, renderer: target.renderer)
        let loop = RefinementLoop(
            policy: policy, builder: builder, judge: ReplayingJudge(record), settings: settings,
            provenance: Provenance(device: settings.device, driver: "", hostCPU: "", sandboxed: true),
            replaying: record)
        let observation = Observation(
            workload: workload, program: program, target: target.profile, ceilings: target.ceilings,
            precision: settings.precision, opening: record.opening, precedents: record.header.precedents)
        do {
            _ = try await loop.run(observation, into: file, inputSeed: record.end?.inputSeed)
            return nil
        } catch let error as KernelwrightError {
            return error.description
        }
    }

    private static func workload(
        of settings: RunSettings, named name: String?, _ path: String
    ) throws(KernelwrightError) -> Workload {
        let size = settings.size.flatMap(SizePreset.init(rawValue:)) ?? .cpu
        var workload = try WorkloadReference(name ?? settings.workload).load(size: size)
        if let text = settings.distribution {
            let names = text.split(separator: ",").map(String.init)
            workload.distributions = names.compactMap(InputDistribution.init(rawValue:))
        }
        guard workload.contentHash == settings.workloadHash else {
            throw KernelwrightError(
                .badInput, "\(path): \(name ?? settings.workload) is not the workload that was searched",
                hint: "name the right one, \(settings.workloadHash.prefix(12))…, with --workload")
        }
        return workload
    }

    private static func policy(
        of record: RecordContents, _ target: RecordedTarget, _ folder: URL
    ) throws(KernelwrightError) -> any Policy {
        let name = record.header.settings.policy
        guard let known = PolicyName(rawValue: name) else {
            throw KernelwrightError(.badInput, "the run's author \(name) is unknown", hint: "a newer version wrote it")
        }
        if let builtIn = known.builtIn { return builtIn }
        guard let options = try? ChatOptions.parse(record.header.authorOptions ?? []), let address = options.endpoint
        else {
            throw KernelwrightError(.badInput, "the record does not say what the language model was given")
        }
        let exchanges = try Self.exchanges(in: folder, of: record)
        return ChatPolicy(
            options, at: try Endpoint(address), through: ReplayTransport(exchanges),
            // What was asked in vain by sessions that were cut short.
            ledger: TokenLedger(
                budget: options.budgetTokens, spent: EarlierSessions(exchanges, finished: []).spent), shown: target,
            waiting: Waiting { _ in })
    }

    /// What the model was asked and answered for the turns of the record.
    private static func exchanges(
        in folder: URL, of record: RecordContents
    ) throws(KernelwrightError) -> [Exchange] {
        let path = folder.appendingPathComponent("exchanges.jsonl").path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KernelwrightError(
                .badInput, "\(path) cannot be read", hint: "it holds the answers of the language model")
        }
        let finished = record.finishedTurns
        return try WholeLines<Exchange>(data, place: path).lines.filter { exchange in
            let (trajectory, turn) = (exchange.place.trajectory, exchange.place.turn)
            return finished.indices.contains(trajectory) && turn < finished[trajectory]
        }
    }
}

extension RecordContents {
    /// The first turn, where the author did not choose it.
    fileprivate var opening: Proposal? {
        header.settings.start.flatMap { hash in
            turns.first { $0.turn.index == 0 && $0.solution == hash }?.turn.proposal
        }
    }
}
