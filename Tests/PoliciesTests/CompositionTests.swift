import Evaluation
import KernelIR
import Scheduling
import Testing

@testable import Policies

/// What was fastest for each stage is put together.
@Suite struct CompositionTests {
    private let program = PolicyPrograms.twoProducts(96)
    private let cache = LoweringCache()

    private func turn(_ parameters: ProgramCPU, first: Double, second: Double, baseline: Double? = nil) -> SketchTurn {
        let plan = cache.plan(parameters, program, target: .genericAVX512)
        let kernels = cache.entry(plan?.schedule ?? [], program, target: .genericAVX512)?.loops.kernels ?? []
        // Kernels that only copy take no time here.
        let launches = kernels.map { $0.name == "first" ? first : $0.name == "second" ? second : 0 }
        return SketchTurn(parameters: parameters, verdict: .correct(launches: launches, baseline: baseline))
    }

    private func composition(_ turns: [SketchTurn]) -> Composition? {
        let history = turns.enumerated().map { index, turn in
            Turn(
                trajectory: 0, index: index, proposal: Proposal(.schedule([]), rationale: ""), verdict: turn.verdict)
        }
        let observation = Observation.of(program)
        return Composition(turns, cost: TurnCost(history), times: { cache.times(of: $0, observation) })
    }

    private var tall: ProgramCPU { ProgramCPU(gemm: GemmCPU(tile: RegisterTile(rows: 12, vectors: 2))) }

    @Test func everyStageGetsItsFastestChoice() throws {
        let made = try #require(
            composition([turn(ProgramCPU(), first: 1, second: 2), turn(tall, first: 3, second: 1)]))
        #expect(made.changed == ["second"])
        #expect(abs(made.gain - 1.0 / 3) < 1e-12)
        #expect(made.parameters.macros(for: "first") == ProgramCPU().common)
        #expect(made.parameters.macros(for: "second") == tall.common)
        #expect(made.parameters.stages.count == 1)
        let schedule = try made.parameters.schedule(program, target: .genericAVX512)
        #expect(schedule != (try ProgramCPU().schedule(program, target: .genericAVX512)))
        #expect(schedule != (try tall.schedule(program, target: .genericAVX512)))
    }

    @Test func nothingIsPutTogetherWhereOneTurnIsFastestEverywhere() {
        #expect(composition([turn(ProgramCPU(), first: 1, second: 1), turn(tall, first: 3, second: 2)]) == nil)
        #expect(composition([turn(ProgramCPU(), first: 1, second: 1)]) == nil)
        // Half a percent is less than launches are measured to.
        #expect(composition([turn(ProgramCPU(), first: 1, second: 1), turn(tall, first: 3, second: 0.99)]) == nil)
    }

    @Test func turnsOfASlowMinuteAreComparedByTheirBaseline() throws {
        // The second turn ran while everything took twice as long.
        let turns = [
            turn(ProgramCPU(), first: 1, second: 2, baseline: 4), turn(tall, first: 4, second: 3, baseline: 8),
        ]
        let made = try #require(composition(turns))
        #expect(made.changed == ["second"])
        #expect(abs(made.gain - 0.5 / 3) < 1e-12)
    }

    @Test func choicesForTheWholeProgramAreNotMixed() {
        var other = tall
        other.factors = false
        #expect(composition([turn(ProgramCPU(), first: 1, second: 2), turn(other, first: 3, second: 1)]) == nil)
        other = tall
        other.fusion = .everything
        #expect(composition([turn(ProgramCPU(), first: 1, second: 2), turn(other, first: 3, second: 1)]) == nil)
    }

    /// In the second turn a stage more has a kernel of its own, so that what is left to the other one took less.
    @Test func turnsThatCutTheWorkOtherwiseAreNotMixed() {
        let turns = [turn(ProgramCPU(), first: 2, second: 2), turn(tall, first: 1, second: 1)]
        let history = turns.enumerated().map { index, turn in
            Turn(
                trajectory: 0, index: index, proposal: Proposal(.schedule([]), rationale: ""), verdict: turn.verdict)
        }
        func times(_ stages: [String]) -> StageTimes? {
            StageTimes(
                .correct(launches: stages.map { _ in stages.count == 2 ? 2 : 1 }),
                plan: ProgramPlan(schedule: [], deciders: Dictionary(uniqueKeysWithValues: stages.map { ($0, $0) })),
                kernels: stages)
        }
        func composed(_ second: [String]) -> Composition? {
            Composition(turns, cost: TurnCost(history)) { turn in
                times(turn.parameters == ProgramCPU() ? ["first", "second"] : second)
            }
        }
        #expect(composed(["first", "second", "third"]) == nil)
    }

    @Test func theDefaultAuthorProposesIt() async throws {
        let policy = GreedyPolicy()
        var observation = Observation.of(program)
        for (parameters, times) in [(ProgramCPU(), (1.0, 2.0)), (tall, (3.0, 1.0))] {
            let schedule = try parameters.schedule(program, target: .genericAVX512)
            let measured = turn(parameters, first: times.0, second: times.1)
            observation.add(
                Proposal(.schedule(schedule), rationale: "", parameters: parameters), measured.verdict)
        }
        let next = try #require(try await policy.propose(observation))
        #expect(next.rationale.contains("second"))
        #expect(next.parameters?.macros(for: "second") == tall.common)
        try expectLegal(next, program)
    }

    @Test func leversOfStagesThatTakeNoTimeAreLeftAlone() throws {
        let program = TensorProgram(
            name: "sum after product",
            buffers: PolicyPrograms.product(64, 64, 64).buffers.map { buffer in
                var copy = buffer
                if copy.name == "c" { copy.role = .temporary }
                return copy
            } + [Buffer("y", shape: [64], role: .output)],
            stages: PolicyPrograms.product(64, 64, 64).stages + [
                .reduce(
                    "sum", [Axis("n", 64)], .sum(), over: [Axis("m", 64)], [.load("c", [.axis("m"), .axis("n")])],
                    finish: [.state(0)], into: ["y"])
            ])
        let space = SketchSpace(program, target: .genericAVX512)
        let plan = ProgramPlan(
            schedule: [], deciders: ["product": "product", "sum": "sum"], macros: ["product": .gemm, "sum": .reduction])
        let times = try #require(
            StageTimes(.correct(launches: [0.99, 0.01]), plan: plan, kernels: ["product", "sum"]))
        let kept = Set(space.relevant(to: times).levers.map(\.subject))
        #expect(kept.contains(.contraction) && !kept.contains(.reduction))
        #expect(Set(space.levers.map(\.subject)).contains(.reduction))
        #expect(Set(space.relevant(to: nil).levers.map(\.name)) == Set(space.levers.map(\.name)))
    }
}

/// Turns are compared by what they owe to the baseline measured beside them, where all have one.
@Suite struct TurnCostTests {
    private func turns(_ verdicts: [Verdict]) -> [Turn] {
        verdicts.enumerated().map {
            Turn(trajectory: 0, index: $0, proposal: Proposal(.schedule([]), rationale: ""), verdict: $1)
        }
    }

    @Test func ratiosDecideWhereAllHaveOne() {
        let slowMinute = Verdict.correct(launches: [3], baseline: 9)
        let fastMinute = Verdict.correct(launches: [2], baseline: 4)
        let cost = TurnCost(turns([slowMinute, fastMinute, .wrong]))
        #expect(cost(slowMinute) < cost(fastMinute))
        #expect(cost(.wrong) == .infinity)
        #expect(abs(cost.perSecond(slowMinute) - 1.0 / 9) < 1e-12)
    }

    @Test func secondsDecideWhereOneHasNone() {
        let (slow, fast) = (Verdict.correct(launches: [3], baseline: 9), Verdict.correct(2))
        let cost = TurnCost(turns([slow, fast]))
        #expect(cost(slow) == 3 && cost(fast) == 2)
        #expect(cost.perSecond(slow) == 1)
    }
}
