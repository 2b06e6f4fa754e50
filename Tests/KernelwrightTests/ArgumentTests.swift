import ArgumentParser
import LanguageModels
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
