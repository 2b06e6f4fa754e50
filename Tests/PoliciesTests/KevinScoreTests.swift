import Evaluation
import Policies
import Testing

@Suite struct KevinScoreTests {
    private func verdict(baseline: Double?) -> Verdict {
        .correct(launches: [0.5], baseline: baseline)
    }

    @Test func countsCorrectnessAndSpeed() {
        #expect(KevinScore.score(verdict(baseline: 1)) == 0.3 + 2)
        #expect(KevinScore.score(verdict(baseline: nil)) == 0.3)
        #expect(KevinScore.score(.wrong) == 0)
    }

    /// As computed by hand: 0 + 0.4·(0 + 0.4·(0.8 + 0.4·2)).
    @Test func discountsWhatComesLater() {
        let returns = KevinScore.returns([0, 0, 0.8, 2])
        for (found, expected) in zip(returns, [0.256, 0.64, 1.6, 2]) { #expect(abs(found - expected) < 1e-12) }
        #expect(KevinScore.returns([1, 1], discount: 0) == [1, 1])
        #expect(KevinScore.returns([]).isEmpty)
    }
}
