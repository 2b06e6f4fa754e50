import KernelIR

// The two forms of a recurrent layer. Gates are ordered input, output, forget, cell in ONNX's LSTM and input, forget,
// cell, output in ATen's; update, reset, hidden in ONNX's GRU and reset, update, hidden in ATen's.
extension RecurrentLayer {
    private static let longest = 4096

    /// ATen's operator; a reversed direction runs forward over the reversed time.
    func fused(_ graph: inout GraphComposer) throws -> [Results] {
        try directions.map { direction in
            let source = direction.isReversed ? try graph.flip(x, [0]) : x
            let tensors = try [
                direction.input, direction.recurrence, direction.inputBias, direction.recurrenceBias,
            ].map { try reordered($0, &graph) }
            let state = [1, batch, hiddenSize]
            let hidden = try graph.reshape(direction.hidden, state)
            let cell = try graph.reshape(direction.cell, state)
            let initial = kind == .lstm ? try graph.references([hidden, cell]) : try graph.reference(hidden)
            let arguments: [Argument] = [
                try graph.reference(source), initial, try graph.references(tensors), .bool(true), .int(1), .int(0),
                .bool(false), .bool(false), .bool(false),
            ]
            let type = TensorType(dtype: x.dtype, shape: state)
            let all = TensorType(dtype: x.dtype, shape: [time, batch, hiddenSize])
            let results = try graph.emit(
                several: operatorName(direction), arguments, kind == .lstm ? [all, type, type] : [all, type])
            return Results(
                states: direction.isReversed ? try graph.flip(results[0], [0]) : results[0], hidden: results[1],
                cell: kind == .lstm ? results[2] : nil)
        }
    }

    private func operatorName(_ direction: Direction) -> String {
        switch kind {
        case .lstm: "aten.lstm.input"
        case .gru: "aten.gru.input"
        case .rnn: direction.activations[0] == .relu ? "aten.rnn_relu.input" : "aten.rnn_tanh.input"
        }
    }

    /// Puts the rows of the gates in ATen's order.
    private func reordered(_ x: ImportedValue, _ graph: inout GraphComposer) throws -> ImportedValue {
        let order = kind == .lstm ? [0, 2, 3, 1] : kind == .gru ? [1, 0, 2] : [0]
        guard order.count > 1 else { return x }
        return try graph.cat(order.map { try graph.slice(x, 0, $0 * hiddenSize, ($0 + 1) * hiddenSize) }, 0)
    }

    /// One step after another; steps beyond a sequence's length keep the state and give zeros.
    func unrolled(_ call: OnnxCall, _ graph: inout GraphComposer) throws -> [Results] {
        try call.require(time <= Self.longest, "\(time) steps", hint: "at most \(Self.longest) where it is unrolled")
        return try directions.map { direction in
            // The reset gate of a GRU that resets after the product needs the recurrence's bias apart.
            let isSplit = kind == .gru
            let bias =
                isSplit ? direction.inputBias : try graph.add(direction.inputBias, direction.recurrenceBias)
            let projected = try graph.add(graph.matmul(x, graph.transpose(direction.input)), bias)
            let recurrence = try graph.transpose(direction.recurrence)
            var (hidden, cell) = (direction.hidden, direction.cell)
            var states: [Int: ImportedValue] = [:]
            for step in direction.isReversed ? Array((0..<time).reversed()) : Array(0..<time) {
                let input = try graph.reshape(
                    graph.slice(projected, 0, step, step + 1), [batch, gates * hiddenSize])
                var (newHidden, newCell) = try advance(direction, input, recurrence, hidden, cell, &graph)
                var state = newHidden
                if let lengths {
                    let column = try graph.reshape(lengths, [batch, 1])
                    let isInside = try graph.binary("gt.Tensor", column, Double(step), dtype: .bool)
                    state = try graph.choose(isInside, .tensor(newHidden), .number(0))
                    newHidden = try graph.choose(isInside, newHidden, hidden)
                    newCell = try graph.choose(isInside, newCell, cell)
                }
                (hidden, cell) = (newHidden, newCell)
                states[step] = try graph.reshape(state, [1, batch, hiddenSize])
            }
            let all = try graph.cat((0..<time).compactMap { states[$0] }, 0)
            return Results(states: all, hidden: hidden, cell: kind == .lstm ? cell : nil)
        }
    }

    /// The next hidden state and cell.
    private func advance(
        _ direction: Direction, _ input: ImportedValue, _ recurrence: ImportedValue, _ hidden: ImportedValue,
        _ cell: ImportedValue, _ graph: inout GraphComposer
    ) throws -> (ImportedValue, ImportedValue) {
        switch kind {
        case .rnn:
            let sum = try graph.add(input, graph.matmul(hidden, recurrence))
            return (try activate(direction, 0, sum, &graph), cell)
        case .gru: return (try resetAndUpdate(direction, input, recurrence, hidden, &graph), cell)
        case .lstm: return try remember(direction, input, recurrence, hidden, cell, &graph)
        }
    }

    private func resetAndUpdate(
        _ direction: Direction, _ input: ImportedValue, _ recurrence: ImportedValue, _ hidden: ImportedValue,
        _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let bias = direction.recurrenceBias
        let inner = try graph.add(graph.matmul(hidden, recurrence), bias)
        let update = try activate(direction, 0, graph.add(gate(input, 0, &graph), gate(inner, 0, &graph)), &graph)
        let reset = try activate(direction, 0, graph.add(gate(input, 1, &graph), gate(inner, 1, &graph)), &graph)
        let candidate: ImportedValue
        if resetsAfter {
            candidate = try graph.mul(reset, gate(inner, 2, &graph))
        } else {
            let columns = try graph.slice(recurrence, 1, 2 * hiddenSize, 3 * hiddenSize)
            let constant = try graph.slice(bias, 0, 2 * hiddenSize, 3 * hiddenSize)
            candidate = try graph.add(graph.matmul(graph.mul(reset, hidden), columns), constant)
        }
        let new = try activate(direction, 1, graph.add(gate(input, 2, &graph), candidate), &graph)
        // (1 − z)·new + z·old
        return try graph.add(new, graph.mul(update, graph.sub(hidden, new)))
    }

    private func remember(
        _ direction: Direction, _ input: ImportedValue, _ recurrence: ImportedValue, _ hidden: ImportedValue,
        _ cell: ImportedValue, _ graph: inout GraphComposer
    ) throws -> (ImportedValue, ImportedValue) {
        let sum = try graph.add(input, graph.matmul(hidden, recurrence))
        func sees(_ x: ImportedValue, _ cell: ImportedValue, _ peephole: Int) throws -> ImportedValue {
            guard !direction.peepholes.isEmpty else { return x }
            return try graph.add(x, graph.mul(cell, direction.peepholes[peephole]))
        }
        let entering = try activate(direction, 0, sees(gate(sum, 0, &graph), cell, 0), &graph)
        let keeping =
            couplesForget
            ? try graph.binary("sub.Tensor", .number(1), .tensor(entering))
            : try activate(direction, 0, sees(gate(sum, 2, &graph), cell, 2), &graph)
        let candidate = try activate(direction, 1, gate(sum, 3, &graph), &graph)
        let newCell = try graph.add(graph.mul(keeping, cell), graph.mul(entering, candidate))
        let leaving = try activate(direction, 0, sees(gate(sum, 1, &graph), newCell, 1), &graph)
        return (try graph.mul(leaving, direction.activations[2].apply(newCell, &graph)), newCell)
    }

    private func gate(_ x: ImportedValue, _ number: Int, _ graph: inout GraphComposer) throws -> ImportedValue {
        try graph.slice(x, 1, number * hiddenSize, (number + 1) * hiddenSize)
    }

    /// An activation of its clipped argument.
    private func activate(
        _ direction: Direction, _ number: Int, _ x: ImportedValue, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let bounded = try clip.map { try graph.unary("clamp", x, [.number(-$0), .number($0)]) } ?? x
        return try direction.activations[number].apply(bounded, &graph)
    }
}
