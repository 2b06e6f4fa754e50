import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Random inputs") struct RandomInputTests {
    private func draw(
        _ distribution: InputDistribution, _ count: Int = 20001, name: String = "x", seed: Seed = Seed(1)
    ) -> [Float] {
        var values = [Float](repeating: .nan, count: count)
        values.withUnsafeMutableBytes {
            distribution.fill(TensorSpec(name: name, dtype: .float32, shape: [count]), seed: seed, into: $0)
        }
        return values
    }

    private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
        let mean = values.map(Double.init).reduce(0, +) / Double(values.count)
        let squares = values.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +)
        return (mean, (squares / Double(values.count)).squareRoot())
    }

    @Test("Equal seeds and names give equal values, others do not", arguments: InputDistribution.allCases)
    func determinism(distribution: InputDistribution) {
        #expect(draw(distribution) == draw(distribution))
        #expect(draw(distribution) != draw(distribution, name: "y"))
        #expect(draw(distribution) != draw(distribution, seed: Seed(2)))
        #expect(draw(distribution) != draw(distribution, seed: Seed(1).derived(for: "certify")))
        #expect(draw(distribution).allSatisfy { $0.isFinite })
        // A value depends on its position, not on the tensor's size.
        #expect(Array(draw(distribution).prefix(1000)) == draw(distribution, 1000))
    }

    @Test("Shapes of the distributions")
    func shapes() {
        let uniform = draw(.uniform)
        #expect(uniform.allSatisfy { (0..<1).contains($0) })
        #expect(abs(moments(uniform).mean - 0.5) < 0.01 && abs(moments(uniform).deviation - 0.2887) < 0.01)
        let normal = moments(draw(.normal))
        #expect(abs(normal.mean) < 0.03 && abs(normal.deviation - 1) < 0.03)
        #expect(abs(moments(draw(.largeMagnitude)).deviation - 100) < 3)
        let zeros = draw(.zeroRich).filter { $0 == 0 }.count
        #expect(abs(Double(zeros) / 20001 - 0.75) < 0.02)
        let tail = draw(.heavyTailed)
        #expect(tail.contains { $0 > 8 } && tail.contains { $0 < -8 } && tail.filter { abs($0) < 1 }.count > 15000)
        let sparse = draw(.sparse, 1 << 18).filter { $0 != 0 }
        #expect((150...370).contains(sparse.count) && sparse.allSatisfy { (1..<64).contains(abs($0)) })
        #expect(sparse.contains { $0 < 0 } && sparse.contains { $0 > 32 } && sparse.contains { $0 < 2 && $0 > 0 })
        let ones = draw(.nearOne)
        #expect(ones.allSatisfy { (0.7..<1.5).contains(abs($0)) } && abs(ones.filter { $0 < 0 }.count - 10000) < 400)
        let drifting = draw(.drifting, 1 << 16)
        let means = [drifting.suffix(1 << 15), drifting[(1 << 14)..<(1 << 15)]].map { moments(Array($0)).mean }
        #expect(abs(means[0] - means[1]) > 0.1 && abs(means[0]) > 0.1)
    }

    @Test("Neighbours are independent")
    func correlation() {
        let values = draw(.uniform).map { Double($0) - 0.5 }
        for distance in [1, 2, 16] {
            let products = zip(values, values.dropFirst(distance)).map(*)
            #expect(abs(products.reduce(0, +) / Double(products.count)) < 0.003)
        }
    }

    @Test("Every dtype is filled to its end", arguments: DType.allCases, [1, 2, 7])
    func dtypes(dtype: DType, count: Int) {
        let spec = TensorSpec(name: "x", dtype: dtype, shape: [count])
        var bytes = [UInt8](repeating: 0xFF, count: spec.byteCount + 4)
        bytes.withUnsafeMutableBytes { InputDistribution.normal.fill(spec, seed: Seed(5), into: $0) }
        #expect(bytes.suffix(4).allSatisfy { $0 == 0xFF })
        #expect(bytes.dropLast(4).suffix(dtype.byteCount).contains { $0 != 0xFF })
    }

    @Test("Matrices are scaled by their fan-in; scales and biases are never an identity")
    func parameters() throws {
        let workload = try Suite.workload(id: "kernelbench/2/39", size: .tiny)
        let weight = try #require(workload.parameters.first { $0.name == "p_gemm_weight" })
        let bound = (3 / Double(weight.shape[1])).squareRoot()
        #expect(ParameterDistribution(of: weight, in: workload) == ParameterDistribution(low: -bound, high: bound))
        for name in ["p_gemm_bias", "p_bn_weight", "p_bn_bias", "p_scale"] {
            let spec = try #require(workload.parameters.first { $0.name == name })
            var values = [Float](repeating: 0, count: spec.elementCount)
            values.withUnsafeMutableBytes { workload.fill(spec, seed: Seed(9), into: $0) }
            #expect(values.allSatisfy { (0.5...1.5).contains($0) })
            #expect(Set(values).count > values.count / 2)
        }
    }

    @Test("Whole runs of numbers are made as each pair is", arguments: [InputDistribution.normal, .uniform])
    func runs(_ distribution: InputDistribution) {
        let count = (1 << 17) + 3  // more than one core takes at a time, and half a pair
        var (single, double) = ([Float](repeating: -9, count: count), [Double](repeating: -9, count: count))
        let spec = { TensorSpec(name: "x", dtype: $0, shape: [count]) }
        single.withUnsafeMutableBytes { distribution.fill(spec(.float32), seed: Seed(3), into: $0) }
        double.withUnsafeMutableBytes { distribution.fill(spec(.float64), seed: Seed(3), into: $0) }
        #expect(single.map(Double.init) == double)
    }

    @Test("Normal numbers are Box and Muller's of their bits, to single precision")
    func normals() {
        let stream = RandomStream(seed: Seed(11), name: "x")
        for position in 0..<100_000 {
            let bits = stream.bits(position)
            let open = Double((Float(UInt32(bits >> 32)) + 0.5) * 0x1p-32)
            let (radius, angle) = ((-2 * log(open)).squareRoot(), 2 * Double.pi * Double(bits & 0xFF_FFFF) * 0x1p-24)
            let pair = stream.normalPair(position)
            #expect(
                abs(Double(pair.0) - radius * cos(angle)) < 1e-6 && abs(Double(pair.1) - radius * sin(angle)) < 1e-6)
        }
    }

    @Test("Running sums of a parameter stay near unit size")
    func decays() throws {
        let workload = try Suite.workload(id: "kernelbench/3/49", size: .tiny)
        let steps = try #require(workload.parameters.first { $0.name == "p_a" })
        let bound = (3 / Double(steps.shape[1])).squareRoot()
        #expect(ParameterDistribution(of: steps, in: workload) == ParameterDistribution(low: -bound, high: bound))
    }

    @Test("Constants hold the workload's own values")
    func constants() throws {
        let workload = try Suite.workload(id: "kernelbench/3/43", size: .tiny)
        let mask = try #require(workload.stored.first { $0.name == "b_bias" })
        var values = [Float](repeating: -1, count: mask.elementCount)
        values.withUnsafeMutableBytes { workload.fill(mask, seed: Seed(9), into: $0) }
        let width = try #require(mask.shape.last)
        #expect(values.indices.allSatisfy { values[$0] == ($0 % width <= $0 / width ? 1 : 0) })
    }

    @Test("Every 16-bit pattern survives the way through Float")
    func halfPrecision() {
        for bits in UInt16.min...UInt16.max {
            let (half, brain) = (HalfPrecision.float(float16: bits), HalfPrecision.float(bfloat16: bits))
            #expect(half.isNaN || HalfPrecision.float16(half) == bits)
            #expect(brain.isNaN || HalfPrecision.bfloat16(brain) == bits)
        }
    }

    @Test(
        "16-bit types round to nearest, ties to even",
        arguments: [
            (Float(1), UInt16(0x3C00)), (1 + 0x1p-11, 0x3C00), (1 + 0x1.8p-10, 0x3C02), (65519, 0x7BFF),
            (65520, 0x7C00),
            (0x1p-25, 0), (0x1.8p-25, 1), (-0x1p-14, 0x8400), (0x1.ffep-15, 0x0400), (.infinity, 0x7C00),
        ])
    func rounding(value: Float, bits: UInt16) {
        #expect(HalfPrecision.float16(value) == bits)
    }
}
