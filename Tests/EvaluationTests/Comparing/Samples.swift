import Foundation
import KernelIR
import Reference

@testable import Evaluation

/// Small seeded data for the tests of the comparison.
enum Samples {
    /// Standard normal floats.
    static func normal(_ count: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let radius = (-2 * log(Double.random(in: 0x1p-60..<1, using: &random))).squareRoot()
            return Float(radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random)))
        }
    }

    /// The expected output `oracle`, with the error of `plain` measured against it.
    static func expected(_ oracle: [Double], plain: [Float], reductionLength: Int) -> ExpectedOutput {
        let unbounded = ExpectedOutput(
            name: "y", dtype: .float32, values: oracle, plain: .init(normwise: 1, elementwise: 1),
            reductionLength: reductionLength)
        let error = unbounded.compare(plain)
        return ExpectedOutput(
            name: "y", dtype: .float32, values: oracle,
            plain: .init(normwise: error.normwise, elementwise: error.maxScaled), reductionLength: reductionLength)
    }

    /// Values around 1/count, as a softmax over uniform inputs has them.
    static func softmaxLike(_ count: Int) -> ExpectedOutput {
        var random = SplitMix64(seed: 11)
        let powers = (0..<count).map { _ in exp(Double.random(in: 0..<1, using: &random)) }
        let sum = powers.reduce(0, +)
        let oracle = powers.map { $0 / sum }
        return expected(oracle, plain: oracle.map(Float.init), reductionLength: count)
    }
}

extension ExpectedOutput {
    /// Compares an array of numbers of the output's own type.
    func compare<Number>(_ found: [Number]) -> Discrepancy {
        found.withUnsafeBytes { compare($0) }
    }
}
