import KernelIR
import Operators
import Reference
import Testing
import Workloads

/// Convolutions and pools of small random shapes against the oracle.
@Suite("Windows") struct WindowTests {
    /// One operator with the input's shape and the parameters' shapes.
    private func workload(_ op: String, _ shapes: [[Int]], _ arguments: [Argument], result: [Int]) -> Workload {
        let names = ["x", "w", "b"]
        let specs = zip(names, shapes).map { TensorSpec(name: $0, dtype: .float32, shape: $1) }
        let operands = specs.map { Argument.value($0.name) }
        let node = Node(
            name: "y", op: op, arguments: operands + arguments, outputs: [TensorType(dtype: .float32, shape: result)])
        return Workload(
            name: "windows", inputs: Array(specs.prefix(1)), parameters: Array(specs.dropFirst()), nodes: [node],
            outputs: ["y"])
    }

    private func check(
        _ op: String, _ shapes: [[Int]], _ arguments: [Argument], result: [Int], seed: UInt64, _ comment: String
    ) throws {
        let workload = workload(op, shapes, arguments, result: result)
        var random = SeededRandom(seed: seed)
        var values: [String: [Double]] = [:]
        for spec in workload.inputs + workload.parameters {
            values[spec.name] = (0..<spec.elementCount).map { _ in Double.random(in: -1...1, using: &random) }
        }
        try expectReferenceValues(workload, values, comment)
    }

    /// Windows that fit along each dimension.
    private func results(
        _ input: [Int], _ kernel: [Int], _ stride: [Int], _ padding: [Int], _ dilation: [Int]
    ) -> [Int] {
        input.indices.map { dimension in
            let span = (kernel[dimension] - 1) * dilation[dimension] + 1
            return (input[dimension] + 2 * padding[dimension] - span) / stride[dimension] + 1
        }
    }

    private func list(_ values: [Int]) -> Argument { .list(values.map(Argument.int)) }

    @Test("convolutions, grouped, strided, dilated and padded", arguments: 1...3, 0..<12)
    func convolutions(rank: Int, round: Int) throws {
        let seed = UInt64(100 * rank + round)
        var random = SeededRandom(seed: seed)
        func draw(_ range: ClosedRange<Int>) -> [Int] { (0..<rank).map { _ in Int.random(in: range, using: &random) } }
        let groups = [1, 1, 2, 3][round % 4]
        let (each, from) = (Int.random(in: 1...3, using: &random), Int.random(in: 1...2, using: &random))
        let (kernel, stride, padding, dilation) = (draw(1...3), draw(1...2), draw(0...2), draw(1...2))
        let input = (0..<rank).map { (kernel[$0] - 1) * dilation[$0] + Int.random(in: 1...4, using: &random) }
        let output = results(input, kernel, stride, padding, dilation)
        let shapes = [[2, groups * from] + input, [groups * each, from] + kernel, [groups * each]]
        try check(
            "aten.conv\(rank)d.default", shapes,
            [list(stride), list(padding), list(dilation), .int(groups)], result: [2, groups * each] + output,
            seed: seed, "\(shapes) \(stride) \(padding) \(dilation) \(groups), seed \(seed)")
    }

    @Test(
        "a last dimension that windows do not slide along merges with the one before",
        arguments: [
            ([1, 1], [2, 5, 6], 1), ([3, 1], [2, 5, 6], 1), ([3, 2, 1], [2, 4, 5, 6], 2), ([3, 3], [2, 5, 6], 2),
        ])
    func merged(_ kernel: [Int], _ input: [Int], _ dimensions: Int) throws {
        let ones = kernel.map { _ in 1 }
        let zeros = kernel.map { _ in 0 }
        let output = results(Array(input.dropFirst()), kernel, ones, zeros, ones)
        let shapes = [[2] + input, [3, 2] + kernel, [3]]
        let arguments = [list(ones), list(zeros), list(ones), .int(1)]
        let op = "aten.conv\(kernel.count)d.default"
        let result = [2, 3] + output
        let axes = try #require(try lower(workload(op, shapes, arguments, result: result)).stages.last).axes
        #expect(axes.filter { $0.name.hasPrefix("n") }.count == dimensions)
        try check(op, shapes, arguments, result: result, seed: 7, "\(kernel) over \(input), seed 7")
    }

    @Test("transposed convolutions", arguments: 1...3, 0..<12)
    func transposed(rank: Int, round: Int) throws {
        let seed = UInt64(1000 * rank + round)
        var random = SeededRandom(seed: seed)
        func draw(_ range: ClosedRange<Int>) -> [Int] { (0..<rank).map { _ in Int.random(in: range, using: &random) } }
        let groups = [1, 1, 2][round % 3]
        let (each, from) = (Int.random(in: 1...2, using: &random), Int.random(in: 1...2, using: &random))
        let (kernel, stride, dilation, input) = (draw(2...3), draw(1...3), draw(1...2), draw(2...3))
        let padding = (0..<rank).map { Int.random(in: 0...min(1, (kernel[$0] - 1) * dilation[$0]), using: &random) }
        let extra = (0..<rank).map { Int.random(in: 0..<max(stride[$0], dilation[$0]), using: &random) }
        let output = (0..<rank).map { (dimension: Int) -> Int in
            let span = (kernel[dimension] - 1) * dilation[dimension] + 1
            return (input[dimension] - 1) * stride[dimension] - 2 * padding[dimension] + span + extra[dimension]
        }
        let shapes = [[2, groups * from] + input, [groups * from, each] + kernel, [groups * each]]
        try check(
            "aten.conv_transpose\(rank)d.\(rank == 1 ? "default" : "input")", shapes,
            [list(stride), list(padding), list(extra), .int(groups), list(dilation)],
            result: [2, groups * each] + output, seed: seed,
            "\(shapes) \(stride) \(padding) \(extra) \(groups) \(dilation), seed \(seed)")
    }

    @Test("transposed convolutions copy zeros along the last dimension alone where strides are 1")
    func zerosOfRows() throws {
        func stages(_ kernel: [Int], _ stride: Int, _ result: [Int]) throws -> [Stage] {
            let arguments = [list([stride, 1]), list([0, 0]), list([0, 0]), .int(1), list([1, 1])]
            return try lower(
                workload(
                    "aten.conv_transpose2d.input", [[2, 3, 5, 6], [3, 4] + kernel, [4]], arguments,
                    result: [2, 4] + result)
            ).stages
        }
        func elements(_ stage: Stage?) -> Int? { stage?.axes.reduce(1) { $0 * $1.extent } }
        func bounds(_ stages: [Stage]) -> [Int] { stages.last?.loads.flatMap(\.bounds).map(\.extent) ?? [] }
        let plain = try stages([3, 3], 1, [7, 8])
        #expect(elements(plain.first) == 2 * 3 * 5 * 10)
        #expect(bounds(plain) == [5])
        // Rows of a dimension with strides, or beside one that nothing slides along, have theirs copied, too.
        let strided = try stages([2, 3], 2, [10, 8])
        #expect(elements(strided.first) == 2 * 3 * 5 * 10)
        #expect(bounds(strided).isEmpty)
        let flat = try stages([3, 1], 1, [7, 6])
        #expect(elements(flat.first) == 2 * 3 * 9 * 6)
        #expect(bounds(flat).isEmpty)
    }

    @Test("maxima and means of windows", arguments: 1...3, 0..<12)
    func pools(rank: Int, round: Int) throws {
        let kind = round < 6 ? "max" : "avg"
        let seed = UInt64(10 * rank + round)
        var random = SeededRandom(seed: seed)
        func draw(_ range: ClosedRange<Int>) -> [Int] { (0..<rank).map { _ in Int.random(in: range, using: &random) } }
        let (kernel, stride) = (draw(1...3), draw(1...3))
        let dilation = kind == "max" ? draw(1...2) : kernel.map { _ in 1 }
        let padding = kernel.map { Int.random(in: 0...($0 / 2), using: &random) }
        let input = (0..<rank).map { (kernel[$0] - 1) * dilation[$0] + Int.random(in: 1...5, using: &random) }
        let output = results(input, kernel, stride, padding, dilation)
        try check(
            "aten.\(kind)_pool\(rank)d.default", [[2, 3] + input],
            [list(kernel), list(stride), list(padding)] + (kind == "max" ? [list(dilation)] : []),
            result: [2, 3] + output, seed: seed, "\(input) \(kernel) \(stride) \(padding) \(dilation), seed \(seed)")
    }
}
