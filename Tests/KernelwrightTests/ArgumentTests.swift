import ArgumentParser
import Evaluation
import LanguageModels
import Policies
import Refinement
import Testing

@testable import kernelwright

@Suite struct BudgetTests {
    @Test(arguments: [("500ms", 0.5), ("60s", 60), ("2m", 120), ("1h", 3600), ("7", 7), ("1.5s", 1.5)])
    func readsTimes(text: String, seconds: Double) throws {
        #expect(try Budget(argument: text).seconds == seconds)
    }

    @Test(arguments: ["0", "0s", "-1s", "s", "", "ten", "nan", "infs", "1d"])
    func refusesWhatIsNoPositiveTime(text: String) {
        #expect(throws: (any Error).self) { try Budget(argument: text) }
    }
}

@Suite struct OptimizeOptionTests {
    private static let chat = [
        "kernelbench/1/19", "--policy", "chat", "--endpoint", "http://127.0.0.1:1", "--model", "m",
    ]

    @Test func modelsGetMoreTimeThanTheBuiltInAuthors() throws {
        #expect(try OptimizeCommand.parse(["kernelbench/1/19"]).span.seconds == 60)
        #expect(try OptimizeCommand.parse(Self.chat).span.seconds == 600)
        #expect(try OptimizeCommand.parse(Self.chat + ["--budget", "5s"]).span.seconds == 5)
    }

    /// Equal commands make equal runs, however much time is left when they begin.
    @Test func theBudgetBeforeADeadlineFollowsFromTheOptions() throws {
        let command = try OptimizeCommand.parse(["kernelbench/1/19", "--deadline", "8s"])
        #expect(command.searchSeconds(within: Budget(seconds: 8)) == 4)
        #expect(command.searchSeconds(within: Budget(seconds: 600)) == 60)
    }

    /// A record holds what a language model was given as words of a command line.
    @Test func whatAModelWasGivenIsReadBack() throws {
        let words = ["--answer", "schedule", "--max-tokens", "77", "--temperature", "0.5", "--price-in", "2"]
        let options = try OptimizeCommand.parse(Self.chat + words).chat
        let again = try ChatOptions.parse(options.words)
        #expect(again.words == options.words)
        #expect(again.endpoint == "http://127.0.0.1:1" && again.model == "m" && again.answer == .schedule)
        #expect(again.maxTokens == 77 && again.temperature == 0.5 && again.price?.promptMillion == 2)
        #expect(again.budgetTokens == nil)
    }

    @Test func aRunWithoutATurnSaysWhyNothingWasProposed() {
        let settings = RunSettings(
            workload: "w", workloadHash: "", device: "test:0", policy: "chat", turns: 4, budgetSeconds: 1)
        var record = RecordContents(
            header: RecordHeader(settings: settings),
            end: RecordEnd(reason: .budget, certificates: [], inputSeed: nil))
        #expect(
            OptimizeCommand.failure(of: record, most: "invalidPlan")
                == "no candidate was proposed: the budget was spent")
        let verdict = Verdict(
            status: .wrongValues,
            provenance: Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true))
        let turn = Turn(
            trajectory: 0, index: 0, proposal: Proposal(.schedule([]), rationale: ""), verdict: verdict)
        record.turns = [RecordedTurn(turn: turn, solution: nil, elapsedSeconds: 0)]
        #expect(
            OptimizeCommand.failure(of: record, most: "wrongValues") == "no candidate was correct (most: wrongValues)")
    }
}

@Suite struct ExplainLevelTests {
    @Test func readsNumbersAndNames() {
        #expect(ExplainLevel(argument: "3") == .schedule)
        #expect(ExplainLevel(argument: "assembly") == .assembly)
        #expect(ExplainLevel(argument: "0") == nil)
        #expect(ExplainLevel(argument: "8") == nil)
        #expect(ExplainLevel(argument: "loop") == nil)
    }
}

@Suite struct ChatOptionsTests {
    /// A run goes on with other limits of tokens, but not with another model.
    @Test func limitsOfTokensMakeNoOtherAuthor() throws {
        let endpoint = try Endpoint("http://127.0.0.1:1/v1")
        func author(_ arguments: String...) throws -> String {
            try ChatOptions.parse(["--endpoint", "http://127.0.0.1:1/v1"] + arguments).author(at: endpoint)
        }
        let usual = try author("--model", "m")
        let limits = ["--context-tokens", "100", "--max-tokens", "50", "--budget-tokens", "1000"]
        #expect(try ChatOptions.parse(["--model", "m"] + limits).author(at: endpoint) == usual)
        #expect(try author("--model", "n") != usual)
        #expect(try author("--model", "m", "--answer", "schedule") != usual)
        #expect(try author("--model", "m", "--temperature", "0.5") != usual)
    }
}
