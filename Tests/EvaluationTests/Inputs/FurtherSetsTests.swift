import KernelIR
import Reference
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Further sets") struct FurtherSetsTests {
    private func inputs(_ id: String, size: SizePreset = .tiny) throws -> ReferenceInputs {
        ReferenceInputs(try Suite.workload(id: id, size: size), seed: Seed(4))
    }

    @Test("a small workload is checked on distributions beside its own")
    func small() async throws {
        let inputs = try inputs("kernelbench/1/19")
        let set = try await inputs.draw(.checking)
        let further = try await FurtherSets.kept(inputs, besides: set)
        #expect(!further.isEmpty)
        #expect(Set(further.map(\.name)).count == further.count && !further.map(\.name).contains(set.name))
        for distribution in inputs.distributions {
            #expect(!further.contains { $0.name.hasPrefix(distribution.rawValue) })
        }
    }

    @Test("sets that tell nothing are left out: zeros, values that are not finite, and ill-conditioned ones")
    func telling() {
        func output(_ values: [Double], error: Double) -> ExpectedOutput {
            ExpectedOutput(
                name: "y", dtype: .float32, values: values, plain: PlainError(normwise: error, elementwise: error),
                reductionLength: 8)
        }
        #expect(output([1, 2, 3], error: 1e-7).isTelling)
        #expect(!output([0, 0, 0], error: 0).isTelling)
        #expect(!output([1, .nan, .infinity], error: 1e-7).isTelling)
        #expect(!output([1, 2, 3], error: 1e-4).isTelling)
    }

    @Test("an element near zero is owed what the largest is, and a wrong large one is still found")
    func wideRange() {
        let values = [0.0, 1e-3, 50]
        let expected = ExpectedOutput(
            name: "y", dtype: .float32, values: values, plain: PlainError(normwise: 0, elementwise: 0),
            reductionLength: 1)
        let cancelled: [Float] = [3.5e-6, 1e-3, 50]
        #expect(expected.forWideRange().compare(cancelled).isAcceptable)
        #expect(!expected.forWideRange().compare([0, 1e-3, 50.001]).isAcceptable)
        #expect(!expected.forWideRange().compare([0.01, 1e-3, 50]).isAcceptable)
    }

    @Test("narrow operands of a long sum pass on dense inputs of one sign and fail on sparse ones")
    func sparse() throws {
        let count = 1 << 16
        func share(of distribution: InputDistribution) throws -> Double {
            let spec = TensorSpec(name: "x", dtype: .float32, shape: [count])
            var x = [Float](repeating: 0, count: count)
            x.withUnsafeMutableBytes { distribution.fill(spec, seed: Seed(9), into: $0) }
            let exact = x.reduce(0.0) { $0 + Double($1) * Double($1) }
            let plain = x.reduce(Float(0)) { $0 + $1 * $1 }
            let narrow = x.reduce(Float(0)) { $0 + Float(Float16($1)) * Float(Float16($1)) }
            let error = abs(Double(plain) - exact) / exact
            let tolerance = Tolerance(
                plain: PlainError(normwise: error, elementwise: error / 2), dtype: .float32, reductionLength: count)
            return abs(Double(narrow) - exact) / exact / tolerance.normwise
        }
        #expect(try share(of: .uniform) < 1)
        #expect(try share(of: .sparse) > 1)
    }
}
