import Evaluation
import KernelIR
import Policies
import Rendering
import Workloads

/// One run: trajectories of serial turns, each proposed by the policy, built, judged and recorded; then certification.
///
/// Trajectories take turns in a fixed order, since a device times one candidate at a time. Every finished turn is on
/// disk before the next begins, and the policy sees nothing else, so an interrupted run goes on where it stopped.
public struct RefinementLoop: Sendable {
    private let policy: any Policy
    private let builder: CandidateBuilder
    private let judge: any Certifying
    private let settings: RunSettings
    private let provenance: Provenance
    private let time: MonotonicTime
    private let interruption: Interruption
    private let timeLeft: @Sendable () -> Double
    private let replay: Replay?
    private let report: @Sendable (RunEvent) -> Void

    /// - Parameters:
    ///   - provenance: for the verdicts of proposals that never reach the judge.
    ///   - time: measures the budget.
    ///   - timeLeft: the seconds that are left for turns, whatever the budget; below zero when they are over. The first
    ///     turn is taken all the same; later proposals that take longer are given up.
    ///   - replaying: the record that is to be repeated: the run ends where it ended, and takes over what it measured.
    ///   - report: called after each step.
    public init(
        policy: any Policy, builder: CandidateBuilder, judge: any Certifying, settings: RunSettings,
        provenance: Provenance, time: MonotonicTime = .system, interruption: Interruption = Interruption(),
        timeLeft: @escaping @Sendable () -> Double = { .infinity }, replaying: RecordContents? = nil,
        report: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.policy = policy
        self.builder = builder
        self.judge = judge
        self.settings = settings
        self.provenance = provenance
        self.time = time
        self.interruption = interruption
        self.timeLeft = timeLeft
        replay = replaying.map { Replay($0) }
        self.report = report
    }

    /// Runs to the end, from wherever the record stands.
    ///
    /// - Parameters:
    ///   - observation: what every trajectory starts from; history, trajectory and seed are filled in here.
    ///   - inputSeed: revealed in the last line.
    /// - Returns: the whole record; without an end where it repeats one that has none.
    /// - Throws: defects of the environment; the record stays valid and the run can be resumed.
    public func run(
        _ observation: Observation, into file: TrajectoryFile, inputSeed: Seed?
    ) async throws -> RecordContents {
        var record = file.contents
        if !record.turns.isEmpty { report(.resumed(record.turns.map(\.turn))) }
        guard record.end == nil else { return record }
        guard let reason = try await search(observation, &record, file) else { return record }
        report(.stopped(reason))
        let end = RecordEnd(
            reason: reason, certificates: try await certify(record), inputSeed: inputSeed, returns: record.returns)
        try file.append(.end(end))
        record.end = end
        return record
    }

    /// Takes turns until there is a reason to stop; an author that gives up is one. Nil at the end of a record that
    /// holds none.
    private func search(
        _ observation: Observation, _ record: inout RecordContents, _ file: TrajectoryFile
    ) async throws -> StopReason? {
        do {
            return try await takeTurns(observation, &record, file)
        } catch let error as OutOfBudget {
            report(.outOfBudget(error.message))
            return .budget
        } catch is TimeIsUp {
            return interruption.isRequested ? .interrupted : .budget
        } catch let error as CancellationError {
            guard interruption.isRequested else { throw error }
            return .interrupted
        }
    }

    private func takeTurns(
        _ observation: Observation, _ record: inout RecordContents, _ file: TrajectoryFile
    ) async throws -> StopReason? {
        let began = time.now
        let before = record.elapsedSeconds
        func elapsed() -> Double { before + (time.now - began) / .seconds(1) }
        var finished: [Int: StopReason] = [:]
        var batches: [Int: Lookahead] = [:]
        while finished.count < settings.trajectories {
            if let replay {
                if replay.isCut(after: record.turns.count) { return replay.reason }
            } else if let reason = haltReason(record, elapsed()) {
                return reason
            }
            let trajectory = nextTrajectory(record, finished)
            let seen = self.observation(observation, trajectory, record)
            if let reason = stopReason(seen.history) {
                finished[trajectory] = reason
            } else if let candidate = try await next(seen, &batches[trajectory], record) {
                let original = try replay?.turn(record.turns.count)
                let outcome = try await takeTurn(candidate, seen, repeating: original?.turn.verdict)
                let recorded = RecordedTurn(
                    turn: outcome.turn, solution: outcome.solution,
                    elapsedSeconds: original?.elapsedSeconds ?? elapsed(),
                    unseen: candidate.unseen > 0 ? candidate.unseen : nil)
                try file.append(.turn(recorded))
                record.turns.append(recorded)
                report(.turn(outcome.turn))
            } else {
                finished[trajectory] = .exhausted
            }
        }
        return finished[0] ?? .turns
    }

    /// Why no further turn may begin, whatever the turns so far say.
    private func haltReason(_ record: RecordContents, _ elapsedSeconds: Double) -> StopReason? {
        if interruption.isRequested { return .interrupted }
        let isLate = !record.turns.isEmpty && timeLeft() <= 0
        return isLate || elapsedSeconds >= settings.budgetSeconds ? .budget : nil
    }

    /// The trajectory with the fewest turns among those that go on; the first of equals.
    private func nextTrajectory(_ record: RecordContents, _ finished: [Int: StopReason]) -> Int {
        let open = (0..<settings.trajectories).filter { finished[$0] == nil }
        return open.min { record.history(of: $0).count < record.history(of: $1).count } ?? 0
    }

    private func observation(_ base: Observation, _ trajectory: Int, _ record: RecordContents) -> Observation {
        var copy = base
        copy.history = record.lineage(of: trajectory)
        copy.trajectory = trajectory
        copy.twins = record.twins(of: trajectory)
        copy.seed = settings.seed
        return copy
    }

    private func stopReason(_ history: [Turn]) -> StopReason? {
        if history.count >= settings.turns { return .turns }
        return settings.convergence.isReached(by: history) ? .converged : nil
    }

    /// Candidates that are proposed together; one where each depends on the turns of all trajectories.
    private var lookahead: Int { settings.beam == nil ? settings.lookahead ?? 1 : 1 }

    /// The next candidate of a trajectory, from its batch or a new one; nil when the policy has nothing left to try.
    private func next(
        _ observation: Observation, _ batch: inout Lookahead?, _ record: RecordContents
    ) async throws -> Lookahead.Candidate? {
        let index = observation.history.count
        let limit = record.turns.isEmpty ? Double.infinity : timeLeft()
        if batch == nil, lookahead > 1 {
            // The batch of a run that goes on.
            let turns = record.turns.filter { $0.turn.trajectory == observation.trajectory }
            if let start = Lookahead.start(after: turns) {
                batch = try await propose(observation, from: start, within: limit)
            }
        }
        if let candidate = batch?.candidate(at: index) { return candidate }
        batch = try await propose(observation, from: index, within: limit)
        return batch?.candidate(at: index)
    }

    /// Proposes a batch from the first `start` turns, and has what is left of it compiled; throws `TimeIsUp` where the
    /// policy gives up after so many seconds.
    private func propose(
        _ observation: Observation, from start: Int, within seconds: Double
    ) async throws -> Lookahead {
        report(.asking(trajectory: observation.trajectory, index: start))
        let began = time.now
        var seen = observation
        seen.history = Array(observation.history.prefix(start))
        let room = min(lookahead, settings.turns - start)
        let proposals: [Proposal] = try await interruption.cancelling(after: seconds) { [policy = self.policy, seen] in
            room > 1
                ? try await policy.propose(seen, atMost: room) : try await policy.propose(seen).map { [$0] } ?? []
        }
        let built = proposals.map { builder.build($0) }
        let proposed = time.now
        let waiting = built.dropFirst(observation.history.count - start).compactMap { try? $0.get() }
        if waiting.count > 1 { await judge.prepare(waiting) }
        let shares = Double(max(1, proposals.count))
        let (proposing, compiling) = ((proposed - began) / .seconds(1), (time.now - proposed) / .seconds(1))
        let candidates = zip(proposals, built).enumerated().map { place, pair in
            Lookahead.Candidate(
                proposal: pair.0, built: pair.1, proposalSeconds: proposing / shares,
                compileSeconds: compiling / shares, unseen: place)
        }
        return Lookahead(candidates, start: start)
    }

    /// - Parameter original: the verdict whose measurements count, where the run repeats one.
    private func takeTurn(
        _ candidate: Lookahead.Candidate, _ observation: Observation, repeating original: Verdict?
    ) async throws -> (turn: Turn, solution: String?) {
        report(.proposed(candidate.proposal, trajectory: observation.trajectory, index: observation.history.count))
        var verdict: Verdict
        switch candidate.built {
        case .failure(let failure):
            verdict = Verdict(
                status: .invalidPlan, message: failure.message, provenance: original?.provenance ?? provenance)
        case .success(let solution):
            verdict = try await judge.judge(solution, effort: .quick)
        }
        if let original {
            verdict.costs = original.costs
        } else {
            verdict.costs.proposalSeconds = candidate.proposalSeconds
            verdict.costs.compileSeconds += candidate.compileSeconds
        }
        let turn = Turn(
            trajectory: observation.trajectory, index: observation.history.count, proposal: candidate.proposal,
            verdict: verdict)
        return (turn, try? candidate.built.get().contentHash)
    }

    /// Certifies the best turns in order until one holds; three at most.
    private func certify(_ record: RecordContents) async throws -> [Certificate] {
        var certificates: [Certificate] = []
        for turn in record.ranking.prefix(3) {
            guard case .success(let solution) = builder.build(turn.proposal) else { continue }
            report(.certifying(turn))
            let verdict = try await judge.certify(solution)
            let certificate = Certificate(trajectory: turn.trajectory, index: turn.index, verdict: verdict)
            certificates.append(certificate)
            report(.certified(certificate))
            if verdict.isCorrect { break }
        }
        return certificates
    }
}
