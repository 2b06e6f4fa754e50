import Policies
import Testing

@testable import LanguageModels

@Suite struct TokenLedgerTests {
    @Test func anAnswerGetsNoMoreThanWhatIsLeft() async throws {
        let ledger = TokenLedger(budget: 1000)
        let first = try await ledger.reserve(prompt: 100, completion: 500)
        #expect(first.completion == 500)
        // What is reserved is not left for others.
        let second = try await ledger.reserve(prompt: 100, completion: 500)
        #expect(second.completion == 300)
        await ledger.settle(first, TokenUse(prompt: 40, completion: 60))
        await ledger.settle(second, second.use)
        #expect(await ledger.spent == TokenUse(prompt: 140, completion: 360, isCounted: false))
        #expect(try await ledger.reserve(prompt: 100, completion: 500).completion == 400)
    }

    @Test func noRequestIsMadeThatCouldExceedTheBudget() async throws {
        let ledger = TokenLedger(budget: 1000, spent: TokenUse(prompt: 800, completion: 50))
        await #expect(throws: OutOfBudget.self) { try await ledger.reserve(prompt: 100, completion: 500) }
        await #expect(throws: OutOfBudget.self) { try await ledger.reserve(prompt: 151, completion: 10) }
        let small = try await ledger.reserve(prompt: 100, completion: 10)
        #expect(small.completion == 10)
    }

    @Test func thereIsNoLimitWithoutABudget() async throws {
        let ledger = TokenLedger(budget: nil)
        let reservation = try await ledger.reserve(prompt: 1 << 30, completion: 1 << 30)
        #expect(reservation.completion == 1 << 30)
    }

    @Test func pricesAreForAMillion() {
        let price = TokenPrice(promptMillion: 2, completionMillion: 8)
        #expect(price.cost(of: TokenUse(prompt: 500_000, completion: 250_000)) == 3)
    }
}
