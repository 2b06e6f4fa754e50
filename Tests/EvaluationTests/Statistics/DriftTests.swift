import Testing

@testable import Evaluation

@Suite("Drift") struct DriftTests {
    /// Values around 1 with a spread of 5 %.
    private func noise(_ count: Int, seed: UInt64) -> [Double] {
        Samples.normal(count, seed: seed).map { 1 + 0.05 * Double(max(-3, min(3, $0))) }
    }

    @Test("a steady rise is found with its size, under noise too")
    func rise() throws {
        let rising = noise(30, seed: 1).enumerated().map { $1 * (1 + 0.01 * Double($0)) }
        let drift = try #require(Drift(of: rising))
        #expect(abs(drift.change - 0.29) < 0.1)
        #expect(drift.significance < 1e-4)
    }

    @Test("one slow value, a constant series and a short one have no drift")
    func none() {
        #expect(Drift(of: [1, 1, 1, 1, 9, 1, 1, 1, 1, 1]) == nil)
        #expect(Drift(of: Array(repeating: 2, count: 20)) == nil)
        #expect(Drift(of: [1, 2, 3, 4]) == nil)
        // Certain, but too small for a word.
        #expect(Drift(of: (0..<20).map { 1 + 1e-4 * Double($0) }) == nil)
    }

    @Test("noise alone is called drift in about one series of a hundred")
    func level() {
        let called = (0..<1000).count { Drift(of: noise(20, seed: UInt64($0))) != nil }
        #expect(called <= 25)
    }

    @Test("a ratio must clear the least effect to be a difference")
    func leastEffect() {
        #expect(RatioInterval(ratio: 1.015, low: 1.01, high: 1.019).outcome == .tie)
        #expect(RatioInterval(ratio: 0.985, low: 0.981, high: 0.99).outcome == .tie)
        #expect(RatioInterval(ratio: 1.05, low: 1.03, high: 1.07).outcome == .win)
        #expect(RatioInterval(ratio: 0.95, low: 0.93, high: 0.97).outcome == .loss)
    }
}
