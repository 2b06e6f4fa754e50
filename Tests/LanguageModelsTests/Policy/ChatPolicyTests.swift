import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Scheduling
import Testing

@testable import LanguageModels

@Suite struct ChatPolicyTests {
    private static let verdicts: [Verdict] = [
        .failed(.compileError, "kernel.cl:3: undeclared identifier"), .failed(.wrongValues, "y[5] is 1, expected -1"),
        .correct(2), .correct(0.5),
    ]

    private static let answers: [ScriptedTransport.Reply] = [
        .stream("<think>secret thought</think>", Sample.answer("a first one"), tokens: (1000, 100)),
        .stream(Sample.answer("a second one"), tokens: (1100, 110)),
        .stream(Sample.answer("a third one"), tokens: (1200, 120)),
        .stream(Sample.answer("a faster one"), tokens: (1300, 130)),
    ]

    /// Compile error, wrong values, correct, faster: scores and returns as computed by hand.
    @Test func aTrajectoryHasItsScoresReturnsAndCosts() async throws {
        let run = try ChatRun()
        let judge = ScriptedJudge(Self.verdicts)
        let record = try await run.run(ScriptedTransport(Self.answers), judge)
        #expect(record.turns.map(\.turn.verdict.status) == [.compileError, .wrongValues, .correct, .correct])
        #expect(record.turns.map(\.turn.score) == [0, 0, 0.3 + 0.5, 0.3 + 2])
        // 0.4·(0.4·(0.8 + 0.4·2.3)), 0.4·(0.8 + 0.4·2.3), 0.8 + 0.4·2.3, 2.3
        let returns = try #require(record.end?.returns?.first)
        for (found, expected) in zip(returns, [0.2752, 0.688, 1.72, 2.3]) { #expect(abs(found - expected) < 1e-12) }
        #expect(returns.count == 4)
        #expect(record.winner?.index == 3)
        let asked = record.turns.compactMap(\.turn.proposal.consultation)
        #expect(
            asked.map(\.tokens)
                == [(1000, 100), (1100, 110), (1200, 120), (1300, 130)].map {
                    TokenUse(prompt: $0.0, completion: $0.1)
                })
        #expect(asked.map(\.cost) == [2, 2.2, 2.4, 2.6])
        #expect(asked.map(\.model) == ["m", "m", "m", "m"])
        #expect(asked[0].reasoning == "secret thought")
        #expect(asked[0].answer == Sample.answer("a first one").trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(record.turns.map(\.turn.proposal.rationale)[3] == "I write a faster one.")
        let judged = await judge.judged
        #expect(
            judged.map { $0.sources[0].content } == [
                Sample.source("a first one"), Sample.source("a second one"), Sample.source("a third one"),
                Sample.source("a faster one"),
            ])
    }

    @Test func laterPromptsShowKernelsAndVerdictsNotThoughts() async throws {
        let run = try ChatRun()
        let record = try await run.run(ScriptedTransport(Self.answers), ScriptedJudge(Self.verdicts))
        let last = try #require(record.turns[3].turn.proposal.consultation?.prompt.last?.content)
        for part in [
            "// a first one", "// a second one", "// a third one", "undeclared identifier", "expected -1",
            "turn 0: compileError; I write a first one.", "turn 2: correct",
        ] {
            #expect(last.contains(part), "\(part)")
        }
        #expect(!last.contains("secret thought"))
        let first = try #require(record.turns[0].turn.proposal.consultation?.prompt.last?.content)
        #expect(first.contains("Write the first version"))
    }

    @Test func anAnswerThatCannotBeReadIsATurnAndTheNextPromptSaysWhy() async throws {
        var run = try ChatRun()
        run.settings.turns = 3
        let transport = ScriptedTransport([
            .stream("I would rather not."), .stream("```c\n// kw: launch k grid=1", finish: "length"),
            .stream(Sample.answer("a kernel")),
        ])
        let record = try await run.run(transport, ScriptedJudge([.correct(1)]))
        #expect(record.turns.map(\.turn.verdict.status) == [.invalidPlan, .invalidPlan, .correct])
        #expect(record.turns.map(\.turn.score) == [0, 0, 1.3])
        #expect(record.turns[1].turn.verdict.message?.contains("cut off at the limit of 500 tokens") == true)
        let second = try #require(record.turns[1].turn.proposal.consultation?.prompt.last?.content)
        #expect(second.contains("the answer holds no fenced code block"))
        #expect(record.turns[0].turn.proposal.consultation?.answer == "I would rather not.")
    }

    @Test func choosesActionsInScheduleMode() async throws {
        var run = try ChatRun()
        run.mode = .schedule
        run.settings.turns = 2
        let split = "[{\"action\":\"split\",\"stage\":\"negate\",\"loop\":\"i\",\"factor\":16}]"
        let record = try await run.run(
            ScriptedTransport([.stream(split), .stream("1")]), ScriptedJudge([.correct(1), .correct(0.5)]))
        let expected = Action.split(Split(stage: "negate", loop: "i", factor: 16))
        #expect(record.turns[0].turn.proposal.content == .schedule([expected]))
        guard case .schedule(let second) = record.turns[1].turn.proposal.content else { return #expect(Bool(false)) }
        #expect(second.count == 2)
        #expect(second.first == expected)
        let prompt = try #require(record.turns[1].turn.proposal.consultation?.prompt)
        #expect(prompt[0].content.contains("You schedule the loops"))
        #expect(prompt[1].content.contains("# Choices"))
    }

    /// A kernel with tunables: its values are tried without the model, and the best goes back to it.
    @Test func theBuiltInSearchTriesTheDeclaredValues() async throws {
        var run = try ChatRun()
        run.settings.turns = 5
        let plain = Sample.source("a draft").replacing("grid=1 block=64", with: "grid=64/T block=T")
        let transport = ScriptedTransport([
            .stream("A draft.\n```opencl\n// kw: tune T=64,32\n\(plain)```\n"), .stream(Sample.answer("a second one")),
            .stream(Sample.answer("a third one")), .stream(Sample.answer("a fourth one")),
        ])
        let judge = ScriptedJudge([.correct(2), .correct(1), .correct(3)])
        let record = try await run.run(transport, judge)
        let turns = record.turns.map(\.turn)
        #expect(turns.map { $0.proposal.consultation == nil } == [false, true, false, false, false])
        #expect(turns[1].proposal.rationale == "turn 0 with T=32")
        let judged = await judge.judged
        #expect(judged.prefix(2).map(\.options) == [["-DT=64"], ["-DT=32"]])
        #expect(judged.prefix(2).map { $0.launches[0].grid } == [[1], [2]])
        let prompt = try #require(turns[2].proposal.consultation?.prompt.last?.content)
        #expect(prompt.contains("Other values of turn 0's tunables were tried. The fastest is turn 1"))
        #expect(prompt.contains("-DT=32"))
        // One source stands there once, as the fastest was compiled.
        #expect(prompt.components(separatedBy: "// a draft").count == 2)
        #expect(!prompt.contains("-DT=64"))
        #expect(transport.requests.count == 4)
    }

    @Test func theUsersOwnKernelOpensTheRun() async throws {
        let policy = try ChatRun().policy(ScriptedTransport([]))
        var observation = Sample.observation()
        observation.start = Sample.solution("mine")
        let proposal = try await policy.propose(observation)
        #expect(proposal?.content == .source(Sample.solution("mine")))
        #expect(proposal?.consultation == nil)
    }

    @Test func trajectoriesAskWithSeedsOfTheirOwn() async throws {
        var run = try ChatRun()
        run.settings.trajectories = 2
        run.settings.turns = 2
        let transport = ScriptedTransport(Array(repeating: .stream(Sample.answer("one")), count: 4))
        _ = try await run.run(transport, ScriptedJudge([.failed(.wrongValues, "no")]))
        let seeds = transport.requests.map { request in
            (try? JSONSerialization.jsonObject(with: request.body) as? [String: Any])?["seed"] as? Int
        }
        #expect(Set(seeds).count == 4)
        #expect(seeds.allSatisfy { (0..<(1 << 31)).contains($0 ?? -1) })
    }

    @Test func theRunEndsWithTheBestSoFarWhenTheTokensAreSpent() async throws {
        var run = try ChatRun()
        run.settings.turns = 50
        run.maxTokens = 400
        run.budget = 40_000
        let reply = ScriptedTransport.Reply.stream(Sample.answer("one"), tokens: (3000, 300))
        let record = try await run.run(
            ScriptedTransport(Array(repeating: reply, count: 50)), ScriptedJudge([.correct(1)]))
        #expect(record.end?.reason == .budget)
        #expect(record.winner?.index == 0)
        let spent = record.turns.compactMap(\.turn.proposal.consultation?.tokens.total).reduce(0, +)
        #expect(spent == record.turns.count * 3300)
        #expect(spent <= 40_000)
    }
}
