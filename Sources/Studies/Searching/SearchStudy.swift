import Devices
import Evaluation
import KernelIR
import Policies
import Refinement
import Rendering
import Workloads

/// How many candidates authors need: the same workloads, the same judge, a fixed number of turns each.
///
/// Equal solutions get one verdict, whoever proposes them. At the end every candidate that was some author's fastest is
/// timed again, all in turn, three times: a lucky measurement makes nobody's best.
public struct SearchStudy: Sendable {
    /// What decides a study.
    public struct Settings: Sendable, Hashable, Codable {
        public var subjects: Int
        public var seed: UInt64
        public var turns: Int
        /// Candidates proposed together, where an author can.
        public var lookahead: Int
        public var policies: [String]

        public init(subjects: Int, seed: UInt64, turns: Int, lookahead: Int, policies: [String]) {
            self.subjects = subjects
            self.seed = seed
            self.turns = turns
            self.lookahead = lookahead
            self.policies = policies
        }
    }

    private static let comparisons = 3

    private let settings: Settings
    private let policies: [any Policy]
    private let target: TargetProfile
    private let ceilings: Ceilings?
    private let time: MonotonicTime

    /// - Parameter ceilings: what authors are told of the device's rates; nil for nothing.
    public init(
        _ settings: Settings, policies: [any Policy], target: TargetProfile, ceilings: Ceilings? = nil,
        time: MonotonicTime = .system
    ) {
        self.settings = settings
        self.policies = policies
        self.target = target
        self.ceilings = ceilings
        self.time = time
    }

    /// Lets every author search a kernel for the subject.
    ///
    /// - Throws: `KernelwrightError` for what the environment lacks.
    public func run(_ subject: SearchSubject, judge: any Judging) async throws -> SearchOutcome {
        var bench = Bench(judge: judge)
        var traces: [SearchOutcome.Trace] = []
        for policy in policies { traces.append(try await trace(policy, subject, &bench)) }
        try await compare(&traces, bench)
        return SearchOutcome(subject: subject.id, shapes: subject.shapes, traces: traces)
    }

    /// The judge and what it said; solutions by their hash.
    private struct Bench {
        let judge: any Judging
        var verdicts: [String: Verdict] = [:]
        var solutions: [String: Solution] = [:]

        mutating func verdict(on solution: Solution) async throws -> Verdict {
            let hash = solution.judgedHash
            if let known = verdicts[hash] { return known }
            let verdict = try await judge.judge(solution, effort: .quick)
            (verdicts[hash], solutions[hash]) = (verdict, solution)
            return verdict
        }
    }

    private func trace(
        _ policy: any Policy, _ subject: SearchSubject, _ bench: inout Bench
    ) async throws -> SearchOutcome.Trace {
        let builder = CandidateBuilder(
            program: subject.program, workloadHash: subject.workload.contentHash, author: policy.name,
            renderer: .openCL(target))
        var observation = Observation(
            workload: subject.workload, program: subject.program, target: target, ceilings: ceilings,
            seed: settings.seed)
        var trace = SearchOutcome.Trace(
            policy: policy.name, seconds: [], incumbents: [], isExhausted: false, proposalSeconds: 0)
        var waiting: [Proposal] = []
        while trace.seconds.count < settings.turns {
            if waiting.isEmpty {
                let began = time.now
                let room = min(settings.lookahead, settings.turns - trace.seconds.count)
                waiting = try await policy.propose(observation, atMost: room)
                trace.proposalSeconds += (time.now - began) / .seconds(1)
            }
            guard !waiting.isEmpty else {
                trace.isExhausted = true
                break
            }
            try await take(waiting.removeFirst(), &observation, &trace, builder, &bench)
        }
        return trace
    }

    private func take(
        _ proposal: Proposal, _ observation: inout Observation, _ trace: inout SearchOutcome.Trace,
        _ builder: CandidateBuilder, _ bench: inout Bench
    ) async throws {
        let provenance = Provenance(device: target.name, driver: "", hostCPU: "", sandboxed: true)
        var verdict = Verdict(status: .invalidPlan, provenance: provenance)
        let built = builder.build(proposal)
        if case .success(let solution) = built { verdict = try await bench.verdict(on: solution) }
        observation.history.append(
            Turn(trajectory: 0, index: observation.history.count, proposal: proposal, verdict: verdict))
        let seconds = verdict.isCorrect ? verdict.medianSeconds : nil
        let best = trace.seconds.compactMap { $0 }.min() ?? .infinity
        trace.seconds.append(seconds)
        if let seconds, seconds < best, case .success(let solution) = built {
            trace.incumbents.append(
                .init(turn: trace.seconds.count, solution: solution.judgedHash, seconds: seconds))
        }
    }

    /// Times every incumbent again, one after the other and all over again.
    private func compare(_ traces: inout [SearchOutcome.Trace], _ bench: Bench) async throws {
        let hashes = Set(traces.flatMap(\.incumbents).map(\.solution)).sorted()
        var times: [String: [Double]] = [:]
        for _ in 0..<Self.comparisons {
            for hash in hashes {
                guard let solution = bench.solutions[hash] else { continue }
                let verdict = try await bench.judge.judge(solution, effort: .quick)
                if let seconds = verdict.medianSeconds { times[hash, default: []].append(seconds) }
            }
        }
        for trace in traces.indices {
            for place in traces[trace].incumbents.indices {
                let hash = traces[trace].incumbents[place].solution
                traces[trace].incumbents[place].seconds = times[hash].map { median($0) } ?? .infinity
            }
        }
    }
}

extension SearchSubject {
    /// The shapes of inputs, parameters and outputs.
    fileprivate var shapes: String {
        let specs = workload.inputs + workload.parameters
        let texts = specs.map { "\($0.name)\($0.shape)" } + workload.outputTypes.map { "→ \($0.shape)" }
        return texts.joined(separator: " ")
    }
}
