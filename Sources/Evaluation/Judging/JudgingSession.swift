import Devices
import KernelIR
import Rendering
import Workers
import Workloads

/// The judge of one workload on one device for one run: draws its inputs once, times candidates against baselines.
///
/// The first baseline takes part in every judgement; the others face the candidates that are to be certified. Candidates are judged one at a time, whoever asks at once. The steps of a verdict are in `docs/judge.md`.
public actor JudgingSession: Judging {
    /// What does not change between candidates.
    public struct Setting: Sendable {
        public var workload: Workload
        public var host: any CandidateHost
        public var inputs: any InputSetSource
        /// Template of every verdict's provenance.
        public var provenance: Provenance
        /// What the device can do, for the profile; nil leaves the profile out.
        public var ceilings: Ceilings?
        /// The device's profile, which the floor kernel is written for.
        public var target: TargetProfile
        public var limits: Limits
        /// Whether calls leave out the launches of phase `prepare`, on the promise that parameters never change.
        public var frozenParameters: Bool
        /// Whether a candidate whose runs differ in their bits is rejected.
        public var demandsDeterminism: Bool
        /// Whether sources are scanned before they are compiled; without it, sandbox and comparison stand alone.
        public var scansSources: Bool
        /// What timed calls find in the caches, on both sides alike.
        public var caches: CacheState
        /// Whether correct candidates are timed; a study of values alone leaves it out.
        public var isTimed = true
        /// Whether times are predictions of the device's model; nobody else is timed then.
        public var isPredicted = false
        /// What predicted ratios are taken to.
        public var basis: PredictionBasis?
        /// What else looks at solutions that are certified; nil for nothing.
        public var examiner: (any SecondExaminer)?
        /// Decides the inputs of timed rounds instead of the inputs' own seed, which a repetition knows; nil for that seed.
        public var timingSeed: Seed?
        /// Input sets of more bytes each are not in memory together with the held-out one.
        public var togetherBytes = SessionSets.togetherBytes
        public var time: MonotonicTime

        public init(
            workload: Workload, host: any CandidateHost, inputs: any InputSetSource, provenance: Provenance,
            target: TargetProfile, ceilings: Ceilings? = nil, limits: Limits = Limits(), frozenParameters: Bool = false,
            demandsDeterminism: Bool = false, scansSources: Bool = true, caches: CacheState = .warm,
            timingSeed: Seed? = nil,
            time: MonotonicTime = .system
        ) {
            self.caches = caches
            self.timingSeed = timingSeed
            self.workload = workload
            self.host = host
            self.inputs = inputs
            self.provenance = provenance
            self.target = target
            self.ceilings = ceilings
            self.limits = limits
            self.frozenParameters = frozenParameters
            self.demandsDeterminism = demandsDeterminism
            self.scansSources = scansSources
            self.time = time
        }
    }

    private nonisolated let setting: Setting
    private nonisolated let gate = SerialGate()
    private let sets: SessionSets
    /// Sets of further distributions, small ones only.
    private let further: [InputSet]
    /// The baselines in the order they were given.
    private var opponents: [Opponent]
    /// What predicted ratios are taken to, and its predicted seconds.
    private let basis: (name: String, seconds: Double)?
    /// The best median of a correct candidate so far, in seconds.
    private var bestSeconds: Double?
    private var trials = 0

    /// What the inputs of turns cannot tell, or nil: the name of an output that a constant would pass as.
    public nonisolated let weakness: String?

    /// Draws the checking inputs, computes the oracle for them, and judges the main baseline; none of it counts as search.
    ///
    /// - Parameter baselines: what candidates are compared with, the main one first; none compares them with nothing.
    /// - Throws: what the inputs, the oracle or the main baseline's environment lack. A baseline that cannot run the
    ///   workload or whose outputs are wrong is no error: see `baselineFault`.
    public init(_ setting: Setting, baselines: [BaselineSource] = []) async throws(KernelwrightError) {
        self.setting = setting
        let sets = SessionSets(setting.inputs, togetherBytes: setting.togetherBytes, time: setting.time)
        self.sets = sets
        let turns = try await sets.forTurns()
        weakness = Self.weakness(of: turns)
        further = try await FurtherSets.kept(setting.inputs, besides: turns[0])
        var opponents = baselines.map { Opponent($0, limits: setting.limits, caches: setting.caches) }
        if !opponents.isEmpty { try await opponents[0].face(all: turns) }
        self.opponents = opponents
        basis = try await Self.predicted(setting, on: turns)
    }

    /// The predicted time of the program that ratios are taken to; nil where nothing is predicted.
    private static func predicted(
        _ setting: Setting, on sets: [InputSet]
    ) async throws(KernelwrightError) -> (name: String, seconds: Double)? {
        guard setting.isPredicted, let basis = setting.basis, let buffers = sets.last?.buffers else { return nil }
        let seconds = try await basis.predictedSeconds(
            on: setting.host, buffers: buffers, frozenParameters: setting.frozenParameters, limits: setting.limits)
        return seconds.map { (basis.name, $0) }
    }

    /// The seed behind all inputs, to be written to the record: privately while the run goes on, openly afterwards.
    public nonisolated var seed: Seed { setting.inputs.seed }

    /// Why there is no ratio to the main baseline, or nil when there is one.
    public var baselineFault: String? { opponents.first?.fault }

    /// Seconds of one call of the main baseline on the inputs it ran last, or nil without a valid one.
    public var baselineSeconds: Double? { opponents.first?.callSeconds }

    /// The first output that one number in every place would pass as on all sets, in words.
    private static func weakness(of sets: [InputSet]) -> String? {
        let outputs = sets.first?.expected ?? []
        let constant = outputs.indices.first { index in
            ExpectedOutput.constantWouldPass(sets.map { $0.expected[index] })
        }
        return constant.map { "a constant would pass as output '\(outputs[$0].name)' on these inputs" }
    }

    public func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
        try await gate.alone { try await self.examine(solution, by: effort == .quick ? .quick : .full) }
    }

    public func prepare(_ solutions: [Solution]) async {
        let setting = setting
        // What the scan refuses never reaches a compiler.
        let clean = setting.scansSources ? solutions.filter { SourceScan($0).finding == nil } : solutions
        let limit = clean.map { setting.limits.suiting($0).compile }.max() ?? setting.limits.compile
        await gate.alone { await setting.host.prepare(clean, deadline: limit) }
    }

    /// Judges the winner again: fresh processes, inputs that no candidate has seen, more batches, repeated runs, and
    /// every baseline in the race.
    ///
    /// The run is over then: the verdict reveals the seed.
    public func certify(_ solution: Solution) async throws -> Verdict {
        try await gate.alone { try await self.examine(solution, by: .certifying) }
    }

    /// Ends the baselines' processes.
    public func close() {
        for index in opponents.indices { opponents[index].stop() }
        opponents = []
    }

    /// Takes one solution through all steps of a procedure; the elapsed time that no part claims is the judge's own.
    private func examine(_ solution: Solution, by procedure: Procedure) async throws -> Verdict {
        if procedure.certifies { try await startOpponents() }
        var checked = try await procedure.certifies ? [sets.forCertification()] : sets.forTurns()
        let timed = checked[checked.count - 1]
        checked.insert(contentsOf: further, at: checked.count - 1)
        var facing = procedure.certifies ? opponents : Array(opponents.prefix(1))
        for index in facing.indices { try await facing[index].face(timed) }
        opponents.replaceSubrange(facing.indices, with: facing)
        let oracleSeconds = await sets.heldOutSeconds
        let began = setting.time.now
        var trial = Trial(
            solution, procedure: procedure, setting: setting, sets: checked, seed: nextSeed(),
            oracleSeconds: oracleSeconds, incumbent: procedure.certifies ? nil : incumbent, opponents: facing,
            basis: basis)
        var rejection: Rejection?
        do { try await trial.run() } catch let fault as Rejection { rejection = fault }
        opponents.replaceSubrange(trial.opponents.indices, with: trial.opponents)
        if rejection == nil, !procedure.certifies, let seconds = trial.timing?.medianSeconds {
            bestSeconds = min(bestSeconds ?? seconds, seconds)
        }
        var verdict = verdict(of: trial, rejection)
        verdict.costs.ownSeconds = max(0, (setting.time.now - began).seconds - verdict.costs.totalSeconds)
        return verdict
    }

    /// Starts the baselines that no turn needed and judges them on the inputs of turns, before these may have to make
    /// room for the held-out ones.
    private func startOpponents() async throws(KernelwrightError) {
        guard opponents.contains(where: \.isUntried) else { return }
        let turns = try await sets.forTurns()
        var facing = opponents
        for index in facing.indices where facing[index].isUntried { try await facing[index].face(all: turns) }
        opponents = facing
    }

    private func verdict(of trial: Trial, _ rejection: Rejection?) -> Verdict {
        var provenance = setting.provenance
        provenance.sandboxed = setting.host.isSandboxed
        provenance.precision = setting.inputs.precision
        for opponent in trial.opponents { provenance.versions[opponent.name] = opponent.version }
        if trial.procedure.certifies {
            provenance.seed = seed
            provenance.timingSeed = setting.timingSeed
        }
        let profile = rejection == nil ? profile(of: trial) : nil
        var verdict = Verdict(
            status: rejection?.status ?? .correct, message: rejection?.message ?? baselineFault ?? weakness,
            accuracy: trial.findings.accuracy, determinism: trial.findings.determinism,
            timing: rejection == nil ? trial.timing : nil, profile: profile, precisionUse: trial.scan.precision,
            costs: trial.findings.costs,
            provenance: provenance)
        verdict.secondOpinion = trial.secondOpinion
        verdict.coverage = trial.findings.coverage
        verdict.prediction = rejection == nil ? trial.prediction : nil
        return verdict
    }

    private func profile(of trial: Trial) -> Profile? {
        guard let ceilings = setting.ceilings, let seconds = trial.timing?.medianSeconds else { return nil }
        var profile = Profiler(footprint: Footprint(of: setting.workload), ceilings: ceilings)
            .profile(
                seconds: seconds, launches: trial.solution.launches.map(\.kernel), floorSeconds: trial.floorSeconds,
                launchSeconds: trial.launchSeconds)
        // The model knows more than the roofline.
        if let prediction = trial.prediction { profile.lever = prediction.bottleneck }
        return profile
    }

    /// The best time so far; until there is one, a generous multiple of the baseline's.
    private var incumbent: Double? { bestSeconds ?? baselineSeconds.map { 4 * $0 } }

    /// A seed for one trial's fresh inputs, spot checks and intervals, different for every trial and unknown to
    /// candidates.
    private func nextSeed() -> Seed {
        trials += 1
        return (setting.timingSeed ?? setting.inputs.seed).derived(for: "trial \(trials)")
    }
}
