import KernelIR
import Reference
import Testing
import Workers

@testable import Evaluation

@Suite("Agreement") struct AgreementTests {
    /// Whether 1000 numbers agree with a changed copy of themselves.
    private func agrees(_ dtype: DType, _ change: (inout [Double]) -> Void) throws -> Bool {
        let values = Samples.normal(1000, seed: 4).map { Double($0) }
        var changed = values
        change(&changed)
        let expected = ExpectedOutput(
            name: "y", dtype: dtype, values: values, plain: .init(normwise: 0, elementwise: 0), reductionLength: 1)
        return Agreement(expected: [expected]).holds(try copy(changed, dtype), try copy(values, dtype))
    }

    private func copy(_ values: [Double], _ dtype: DType) throws -> OutputCopy {
        let buffers = try BufferSet([BufferSpec(name: "y", role: .output, dtype: dtype, shape: [values.count])])
        let bytes = try #require(buffers.bytes(of: "y"))
        for (index, value) in values.enumerated() { dtype.store(value, to: bytes, at: index) }
        let copy = OutputCopy(buffers)
        copy.take(from: buffers)
        return copy
    }

    @Test("equal and nearly equal outputs agree in every type", arguments: [DType.float32, .float16, .bfloat16])
    func near(dtype: DType) throws {
        #expect(try agrees(dtype) { _ in })
        #expect(try agrees(dtype) { $0[3] *= 1 + dtype.roundingUnit })
    }

    @Test(
        "one element that is wrong, or no number, is found wherever it stands",
        arguments: [DType.float32, .float16, .bfloat16, .float64, .int32], [0, 15, 16, 500, 991, 992, 999])
    func far(dtype: DType, index: Int) throws {
        #expect(try !agrees(dtype) { $0[index] += 2 })
        if dtype.isFloatingPoint { #expect(try !agrees(dtype) { $0[index] = .nan }) }
    }

    @Test("an error that is small everywhere is found by its norm")
    func normwise() throws {
        #expect(try !agrees(.float32) { for index in $0.indices { $0[index] *= 1.001 } })
    }
}
