import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Plain error and reduction length") struct PlainErrorTests {
    private func errors(_ number: Int) throws -> [PlainError] {
        let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
        let arguments = workload.arguments(seed: Seed(7))
        let expected = try ReferenceExecutor<Double>(workload).run(arguments)
        return try PlainError.measure(workload, arguments: arguments, expected: expected)
    }

    @Test("Float32 rounding shows, within the error bound of a sum", arguments: [1, 4, 21, 23, 33, 40, 47])
    func float32(number: Int) throws {
        let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
        let error = try errors(number)[0]
        #expect(error.normwise > 1e-9 && error.elementwise > 1e-9)
        // The worst case of a running sum, Higham (2002), section 4.2, with room for two passes.
        #expect(error.normwise < 4 * Double(workload.reductionLength + 8) * 0x1p-24)
    }

    @Test("Exact operators and integer outputs have no error", arguments: [19, 32, 49, 51])
    func exact(number: Int) throws {
        #expect(try errors(number) == [PlainError(normwise: 0, elementwise: 0)])
    }

    /// One value over and over is off most: every addition is rounded the same way.
    @Test("Windows and groups are added in order, as one loop over their elements would")
    func inOrder() throws {
        let value: Float = 1.0525
        var sum: Float = 0
        for _ in 0..<65536 { sum += value }
        #expect(abs(Double(sum) / 65536 / Double(value) - 1) > 1e-5)
        func float(_ op: String, _ x: [Int], _ arguments: [Argument], _ result: [Int]) throws -> [Float] {
            let workload = Workload(
                name: "w", inputs: [TensorSpec(name: "x", dtype: .float32, shape: x)],
                nodes: [
                    Node(
                        name: "y", op: op, arguments: [.value("x")] + arguments,
                        outputs: [TensorType(dtype: .float32, shape: result)])
                ], outputs: ["y"])
            let values = [Float](repeating: value, count: x.reduce(1, *))
            return try ReferenceExecutor<Float>(workload).run(["x": Tensor(shape: x, values: values)])[0].values
        }
        let one = Argument.list([.int(1), .int(1)])
        #expect(
            try float("aten.adaptive_avg_pool2d.default", [1, 1, 256, 256], [one], [1, 1, 1, 1]) == [sum / 65536])
        let normed = try float("aten.group_norm.default", [1, 4, 128, 128], [.int(1)], [1, 4, 128, 128])
        // What is left of equal values is how far the mean is off, over the deviation that this makes of it.
        let left = Double(value - sum / 65536)
        #expect(isClose([Double(normed[0])], [left / (left * left + 1e-5).squareRoot()], within: 1e-3))
        #expect(normed.allSatisfy { $0 == normed[0] })
    }

    @Test("Errors are relative to the norm and to the element and the mean size together")
    func measures() {
        let error = PlainError(of: tensor([2], [3, 5]), expected: tensor([2], [3, 4]))
        #expect(isClose([error.normwise], [1.0 / 5]))
        #expect(isClose([error.elementwise], [1 / (4 + 12.5.squareRoot())]))
    }

    @Test("16-bit types are rounded where nodes declare them")
    func half() throws {
        let type = TensorType(dtype: .float16, shape: [1])
        let workload = Workload(
            name: "w", inputs: [TensorSpec(name: "x", dtype: .float16, shape: [1])],
            nodes: [Node(name: "y", op: "aten.add.Tensor", arguments: [.value("x"), .int(1)], outputs: [type])],
            outputs: ["y"])
        let x = Tensor<Double>(dtype: .float16, shape: [1], values: [0x1p-12])
        let expected = try ReferenceExecutor<Double>(workload).run(["x": x])
        let errors = try PlainError.measure(workload, arguments: ["x": x], expected: expected)
        #expect(isClose([errors[0].normwise], [0x1p-12 / (1 + 0x1p-12)]))
    }

    @Test(
        "Reduction lengths",
        arguments: [
            (1, 128), (4, 512), (11, 64), (19, 1), (23, 98304), (33, 4096), (34, 4096), (36, 32), (39, 65535),
            (47, 256),
        ])
    func lengths(number: Int, expected: Int) throws {
        #expect(try Suite.kernelBench.workload(level: 1, number: number, size: .tiny).reductionLength == expected)
    }

    @Test("Sums behind one another add up")
    func chained() {
        let matrix = TensorType(dtype: .float32, shape: [8, 8])
        let nodes = [
            Node(name: "p", op: "aten.mm.default", arguments: [.value("x"), .value("x")], outputs: [matrix]),
            Node(name: "q", op: "aten.mm.default", arguments: [.value("p"), .value("x")], outputs: [matrix]),
        ]
        let workload = Workload(
            name: "w", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [8, 8])], nodes: nodes, outputs: ["q"])
        #expect(workload.reductionLength == 16)
    }
}
