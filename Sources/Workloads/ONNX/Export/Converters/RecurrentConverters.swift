import KernelIR

/// Recurrent networks of several layers, one ONNX operator for each layer and both of its directions.
///
/// ATen stacks the weights of gates in another order than ONNX, so they are reordered in the graph.
enum RecurrentConverters {
    static let table: [String: Converter] = [
        "aten.lstm.input": converter(Cell(op: "LSTM", gates: [0, 3, 1, 2], states: 2, attributes: [])),
        "aten.gru.input": converter(
            Cell(op: "GRU", gates: [1, 0, 2], states: 1, attributes: [.int("linear_before_reset", 1)])),
        "aten.rnn_tanh.input": converter(Cell(op: "RNN", gates: [0], states: 1, attributes: [])),
        "aten.rnn_relu.input": converter(
            Cell(op: "RNN", gates: [0], states: 1, attributes: [], activation: "Relu")),
    ]

    /// What sets the three kinds of network apart.
    struct Cell: Sendable {
        var op: String
        /// ATen's position of each of ONNX's gates: input, output, forget, cell against input, forget, cell, output;
        /// update, reset, new against reset, update, new.
        var gates: [Int]
        /// How many states are carried along.
        var states: Int
        var attributes: [OnnxAttribute]
        /// The activation where it is not ONNX's default.
        var activation: String?
    }

    private static func converter(_ cell: Cell) -> Converter {
        { call, graph throws(KernelwrightError) in
            let network = try RecurrentNetwork(cell, call, &graph)
            return network.emit(call, &graph)
        }
    }
}

/// One recurrent network with its arguments.
private struct RecurrentNetwork {
    let cell: RecurrentConverters.Cell
    let x: OnnxValue
    /// Initial states, [layers · directions, batch, hidden] each.
    let states: [OnnxValue]
    let parameters: [OnnxValue]
    let hasBiases: Bool
    let layers: Int
    let directions: Int
    let isBatchFirst: Bool

    private var hidden: Int { states[0].shape[2] }
    private var tensorsOfDirection: Int { hasBiases ? 4 : 2 }

    init(
        _ cell: RecurrentConverters.Cell, _ call: OperatorCall, _ graph: inout GraphBuilder
    ) throws(KernelwrightError) {
        self.cell = cell
        x = try call.tensor(0, "input")
        states = cell.states == 1 ? [try call.tensor(1, "hx")] : try call.tensors(1, "hx")
        parameters = try call.tensors(2, "params")
        hasBiases = try call.flag(3, "has_biases", default: true)
        layers = try call.int(4, "num_layers")
        directions = try call.flag(7, "bidirectional", default: false) ? 2 : 1
        isBatchFirst = try call.flag(8, "batch_first", default: false)
        guard x.rank == 3, states.count == cell.states, states.allSatisfy({ $0.rank == 3 }) else {
            throw call.reject("its input must have a batch axis, and it must have its initial states")
        }
        guard parameters.count == layers * directions * (hasBiases ? 4 : 2) else {
            throw call.reject("projected outputs (proj_size) are not supported")
        }
    }

    /// The outputs of the last layer and the last states of all.
    func emit(_ call: OperatorCall, _ graph: inout GraphBuilder) -> [String] {
        var sequence = isBatchFirst ? graph.emit("Transpose", [x.name], [.ints("perm", [1, 0, 2])]) : x.name
        var last = [[String]](repeating: [], count: cell.states)
        for layer in 0..<layers {
            let isTop = layer == layers - 1
            let results =
                [graph.freshName(cell.op)]
                + (1...cell.states).map { call.usedElements.contains($0) ? graph.freshName("state") : "" }
            let initial = states.map { slice($0, layer, &graph) }
            graph.emit(
                cell.op, [sequence] + weights(layer, &graph) + ["", initial[0]] + initial.dropFirst(), attributes,
                into: results)
            for state in 0..<cell.states { last[state].append(results[state + 1]) }
            sequence = join(results[0], batchFirst: isTop && isBatchFirst, &graph)
        }
        return [sequence]
            + last.map { parts in
                if parts[0].isEmpty { return "" }
                return layers == 1 ? parts[0] : graph.emit("Concat", parts, [.int("axis", 0)])
            }
    }

    private var attributes: [OnnxAttribute] {
        let activations = cell.activation.map { [String](repeating: $0, count: directions) }
        return [.int("hidden_size", hidden), .string("direction", directions == 2 ? "bidirectional" : "forward")]
            + cell.attributes + (activations.map { [.strings("activations", $0)] } ?? [])
    }

    /// [time, directions, batch, hidden] as [time, batch, directions · hidden], or with the batch first.
    private func join(_ name: String, batchFirst: Bool, _ graph: inout GraphBuilder) -> String {
        let (time, batch) = isBatchFirst ? (x.shape[1], x.shape[0]) : (x.shape[0], x.shape[1])
        let order = batchFirst ? [2, 0, 1, 3] : [0, 2, 1, 3]
        let isOrdered = directions == 1 && !batchFirst
        let rows = isOrdered ? name : graph.emit("Transpose", [name], [.ints("perm", order)])
        return graph.reshape(rows, (batchFirst ? [batch, time] : [time, batch]) + [directions * hidden])
    }

    /// The initial state of one layer.
    private func slice(_ state: OnnxValue, _ layer: Int, _ graph: inout GraphBuilder) -> String {
        layers == 1
            ? state.name : graph.slice(state.name, axis: 0, from: layer * directions, to: (layer + 1) * directions)
    }

    /// W, R and B of one layer: [directions, gates · hidden, …] each.
    private func weights(_ layer: Int, _ graph: inout GraphBuilder) -> [String] {
        let own = (0..<directions).map { direction in
            Array(
                parameters.dropFirst((layer * directions + direction) * tensorsOfDirection).prefix(tensorsOfDirection))
        }
        let rows = cell.gates.count * hidden
        let matrices = (0..<2).map { index in
            stack(own.map { $0[index] }, [directions, rows, own[0][index].shape[1]], &graph)
        }
        guard hasBiases else { return matrices + [""] }
        return matrices + [stack(own.flatMap { [$0[2], $0[3]] }, [directions, 2 * rows], &graph)]
    }

    /// Tensors one behind the other with their gates in ONNX's order.
    private func stack(_ tensors: [OnnxValue], _ shape: [Int], _ graph: inout GraphBuilder) -> String {
        var pieces: [String] = []
        for tensor in tensors {
            let parts = cell.gates.count == 1 ? [tensor.name] : split(tensor, &graph)
            pieces += cell.gates.map { parts[$0] }
        }
        let rows = pieces.count == 1 ? pieces[0] : graph.emit("Concat", pieces, [.int("axis", 0)])
        return graph.reshape(rows, shape)
    }

    private func split(_ tensor: OnnxValue, _ graph: inout GraphBuilder) -> [String] {
        let parts = cell.gates.map { _ in graph.freshName("gate") }
        let sizes = graph.integers([Int](repeating: hidden, count: parts.count))
        graph.emit("Split", [tensor.name, sizes], [.int("axis", 0)], into: parts)
        return parts
    }
}
