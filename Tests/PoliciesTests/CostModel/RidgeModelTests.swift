import Testing

@testable import Policies

@Suite struct RidgeModelTests {
    @Test func withoutSamplesItIsItsPriors() {
        #expect(RidgeModel([], priors: [1, -2], strength: 3).weights == [1, -2])
    }

    @Test func manySamplesOverruleThePriors() {
        let truth: [Double] = [0.5, -1.5, 2]
        let points: [[Double]] = (0..<60).map { (place: Int) -> [Double] in
            (0..<3).map { (axis: Int) -> Double in Double((place * 7 + axis * 13) % 11 - 5) }
        }
        let samples = points.map { x in (x: x, y: 0.5 * x[0] - 1.5 * x[1] + 2 * x[2]) }
        let model = RidgeModel(samples, priors: [0, 0, 0], strength: 0.001)
        for (found, expected) in zip(model.weights, truth) {
            let error: Double = abs(found - expected)
            #expect(error < 1e-4)
        }
    }

    @Test func aSampleSolvesTheNormalEquations() {
        // (1 · 2 + 2 · 0.5) / (1 + 2) with one feature, x = 1, y = 2, prior 0.5, strength 2.
        let weight: Double = RidgeModel([(x: [1], y: 2)], priors: [0.5], strength: 2).weights[0]
        #expect(abs(weight - 1) < 1e-12)
    }

    @Test func whatNoSampleShowsKeepsItsPrior() {
        #expect(RidgeModel([(x: [1, 0], y: 4)], priors: [0, 7], strength: 1).weights[1] == 7)
    }
}
