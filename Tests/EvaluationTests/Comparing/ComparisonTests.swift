import KernelIR
import Reference
import Testing

@testable import Evaluation

@Suite("Comparison") struct ComparisonTests {
    private func expected(_ values: [Double], _ dtype: DType = .float32) -> ExpectedOutput {
        ExpectedOutput(
            name: "y", dtype: dtype, values: values, plain: .init(normwise: 0, elementwise: 0), reductionLength: 1)
    }

    @Test("NaN and infinity must stand where the oracle has them")
    func nonFinite() {
        let oracle = expected([1, .nan, .infinity, -.infinity, 5])
        #expect(oracle.compare([1, .nan, .infinity, -.infinity, 5] as [Float]).isAcceptable)
        let wrong: [[Float]] = [
            [.nan, .nan, .infinity, -.infinity, 5], [1, 2, .infinity, -.infinity, 5],
            [1, .nan, 3e38, -.infinity, 5], [1, .nan, .infinity, .infinity, 5], [1, .nan, .infinity, -.infinity, .nan],
        ]
        for (place, values) in wrong.enumerated() {
            let found = oracle.compare(values)
            #expect(found.misplaced == 1)
            #expect(found.firstMisplaced == place)
            #expect(!found.isAcceptable)
        }
    }

    @Test("values of the oracle beyond the range of the declared type are infinities")
    func overflow() {
        let oracle = expected([1e39, -1e39, 1])
        #expect(oracle.compare([.infinity, -.infinity, 1] as [Float]).isAcceptable)
        #expect(!oracle.compare([.greatestFiniteMagnitude, -.infinity, 1] as [Float]).isAcceptable)
    }

    @Test("integers and booleans must be exact")
    func integers() {
        #expect(expected([3, -2, 7], .int64).compare([Int64(3), -2, 7]).isAcceptable)
        let found = expected([3, -2, 7], .int64).compare([Int64(3), -2, 8])
        #expect(!found.isAcceptable)
        #expect(found.worst == 2)
        #expect(!found.looksLikeNarrowerArithmetic)
        #expect(expected([1, 0], .bool).compare([UInt8(1), 0]).isAcceptable)
        #expect(!expected([1, 0], .bool).compare([UInt8(2), 0]).isAcceptable)
        #expect(expected([5, -5], .int32).compare([Int32(5), -5]).isAcceptable)
        #expect(!expected([5, -5], .int8).compare([Int8(5), 5]).isAcceptable)
    }

    @Test("half and bfloat16 values are widened exactly")
    func halves() {
        let values: [Float16] = [0, 1, -2.5, 65504, 6.1e-5, 5.96e-8, -0.333]
        #expect(expected(values.map(Double.init), .float16).compare(values).maxAbsolute == 0)
        let odd: [Float16] = [.nan, .infinity, -.infinity]
        #expect(expected([.nan, .infinity, -.infinity], .float16).compare(odd).isAcceptable)
        let brain: [UInt16] = [0x3f80, 0xc020, 0x7f7f, 0x0001]
        let wide = brain.map { Double(Float(bitPattern: UInt32($0) << 16)) }
        #expect(expected(wide, .bfloat16).compare(brain).maxAbsolute == 0)
    }

    @Test("an output that should be zero must be zero")
    func allZero() {
        #expect(expected([0, 0, 0]).compare([Float(0), 0, 0]).isAcceptable)
        #expect(!expected([0, 0, 0]).compare([Float(0), 1e-30, 0]).isAcceptable)
    }

    @Test("an output that a constant would pass as is noticed")
    func degenerate() {
        #expect(ExpectedOutput.constantWouldPass([expected([2, 2, 2]), expected([2, 2, 2])]))
        #expect(!ExpectedOutput.constantWouldPass([expected([2, 2, 2]), expected([2.1, 2.1, 2.1])]))
        #expect(!ExpectedOutput.constantWouldPass([expected([2, 2.01, 2])]))
        #expect(ExpectedOutput.constantWouldPass([expected([.nan])]))
    }

    @Test("the vector loop and the careful loop agree over several threads' worth of elements")
    func large() {
        let count = (1 << 19) + 37
        let values = Samples.normal(count, seed: 2)
        let oracle = expected(values.map { Double($0) * 1.00000001 })
        var found = values
        found[300_003] += 1e-3
        let result = oracle.compare(found)
        #expect(result.worst == 300_003)
        #expect(result.mismatches == 1)
        var squares = 0.0
        for (y, r) in zip(found, oracle.values) { squares += (Double(y) - r) * (Double(y) - r) }
        #expect(abs(result.normwise - squares.squareRoot() / oracle.norm) <= 1e-12)
        #expect(result == oracle.compare(found))
    }
}
