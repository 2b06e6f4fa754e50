import Devices
import KernelIR
import Rendering
import Workers
import Workloads

/// One solution's way through the judge: compile, start, check, time.
///
/// A step throws `Rejection` when the candidate fails, `KernelwrightError` when the environment does.
struct Trial {
    let solution: Solution
    let procedure: Procedure
    let setting: JudgingSession.Setting
    /// The sets to check on; the last one is timed.
    let sets: [InputSet]
    /// Drives the places of spot checks, the inputs of fresh rounds and the order of contenders.
    let seed: Seed
    /// About what asking the oracle once costs.
    let oracleSeconds: Double
    /// The best time so far, which tells a hopeless candidate.
    let incumbent: Double?
    /// The baselines that take part, the main one first; their state goes back to the session afterwards.
    private(set) var opponents: [Opponent]
    /// The predicted time that predicted ratios are taken to; nil where times are measured, or there is none.
    let basis: (name: String, seconds: Double)?

    /// What the sources show before anything is compiled.
    let scan: SourceScan
    private(set) var findings = Examination.Findings()
    private(set) var timing: Timing?
    private(set) var floorSeconds: Double?
    /// Seconds of each launch, where there are several.
    private(set) var launchSeconds: [Double]?
    private var probe: ReplayProbe?
    /// What the second examiner said, where there is one.
    private(set) var secondOpinion: SecondOpinion?
    /// What the device's model says, where it has one in place of a clock.
    private(set) var prediction: PlanPrediction?
    private var floorCosts = Costs()

    init(
        _ solution: Solution, procedure: Procedure, setting: JudgingSession.Setting, sets: [InputSet], seed: Seed,
        oracleSeconds: Double, incumbent: Double?, opponents: [Opponent], basis: (name: String, seconds: Double)?
    ) {
        self.basis = basis
        self.solution = solution
        scan = SourceScan(solution)
        self.procedure = procedure
        self.setting = setting
        self.sets = sets
        self.seed = seed
        self.oracleSeconds = oracleSeconds
        self.incumbent = incumbent
        self.opponents = opponents
    }

    /// Takes all steps; the findings hold what was found up to the step that threw.
    mutating func run() async throws {
        if setting.scansSources, let finding = scan.finding { throw Rejection(finding) }
        let (compiled, candidate) = try await launch(
            solution, on: sets[0], frozenParameters: setting.frozenParameters, costs: &findings.costs)
        defer { candidate.stop() }
        var examination = Examination(candidate, boundTo: sets[0], limits: limits)
        examination.findings = findings
        defer {
            findings = examination.findings
            findings.costs.baselineSeconds += floorCosts.totalSeconds
        }
        let lastRun = try await check(&examination, compiled)
        try await askSecondExaminer(&examination)
        guard setting.isTimed else { return }
        if setting.isPredicted { return try await predict(candidate, &examination) }
        var race = try await startRace(candidate, guess: lastRun.seconds)
        let loaded = candidate.driverSeconds
        defer { race.rivals.filter(\.isFloor).forEach { $0.timer.contender.stop() } }
        defer {
            examination.findings.costs.loadSeconds += candidate.driverSeconds - loaded
            examination.findings.costs.kernelSeconds += race.candidate.spentSeconds
            examination.findings.costs.baselineSeconds += race.rivals.map(\.timer.spentSeconds).reduce(0, +)
        }
        do {
            if procedure.certifies {
                try await runFresh(&race, candidate, &examination)
            } else {
                var keeper = SpotCheckedRounds(timedSet, candidate: candidate, seed: seed.words[0])
                defer { examination.findings.accuracy += keeper.accuracy }
                try await race.run(incumbent: incumbent, keeper: &keeper, seed: orderSeed)
            }
        } catch let rejection as Rejection {
            throw candidate.defect ?? rejection
        }
        settle(race)
        if !procedure.certifies, solution.launches.count > 1 {
            let began = setting.time.now
            candidate.resume()
            launchSeconds = await candidate.launchSeconds(runs: 3, deadline: limits.run)
            candidate.pause()
            examination.findings.costs.kernelSeconds += (setting.time.now - began).seconds
        }
        guard let ceilings = setting.ceilings, let seconds = timing?.medianSeconds else { return }
        if let impossible = PhysicalFloor(of: setting.workload, ceilings).finding(seconds) { throw impossible }
    }

    /// Asks the device's model instead of a clock.
    private mutating func predict(_ candidate: LaunchedCandidate, _ examination: inout Examination) async throws {
        let began = setting.time.now
        defer { examination.findings.costs.kernelSeconds += (setting.time.now - began).seconds }
        candidate.resume()
        switch await candidate.predict(deadline: limits.firstRun) {
        case nil: return
        case .failure(let failure)?: throw Rejection(failure)
        case .success(let answer)?:
            prediction = answer
            timing = Timing(predictedSeconds: answer.predictedSeconds, basis: basis)
        }
        candidate.pause()
    }

    /// Has another tool look at the kernels; what it finds ends the trial.
    private mutating func askSecondExaminer(_ examination: inout Examination) async throws {
        guard procedure.certifies, let examiner = setting.examiner else { return }
        let elements = timedSet.buffers.specs.map { $0.byteCount / $0.dtype.byteCount }.reduce(0, +)
        let operations = Int(clamping: setting.workload.flops) + elements
        let opinion = try await examiner.examine(solution, on: timedSet.buffers, operations: operations)
        examination.findings.costs.examinerSeconds += opinion.seconds
        secondOpinion = opinion
        if let rejection = opinion.rejection { throw rejection }
    }

    /// The race in which every round has inputs of its own, and what only such a race can tell.
    private mutating func runFresh(
        _ race: inout Race, _ candidate: LaunchedCandidate, _ examination: inout Examination
    ) async throws {
        let witness = self.witness(in: race)
        let isCheap = oracleSeconds <= 0.5 * race.roundSeconds
        var keeper = FreshRounds(
            timedSet, inputs: setting.inputs, candidate: candidate, witness: witness,
            asking: isCheap ? .always : witness == nil ? .lots : .doubts, seed: seed, time: setting.time)
        defer {
            examination.findings.accuracy += keeper.accuracy
            examination.findings.costs.inputSeconds += keeper.inputSeconds
            examination.findings.costs.oracleSeconds += keeper.oracleSeconds
        }
        // A batch of one call has no room for replays.
        if race.candidate.calls > 1 { try keeper.makeUnseen(roundSeconds: race.roundSeconds) }
        // What surrounds the batches may cost half of what they cost.
        let contenders = race.rivals.count + 1
        race.lengthenBatches(to: 2 * keeper.upkeepSeconds(contenders: contenders) / Double(contenders))
        if let unseen = keeper.unseen { try await race.attach(unseen.sets, deadline: limits.start) }
        try await race.run(incumbent: incumbent, keeper: &keeper, seed: orderSeed)
        let floors = race.rivals.filter(\.isFloor).map { ReplayProbe.Series(unseen: $0.unseen, batches: $0.samples) }
        let own = ReplayProbe.Series(unseen: race.unseen, batches: race.samples)
        probe = ReplayProbe(own, floors: floors, sets: keeper.unseenSets)
        if let rejection = probe?.finding { throw rejection }
    }

    /// The first valid baseline of a race.
    private func witness(in race: Race) -> FreshRounds.Witness? {
        for (index, rival) in race.rivals.enumerated() {
            let opponent = opponents.first { $0.name == rival.name && !rival.isFloor }
            guard let baseline = opponent?.standing?.contender else { continue }
            return FreshRounds.Witness(rival: index, baseline: baseline, deadline: limits.start)
        }
        return nil
    }

    /// Decides the order of contenders within each round.
    private var orderSeed: UInt64 { seed.derived(for: "order").words[0] }

    private var timedSet: InputSet { sets[sets.count - 1] }

    /// A call may take a hundred times what the main baseline takes, within the session's limits.
    private var limits: Limits {
        var limits = setting.limits.suiting(solution)
        if let call = opponents.first?.callSeconds {
            limits.run = min(limits.run, max(.seconds(2), .seconds(100 * call)))
            limits.firstRun = min(limits.firstRun, limits.run + .seconds(5))
        }
        return limits
    }

    /// Compiles and starts a solution on an input set; what the driver took is charged to `costs`.
    private func launch(
        _ solution: Solution, on set: InputSet, frozenParameters: Bool = false, costs: inout Costs
    ) async throws -> (CompiledSolution, LaunchedCandidate) {
        let compiled = try await setting.host.compile(solution, deadline: setting.limits.suiting(solution).compile)
            .mapError { Rejection($0) }.get()
        costs.compileSeconds += compiled.driverSeconds
        let launched = try await LaunchedCandidate.start(
            compiled, on: setting.host, buffers: set.buffers, startLimit: setting.limits.start,
            frozenParameters: frozenParameters
        ).mapError { Rejection($0) }.get()
        costs.loadSeconds += launched.driverSeconds
        return (compiled, launched)
    }

    /// A checked run on every set, the last on other poison than the first, and on the same where there is one only.
    private func check(_ examination: inout Examination, _ compiled: CompiledSolution) async throws -> Duration {
        for set in sets.count > 1 ? sets.dropLast() : sets[...] {
            _ = try await examination.check(on: set, poison: .ones)
        }
        if procedure.certifies { try await checkFurther(&examination) }
        let elapsed = try await examination.check(on: timedSet, poison: .large)
        let runs = max(procedure.determinismRuns, setting.demandsDeterminism ? 2 : 0)
        if runs > 0 {
            let (host, buffers, deadline) = (setting.host, timedSet.buffers, setting.limits.start)
            try await examination.examineDeterminism(
                on: timedSet, runs: runs,
                others: procedure.determinismRuns == 0 || !setting.isTimed || setting.isPredicted
                    ? nil
                    : { threads in
                        try await host.start(compiled, buffers: buffers, threads: threads, deadline: deadline)
                            .mapError { Rejection($0) }.get()
                    })
        }
        if setting.demandsDeterminism, examination.findings.determinism?.bitwise == false {
            let cause = examination.findings.determinism?.cause?.text ?? "repetition"
            throw Rejection(.nondeterministic, "runs on the same inputs gave different bits, by \(cause)")
        }
        // Doubling is exact where storage keeps every digit of small numbers, too; float16 does not.
        if procedure.certifies, setting.inputs.precision != .float16, let doubling = DoublingCheck(setting.workload) {
            try await examination.check(doubling, on: timedSet)
        }
        return elapsed
    }

    /// Checked runs on further distributions, drawn in the memory of a held-out set that is too large for more of its kind.
    private func checkFurther(_ examination: inout Examination) async throws {
        guard FurtherSets.areLarge(timedSet), oracleSeconds <= FurtherSets.oracleSeconds else { return }
        let (inputs, buffers) = (setting.inputs, timedSet.buffers)
        defer { inputs.redraw(buffers, seed: inputs.seed(of: .heldOut)) }
        for distribution in FurtherSets.forLargeSets(inputs) {
            let began = setting.time.now
            inputs.redraw(buffers, from: distribution, seed: inputs.seed(of: distribution))
            let drawn = setting.time.now
            let set = InputSet(
                name: "\(distribution.rawValue), further", buffers: buffers, expected: try inputs.expected(for: buffers)
            )
            examination.findings.costs.inputSeconds += (drawn - began).seconds
            examination.findings.costs.oracleSeconds += (setting.time.now - drawn).seconds
            if set.isTelling {
                _ = try await examination.check(on: set.forWideRange(), poison: .ones, isBound: true)
            }
        }
    }

    /// Brings everybody to the line, paused, with a batch's number of calls found.
    private mutating func startRace(_ candidate: LaunchedCandidate, guess: Double) async throws -> Race {
        var timer = BatchTimer(candidate, callLimit: limits.run, batchSeconds: setting.caches.batchSeconds)
        try await timer.calibrate(guess: guess)
        var race = Race(plan: procedure.timing, candidate: timer, rivals: [])
        for opponent in opponents {
            guard let timer = opponent.standing?.timer else { continue }
            race.rivals.append(Race.Rival(name: opponent.name, timer: timer))
        }
        for store in procedure.timesFloor ? FloorKernel.Store.allCases : [] {
            guard let floor = try await startFloor(store, guess: guess) else { continue }
            race.rivals.append(Race.Rival(name: store.rawValue, timer: floor, isFloor: true))
        }
        if setting.caches == .cold {
            race.evictor = CacheEvictor(cacheBytes: setting.target.l3Bytes, cores: setting.target.cores)
        }
        return race
    }

    /// The floor kernel on the timed inputs; nil when the device cannot run it.
    private mutating func startFloor(_ store: FloorKernel.Store, guess: Double) async throws -> BatchTimer? {
        let live = setting.workload.liveValues
        let specs = timedSet.buffers.specs.filter { $0.role == .output || live.contains($0.name) }
        let kernel = FloorKernel(buffers: specs, cores: setting.target.cores)
            .solution(workload: solution.workload, profile: setting.target.name, store: store)
        do {
            let (_, running) = try await launch(kernel, on: timedSet, costs: &floorCosts)
            var timer = BatchTimer(
                running, callLimit: limits.firstRun, batchSeconds: setting.caches.batchSeconds)
            do {
                try await timer.calibrate(guess: guess)
            } catch {
                running.stop()
                throw error
            }
            return timer
        } catch is Rejection {
            return nil
        }
    }

    /// Keeps the times, and the faults of rivals that dropped out.
    private mutating func settle(_ race: Race) {
        floorSeconds = race.rivals.filter { $0.isFloor && !$0.samples.isEmpty }.map { median($0.samples) }.min()
        let results = opponents.indices.map { settle(opponent: $0, race) }
        let main = results.first
        timing = Timing(
            samples: race.samples, callsPerBatch: race.candidate.calls,
            baseline: main.flatMap { $0.samples.isEmpty ? nil : $0.name }, baselineSamples: main?.samples ?? [],
            baselineFault: main?.fault, others: Array(results.dropFirst()), sittings: race.sittings,
            seed: seed.words[0], stoppedEarly: race.stoppedEarly,
            caches: setting.caches, unseen: race.unseen.isEmpty ? nil : race.unseen,
            replayShare: probe?.share)
    }

    /// What the race says about one baseline; one that failed in it is disqualified.
    private mutating func settle(opponent index: Int, _ race: Race) -> BaselineTiming {
        let rival = race.rivals.first { !$0.isFloor && $0.name == opponents[index].name }
        if let fault = rival?.fault { opponents[index].disqualify(fault) }
        let opponent = opponents[index]
        return BaselineTiming(
            name: opponent.name, version: opponent.version, samples: rival?.samples ?? [], candidate: race.samples,
            sittings: race.sittings, seed: seed.words[0], fault: opponent.fault)
    }
}
