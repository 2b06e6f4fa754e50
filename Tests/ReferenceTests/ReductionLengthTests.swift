import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Reduction length") struct ReductionLengthTests {
    private func length(
        _ op: String, _ shapes: [[Int]], _ arguments: [Argument] = [], output: [Int]
    ) -> Int {
        let names = ["a", "b", "c"].prefix(shapes.count)
        let node = Node(
            name: "y", op: op, arguments: names.map(Argument.value) + arguments,
            outputs: [TensorType(dtype: .float32, shape: output)])
        let inputs = zip(names, shapes).map { TensorSpec(name: $0, dtype: .float32, shape: $1) }
        return Workload(name: op, inputs: inputs, nodes: [node], outputs: ["y"]).reductionLength
    }

    @Test("A convolution adds channels of a group times kernel elements")
    func convolutions() {
        #expect(length("aten.conv2d.default", [[1, 8, 9, 9], [6, 4, 3, 5]], output: [1, 6, 7, 5]) == 60)
        #expect(length("aten.conv_transpose1d.default", [[1, 8, 9], [8, 3, 5]], output: [1, 3, 13]) == 40)
        let grouped: [Argument] = [.none, .list([.int(1)]), .list([.int(0)]), .list([.int(0)]), .int(2)]
        #expect(length("aten.conv_transpose1d.default", [[1, 8, 9], [8, 3, 5]], grouped, output: [1, 6, 13]) == 20)
        let general: [Argument] = [
            .none, .list([.int(1)]), .list([.int(0)]), .list([.int(1)]), .bool(true), .list([.int(0)]), .int(4),
        ]
        #expect(length("aten.convolution.default", [[1, 8, 9], [8, 3, 5]], general, output: [1, 12, 13]) == 10)
    }

    @Test("A pooling adds its window, of a loss every element counts")
    func windowsAndLosses() {
        let x = [1, 2, 8, 8]
        #expect(length("aten.avg_pool2d.default", [x], [.list([.int(2), .int(3)])], output: [1, 2, 7, 6]) == 6)
        #expect(length("aten.avg_pool2d.default", [x], [.list([.int(2)])], output: [1, 2, 4, 4]) == 4)
        #expect(length("aten.adaptive_avg_pool2d.default", [x], [.list([.int(2)])], output: [1, 2, 2, 2]) == 16)
        #expect(length("aten.max_pool2d.default", [x], [.list([.int(2)])], output: [1, 2, 4, 4]) == 1)
        #expect(length("aten.mse_loss.default", [[4, 5], [4, 5]], output: []) == 20)
        #expect(length("aten.kl_div.default", [[4, 5], [4, 5]], [.int(0)], output: [4, 5]) == 1)
    }

    @Test("Attention adds features, then keys twice; a recurrent network its matrices' widths and its steps")
    func attentionAndRecurrence() {
        let attention = length(
            "aten.scaled_dot_product_attention.default", [[2, 3, 4], [2, 7, 4], [2, 7, 5]], output: [2, 3, 5])
        #expect(attention == 4 + 2 * 7)
        #expect(length("aten.gru.input", [[9, 2, 4], [18, 4], [18, 6]], output: [9, 2, 6]) == 4 + 6 + 9)
    }
}
