import Testing

@testable import Studies

@Suite struct RankCorrelationTests {
    @Test func ordersAgreeOrOpposeOrHaveNothingInCommon() throws {
        #expect(RankCorrelation.spearman([1, 2, 3, 4], [10, 200, 201, 9000]) == 1)
        #expect(RankCorrelation.spearman([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
        #expect(RankCorrelation.spearman([1, 2, 3], [5, 5, 5]) == nil)
        #expect(RankCorrelation.spearman([], []) == nil)
        #expect(RankCorrelation.spearman([1], [2]) == nil)
    }

    @Test func neighboursExchangedCostLittle() throws {
        // 1 − 6 · Σd² / (n³ − n) without ties: Σd² = 2 and n = 5.
        let exchanged = try #require(RankCorrelation.spearman([1, 2, 3, 4, 5], [1, 3, 2, 4, 5]))
        #expect((exchanged - 0.9).magnitude < 1e-12)
    }

    @Test func equalValuesShareTheMiddleOfTheirRanks() throws {
        // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: a product of 4.5 over the root of 4.5 · 5.
        let tied = try #require(RankCorrelation.spearman([1, 2, 2, 3], [1, 2, 3, 4]))
        #expect((tied - 4.5 / (4.5 * 5).squareRoot()).magnitude < 1e-12)
    }
}
