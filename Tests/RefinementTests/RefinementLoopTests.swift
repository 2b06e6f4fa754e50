import Evaluation
import KernelIR
import Policies
import Refinement
import Rendering
import Scheduling
import Testing
import Workloads

@Suite struct RefinementLoopTests {
    @Test func stopsAfterTheAskedTurnsAndCertifiesTheFastest() async throws {
        let test = try TestRun()
        defer { test.remove() }
        let judge = ScriptedJudge([.correct(3), .correct(1), .wrong, .correct(2)])
        let record = try await test.run(judge)
        #expect(record.turns.map(\.turn.verdict.status) == [.correct, .correct, .wrongValues, .correct])
        #expect(record.end?.reason == .turns)
        #expect(record.winner?.index == 1)
        #expect(record.end?.inputSeed == Seed(5))
        let judged = await judge.judged
        #expect(await judge.certified == [judged[1]])
    }

    @Test func showsThePolicyTheTurnsOfItsOwnTrajectoryOnly() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.settings.trajectories = 2
        test.settings.turns = 2
        let record = try await test.run(ScriptedJudge([.correct(4), .correct(3), .correct(2), .correct(1)]))
        #expect(record.turns.map(\.turn.trajectory) == [0, 1, 0, 1])
        #expect(record.turns.map(\.turn.index) == [0, 0, 1, 1])
        // The source of a second turn names the seconds of the trajectory's first.
        guard case .source(let solution) = record.turns[3].turn.proposal.content else { return #expect(Bool(false)) }
        #expect(solution.sources[0].content == "7/1/1/3.0")
    }

    @Test func beginsNoTurnAfterTheBudget() async throws {
        var test = try TestRun()
        defer { test.remove() }
        let clock = ManualClock()
        test.time = clock.time
        test.settings.turns = 100
        test.settings.budgetSeconds = 2.5
        let record = try await test.run(ScriptedJudge([.correct(1)], onJudge: { _ in clock.advance(1) }))
        #expect(record.turns.count == 3)
        #expect(record.end?.reason == .budget)
        #expect(record.turns.map(\.elapsedSeconds) == [1, 2, 3])
    }

    @Test func tellsWhatGoesOnStepByStep() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.settings.turns = 2
        _ = try await test.run(ScriptedJudge([.correct(1)]))
        let steps = test.events.all.compactMap { event -> String? in
            switch event {
            case .asking(_, let index): "asking \(index)"
            case .proposed(_, _, let index): "judging \(index)"
            case .turn(let turn): "turn \(turn.index)"
            default: nil
            }
        }
        #expect(steps == ["asking 0", "judging 0", "turn 0", "asking 1", "judging 1", "turn 1"])
    }

    @Test func stopsWhenThePolicyHasNothingLeft() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.policy = CountingPolicy(limit: 2)
        let record = try await test.run(ScriptedJudge([.correct(1)]))
        #expect(record.turns.count == 2)
        #expect(record.end?.reason == .exhausted)
    }

    @Test func stopsWhenTurnsBringNoGain() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.settings.turns = 100
        test.settings.convergence = Convergence(patience: 3)
        let record = try await test.run(ScriptedJudge([.correct(2), .correct(1), .correct(0.995)]))
        #expect(record.end?.reason == .converged)
        #expect(record.turns.count == 5)
    }

    @Test func anInterruptedRunKeepsAndCertifiesTheBestSoFar() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.settings.turns = 100
        let interruption = test.interruption
        let record = try await test.run(
            ScriptedJudge([.correct(2), .correct(1)], onJudge: { if $0 == 2 { interruption.request() } }))
        #expect(record.end?.reason == .interrupted)
        #expect(record.winner?.index == 1)
    }

    @Test func certifiesTheNextBestWhenTheBestFails() async throws {
        let test = try TestRun()
        defer { test.remove() }
        let judge = ScriptedJudge([.correct(3), .correct(1), .correct(2)], certificates: [.wrong, .correct(2)])
        let record = try await test.run(judge)
        #expect(record.end?.certificates.map(\.index) == [1, 2])
        #expect(record.winner?.index == 2)
    }

    @Test func ranksByWhatIsShownNotByTheLuckiestRatio() async throws {
        let test = try TestRun()
        defer { test.remove() }
        let steady = Verdict.correct(candidate: [1, 1, 1, 1], baseline: [1.4, 1.4, 1.4, 1.4])
        let lucky = Verdict.correct(candidate: [1, 9, 0.1, 1], baseline: [1, 1, 9, 9])
        #expect((lucky.speedup?.ratio ?? 0) > (steady.speedup?.ratio ?? 9))
        let record = try await test.run(ScriptedJudge([.wrong, lucky, steady, .wrong]))
        #expect(record.winner?.index == 2)
    }

    @Test func hasNoWinnerWithoutACorrectTurn() async throws {
        let test = try TestRun()
        defer { test.remove() }
        let judge = ScriptedJudge([.wrong])
        let record = try await test.run(judge)
        #expect(record.winner == nil)
        #expect(await judge.certified.isEmpty)
    }
}

@Suite struct CandidateBuilderTests {
    private let builder = CandidateBuilder(
        program: TestRun.program, workloadHash: "hash", author: "greedy", renderer: .openCL(.genericAVX512))

    @Test func rendersASchedule() throws {
        let solution = try builder.build(Proposal(.schedule([]), rationale: "as it is")).get()
        #expect(solution.workload == "hash")
        #expect(solution.author == "greedy")
        #expect(solution.schedule == "[]")
        #expect(solution.launches.count == 1)
    }

    @Test func anIllegalScheduleIsDataWithTheLegalChoices() throws {
        let illegal = Proposal(
            .schedule([.split(Split(stage: "absent", loop: "i", factor: 2))]), rationale: "cannot be")
        guard case .failure(let failure) = builder.build(illegal) else { return #expect(Bool(false)) }
        #expect(failure.message == "no stage named absent; stages: negate")
    }

    @Test func anIllegalScheduleBecomesAVerdictAndTheRunGoesOn() async throws {
        struct IllegalThenNothing: Policy {
            let name = "illegal"
            func propose(_ observation: Observation) async throws -> Proposal? {
                let action = Action.split(Split(stage: "absent", loop: "i", factor: 2))
                return observation.history.isEmpty
                    ? Proposal(.schedule([action]), rationale: "cannot be")
                    : observation.history.count == 1 ? Proposal(.schedule([]), rationale: "as it is") : nil
            }
        }
        var test = try TestRun()
        defer { test.remove() }
        test.policy = IllegalThenNothing()
        let judge = ScriptedJudge([.correct(1)])
        let record = try await test.run(judge)
        #expect(record.turns.map(\.turn.verdict.status) == [.invalidPlan, .correct])
        #expect(record.turns[0].turn.verdict.message == "no stage named absent; stages: negate")
        #expect(record.turns.map { $0.solution == nil } == [true, false])
        #expect(await judge.judged.count == 1)
    }
}
