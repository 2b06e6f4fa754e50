import Devices
import FoundationEssentials
import KernelIR
import Testing
import Workloads

/// 16-bit storage on a real device: every pattern widens exactly, and rounding is to nearest even.
@Suite(.serialized) struct NarrowStorageTests {
    /// How a kernel walks its elements: whole vectors, single elements, vectors of which the last ones are cut.
    enum Walk: CaseIterable { case vectors, scalars, tails }

    private let device: OpenCLDevice

    init() throws { device = try OpenCLDevice.named("opencl:0") }

    private static func bits(_ value: Float, _ type: DType) -> UInt16 {
        type == .float16 ? HalfPrecision.float16(value) : HalfPrecision.bfloat16(value)
    }

    private static func float(_ bits: UInt16, _ type: DType) -> Float {
        type == .float16 ? HalfPrecision.float(float16: bits) : HalfPrecision.float(bfloat16: bits)
    }

    /// y = x over `count` elements of the given types.
    private func copy(_ count: Int, from source: DType, to target: DType, _ walk: Walk) -> LoopProgram {
        let (group, lane) = (16, "l")
        let place = Index.axis("g") * group + .axis(lane)
        let end = walk == .tails ? [Bound(place, below: count)] : []
        let value = Expr.cast(target, .load(Load("x", [place], bounds: end)))
        let body = Statement.loop(
            axis: lane, start: 0, end: group, kind: walk == .scalars ? .serial : .lanes,
            body: [.store([Store("y", [place], value, bounds: end)])])
        return LoopProgram(
            name: "copy",
            buffers: [
                Buffer("x", source, shape: [count], role: .input), Buffer("y", target, shape: [count], role: .output),
            ],
            kernels: [Kernel(name: "copy", grid: [Axis("g", (count + group - 1) / group)], body: [body])])
    }

    @Test(arguments: [DType.float16, .bfloat16], Walk.allCases)
    func everyPatternWidens(_ type: DType, _ walk: Walk) throws {
        let patterns = (UInt16.min...UInt16.max).dropLast(walk == .tails ? 3 : 0).map { $0 }
        let solution = try device.rendered(copy(patterns.count, from: type, to: .float32, walk))
        let found: [Float] = try device.output(of: solution, for: patterns, count: patterns.count)
        for (pattern, value) in zip(patterns, found) {
            let expected = Self.float(pattern, type)
            guard !expected.isNaN || !value.isNaN else { continue }
            #expect(value.bitPattern == expected.bitPattern, "\(pattern) is \(value)")
        }
    }

    /// Random patterns, every 16-bit value, the middle between any two neighbours, and what lies next to it.
    private static func floats(_ type: DType) -> [Float] {
        var random = UInt32(20_261_127)
        let drawn = (0..<50_000).map { _ -> Float in
            random ^= random << 13
            random ^= random >> 17
            random ^= random << 5
            return Float(bitPattern: random)
        }
        let values = (UInt16(0)..<0x7F80).map { float($0, type) }.filter(\.isFinite)
        let middles = zip(values, values.dropFirst()).map { Float((Double($0) + Double($1)) / 2) }
        let near = middles.flatMap { [$0, $0.nextUp, $0.nextDown, -$0] }
        let edges: [Float] = [
            0, -0, .infinity, -.infinity, .nan, 65504, 65519.996, 65520, 3.4028235e38, .leastNonzeroMagnitude,
            -0x1p-133, 2.9802322e-8,
        ]
        return drawn + values + near + edges
    }

    @Test(arguments: [DType.float16, .bfloat16], Walk.allCases)
    func storesRoundToNearestEven(_ type: DType, _ walk: Walk) throws {
        let values = Self.floats(type).dropLast(walk == .tails ? 1 : 0)
        let whole = walk == .tails ? Array(values) : Array(values.dropLast(values.count % 16))
        let solution = try device.rendered(copy(whole.count, from: .float32, to: type, walk))
        let found: [UInt16] = try device.output(of: solution, for: whole, count: whole.count)
        for (value, bits) in zip(whole, found) {
            let expected = Self.bits(value, type)
            if value.isNaN {
                #expect(Self.float(bits, type).isNaN)
            } else {
                #expect(bits == expected, "\(value) became \(bits), not \(expected)")
            }
        }
    }
}
