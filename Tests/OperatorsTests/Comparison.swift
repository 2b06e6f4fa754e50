import KernelIR
import Operators
import Reference
import Testing
import Workloads

/// Random numbers that a printed seed reproduces (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A small extent, odd and prime ones among them.
    mutating func extent() -> Int { [1, 2, 3, 4, 5, 7, 11].randomElement(using: &self) ?? 1 }

    mutating func shape(_ ranks: ClosedRange<Int>) -> [Int] {
        (0..<Int.random(in: ranks, using: &self)).map { _ in extent() }
    }
}

/// Lowers a workload, verifies it, interprets it and compares it with the reference.
func expectReferenceValues(
    _ workload: Workload, _ inputs: [String: [Double]], _ comment: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let program = try lower(workload)
    try program.verify()
    var arguments: [String: Reference.Tensor<Double>] = [:]
    for spec in workload.inputs + workload.parameters {
        arguments[spec.name] = Tensor(dtype: spec.dtype, shape: spec.shape, values: inputs[spec.name] ?? [])
    }
    let expected = try ReferenceExecutor<Double>(workload).run(arguments)
    var given = inputs
    for constant in workload.constants { given[constant.name] = constant.values }
    let declared = Set(program.buffers.map(\.name))
    let actual = try TensorProgramInterpreter.run(program, inputs: given.filter { declared.contains($0.key) })
    for (name, tensor) in zip(workload.outputs, expected) {
        let values = try #require(actual[name], "output \(name)", sourceLocation: sourceLocation)
        let buffer = try #require(program.buffer(name))
        #expect(
            buffer.count == tensor.values.count && buffer.type == tensor.dtype, "\(comment)",
            sourceLocation: sourceLocation)
        let worst = zip(values, tensor.values).enumerated().first { _, pair in !agree(pair.0, pair.1) }
        #expect(
            worst == nil, "\(comment): output \(name), first difference \(String(describing: worst))",
            sourceLocation: sourceLocation)
    }
}

private func agree(_ a: Double, _ b: Double) -> Bool {
    a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 1e-9 * max(1, abs(b))
}

/// A graph of a few nodes, written by hand.
struct Graph {
    var inputs: [TensorSpec] = []
    var nodes: [Node] = []
    var values: [String: [Double]] = [:]

    /// An input with random values in -2...2, or only positive ones.
    mutating func input(
        _ name: String, _ shape: [Int], positive: Bool = false, _ random: inout SeededRandom
    ) -> Argument {
        inputs.append(TensorSpec(name: name, dtype: .float32, shape: shape))
        values[name] = (0..<shape.reduce(1, *)).map { _ in
            Double.random(in: positive ? 0.1...3 : -2...2, using: &random)
        }
        return .value(name)
    }

    /// An operator with one result.
    @discardableResult
    mutating func add(
        _ name: String, _ op: String, _ arguments: [Argument], _ shape: [Int], _ type: DType = .float32,
        keywords: [String: Argument] = [:]
    ) -> Argument {
        nodes.append(
            Node(
                name: name, op: op, arguments: arguments, keywordArguments: keywords,
                outputs: [TensorType(dtype: type, shape: shape)]))
        return .value(name)
    }

    /// The workload that hands out the given values, or the last node's.
    func workload(outputs: [String]? = nil) -> Workload {
        Workload(name: "test", inputs: inputs, nodes: nodes, outputs: outputs ?? [nodes[nodes.count - 1].name])
    }

    func expectReferenceValues(
        outputs: [String]? = nil, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try OperatorsTests.expectReferenceValues(
            workload(outputs: outputs), values, comment, sourceLocation: sourceLocation)
    }
}
