import KernelIR
import Operators
import Testing
import Workloads

@Suite("Recurrent operators") struct RecurrentTests {
    /// A network of one operator over a sequence.
    private func expect(
        _ op: String, gates: Int, states: Int, steps: Int, batch: Int?, units: Int, layers: Int = 1,
        directions: Int = 1, batchFirst: Bool = false, hasBiases: Bool = true
    ) throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let features = 3
        let sequence = batchFirst ? [batch ?? 1, steps] : batch.map { [steps, $0] } ?? [steps]
        let x = graph.input("x", sequence + [features], &random)
        let items = batch.map { [$0] } ?? []
        let first = (0..<states).map { graph.input("h\($0)", [layers * directions] + items + [units], &random) }
        var parameters: [Argument] = []
        for index in 0..<(layers * directions) {
            let width = index < directions ? features : units * directions
            parameters.append(graph.input("wi\(index)", [gates * units, width], &random))
            parameters.append(graph.input("wh\(index)", [gates * units, units], &random))
            guard hasBiases else { continue }
            parameters.append(graph.input("bi\(index)", [gates * units], &random))
            parameters.append(graph.input("bh\(index)", [gates * units], &random))
        }
        let final = [layers * directions] + items + [units]
        graph.nodes.append(
            Node(
                name: "rnn", op: "aten.\(op).input",
                arguments: [
                    x, states == 1 ? first[0] : .list(first), .list(parameters), .bool(hasBiases), .int(layers),
                    .double(0), .bool(true), .bool(directions == 2), .bool(batchFirst),
                ],
                outputs: ([sequence + [units * directions]] + Array(repeating: final, count: states)).map {
                    TensorType(dtype: .float32, shape: $0)
                }))
        for (number, shape) in ([sequence + [units * directions]] + Array(repeating: final, count: states)).enumerated()
        {
            graph.add("out\(number)", "getitem", [.value("rnn"), .int(number)], shape)
        }
        try graph.expectReferenceValues(
            outputs: (0...states).map { "out\($0)" }, "\(op) \(steps) \(String(describing: batch)) \(units)")
    }

    static let kinds = [("lstm", 4, 2), ("gru", 3, 1), ("rnn_tanh", 1, 1), ("rnn_relu", 1, 1)]

    @Test(arguments: kinds.indices)
    func cells(number: Int) throws {
        let (op, gates, states) = Self.kinds[number]
        try expect(op, gates: gates, states: states, steps: 5, batch: 2, units: 3)
        try expect(op, gates: gates, states: states, steps: 4, batch: 1, units: 2, layers: 2, batchFirst: true)
        try expect(op, gates: gates, states: states, steps: 3, batch: 3, units: 2, layers: 2, directions: 2)
        try expect(op, gates: gates, states: states, steps: 1, batch: 2, units: 2, hasBiases: false)
        try expect(op, gates: gates, states: states, steps: 3, batch: nil, units: 1)
    }

    @Test func stepsAreOneStageForEachLayer() throws {
        let workload = try Suite.kernelBench.workload(level: 3, number: 36, size: .cpu)
        let program = try lower(workload)
        try program.verify()
        #expect(program.stages.filter(\.isRecurrent).count == 6)
    }
}
