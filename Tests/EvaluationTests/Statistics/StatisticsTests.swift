import Testing

@testable import Evaluation

@Suite("Statistics") struct StatisticsTests {
    @Test("the median is the middle, or the mean of the two middle values")
    func medians() {
        #expect(median([3]) == 3)
        #expect(median([5, 1, 3]) == 3)
        #expect(median([4, 1, 3, 2]) == 2.5)
    }

    @Test("a geometric mean has an interval over its subjects that repeats from its seed")
    func geometricMeans() {
        let ratios = [1.0, 2, 4, 2, 1, 4, 2, 2]
        let interval = RatioInterval.bootstrap(geometricMeanOf: ratios, seed: 3)
        #expect(abs(interval.ratio - 2) < 1e-12)
        #expect(interval.low < 2 && interval.low > 1 && interval.high > 2 && interval.high < 4)
        #expect(interval == RatioInterval.bootstrap(geometricMeanOf: ratios, seed: 3))
        let others = (4..<12).map { RatioInterval.bootstrap(geometricMeanOf: ratios.map { $0 * 1.01 + 0.1 }, seed: $0) }
        #expect(Set(others).count > 1)
        let more = RatioInterval.bootstrap(geometricMeanOf: ratios + ratios + ratios + ratios, seed: 3)
        #expect(more.high - more.low < interval.high - interval.low)
        let one = RatioInterval.bootstrap(geometricMeanOf: [3], seed: 1)
        #expect(abs(one.low - 3) < 1e-12 && abs(one.high - 3) < 1e-12)
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

    @Test("over sittings the ratio is their geometric mean, and equal ones leave no doubt")
    func sittings() {
        let sure = RatioInterval(
            numerator: [5, 5, 5, 6, 6, 6], denominator: [2, 2, 2, 2.4, 2.4, 2.4], sittings: [3, 3], seed: 1)
        #expect(sure.ratio == 2.5 && sure.low == 2.5 && sure.high == 2.5)
        let spread = RatioInterval.overSittings([0.5, 1, 2])
        #expect(abs(spread.ratio - 1) < 1e-12)
        // Logarithms with a deviation of ln 2: 4.303 · ln 2 / √3 on either side.
        #expect(abs(spread.high - 5.596) < 0.001 && abs(spread.low * spread.high - 1) < 1e-9)
        let one = RatioInterval(numerator: [1, 2], denominator: [1, 1], sittings: [2], seed: 4)
        #expect(one == RatioInterval.bootstrap(numerator: [1, 2], denominator: [1, 1], seed: 4))
    }

    @Test("what lasts as long as a process fools an interval over pairs, not one over sittings")
    func processes() {
        var random = SplitMix64(seed: 77)
        func sample(_ level: Double) -> Double { level * Double.random(in: 0.98...1.02, using: &random) }
        let experiments = 300
        var fooled = (pairs: 0, sittings: 0)
        for experiment in 0..<experiments {
            let seed = UInt64(experiment)
            var (above, below): ([Double], [Double]) = ([], [])
            for _ in 0..<5 {
                // Each process has a speed of its own; one sitting of either side.
                let (a, b) = (
                    Double.random(in: 0.9...1.1, using: &random), Double.random(in: 0.9...1.1, using: &random)
                )
                above += (0..<8).map { _ in sample(a) }
                below += (0..<8).map { _ in sample(b) }
            }
            let overSittings = RatioInterval(
                numerator: above, denominator: below, sittings: [8, 8, 8, 8, 8], seed: seed)
            let overPairs = RatioInterval.bootstrap(
                numerator: Array(above.prefix(8)), denominator: Array(below.prefix(8)), seed: seed)
            fooled.sittings += overSittings.outcome == .tie ? 0 : 1
            fooled.pairs += overPairs.outcome == .tie ? 0 : 1
        }
        #expect(fooled.sittings <= experiments / 20)
        #expect(fooled.pairs > experiments / 2)
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
