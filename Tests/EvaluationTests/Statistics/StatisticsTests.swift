import Testing

@testable import Evaluation

@Suite("Statistics") struct StatisticsTests {
    @Test("the median is the middle, or the mean of the two middle values")
    func medians() {
        #expect(median([3]) == 3)
        #expect(median([5, 1, 3]) == 3)
        #expect(median([4, 1, 3, 2]) == 2.5)
    }

    @Test("the interval holds the true ratio, narrows with more pairs and repeats from its seed")
    func interval() {
        var random = SplitMix64(seed: 1)
        let noise = (0..<41).map { _ in Double.random(in: 0.98..<1.02, using: &random) }
        let drift = (0..<41).map { 1 + 0.3 * Double($0 % 7) / 7 }
        let baseline = zip(noise, drift).map { 2 * $0 * $1 }
        let candidate = zip(noise.reversed(), drift).map { $0 * $1 }
        let all = RatioInterval.bootstrap(numerator: baseline, denominator: candidate, seed: 9)
        #expect(all.low < 2 && 2 < all.high)
        #expect(all.outcome == .win)
        let few = RatioInterval.bootstrap(
            numerator: Array(baseline.prefix(8)), denominator: Array(candidate.prefix(8)), seed: 9)
        #expect(few.high - few.low > all.high - all.low)
        #expect(all == RatioInterval.bootstrap(numerator: baseline, denominator: candidate, seed: 9))
        let same = RatioInterval.bootstrap(numerator: noise, denominator: noise.reversed(), seed: 3)
        #expect(same.outcome == .tie)
        #expect(RatioInterval.bootstrap(numerator: candidate, denominator: baseline, seed: 9).outcome == .loss)
    }

    @Test("fast_p is strict and counts what is missing as slow")
    func suiteScore() {
        let score = SuiteScore([
            RatioInterval(ratio: 2, low: 1.9, high: 2.1), RatioInterval(ratio: 1, low: 0.9, high: 1.1),
            RatioInterval(ratio: 0.5, low: 0.4, high: 0.6), nil,
        ])
        #expect(score.fast == ["0": 0.75, "0.5": 0.5, "0.8": 0.5, "1": 0.25, "1.5": 0.25, "2": 0])
        #expect(score.geometricMean == 1)
        #expect([score.wins, score.ties, score.losses] == [1, 1, 1])
        #expect(SuiteScore([nil]).geometricMean == nil)
        #expect(SuiteScore([]).fast["1"] == 0)
    }
}
