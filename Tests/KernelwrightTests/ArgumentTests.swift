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
