import KernelIR
import Workloads

/// Recurrent networks of several layers and one or two directions. Dropout between layers is the identity.
extension OperatorTable {
    mutating func addRecurrence() {
        add(several: "aten.lstm.input") { call in
            try RecurrenceCall(call, LongShortTermMemory(), states: try call.tensors(1, "hx")).evaluate()
        }
        add(several: "aten.gru.input") { call in
            try RecurrenceCall(call, GatedRecurrentUnit(), states: [try call.tensor(1, "hx")]).evaluate()
        }
        add(several: "aten.rnn_tanh.input") { call in
            try RecurrenceCall(call, ElmanUnit { Scalar.tanh($0) }, states: [try call.tensor(1, "hx")]).evaluate()
        }
        add(several: "aten.rnn_relu.input") { call in
            try RecurrenceCall(call, ElmanUnit { $0 < 0 ? 0 : $0 }, states: [try call.tensor(1, "hx")]).evaluate()
        }
    }
}

/// The arguments (input, states, parameters, has biases, layers, dropout, training, both directions, batch first).
private struct RecurrenceCall<Scalar: ReferenceScalar, Cell: RecurrentCell<Scalar>> {
    private let call: OperatorCall<Scalar>
    private let cell: Cell
    private let states: [Tensor<Scalar>]
    private let parameters: [Tensor<Scalar>]
    private let hasBiases: Bool
    private let layers: Int
    private let directions: Int
    private let batchFirst: Bool

    init(_ call: OperatorCall<Scalar>, _ cell: Cell, states: [Tensor<Scalar>]) throws {
        (self.call, self.cell, self.states) = (call, cell, states)
        parameters = try call.tensors(2, "params")
        hasBiases = try call.bool(3, "has_biases", default: nil)
        layers = try call.int(4, "num_layers", default: nil)
        directions = try call.bool(7, "bidirectional", default: nil) ? 2 : 1
        batchFirst = try call.bool(8, "batch_first", default: nil)
    }

    /// The last layer's states at all steps, then the final states of all layers.
    func evaluate() throws -> [Tensor<Scalar>] {
        let input = try call.tensor(0)
        let hasBatch = input.shape.count == 3
        guard hasBatch || input.shape.count == 2, layers > 0, states.count == Cell.stateCount else {
            throw call.error(
                "an input of the shape \(input.shape), \(layers) layers, \(states.count) states",
                hint: "give [steps, batch, features], 1 layer or more and \(Cell.stateCount) states")
        }
        var sequence = hasBatch ? input : input.reshaped([input.shape[0], 1, input.shape[1]])
        if batchFirst, hasBatch { sequence = sequence.permuted([1, 0, 2]) }
        var finals: [[[Scalar]]] = states.map { _ in [] }
        for layer in 0..<layers {
            var outputs: [Tensor<Scalar>] = []
            for direction in 0..<directions {
                let index = layer * directions + direction
                let weights = try weights(index, features: sequence.shape[2])
                let initial = try initialStates(index, batch: sequence.shape[1], weights)
                let pass = RecurrentPass(cell: cell, weights: weights, isBackward: direction == 1)
                let (output, last) = pass.run(sequence, initial: initial)
                outputs.append(output)
                for (state, values) in last.enumerated() { finals[state].append(values) }
            }
            sequence = Self.joined(outputs)
        }
        if batchFirst, hasBatch { sequence = sequence.permuted([1, 0, 2]) }
        let output = hasBatch ? sequence : sequence.reshaped([sequence.shape[0], sequence.shape[2]])
        return [output]
            + zip(states, finals).map {
                Tensor(dtype: input.dtype, shape: $0.shape, values: Array($1.joined()))
            }
    }

    /// The parameters of one direction of one layer: input weight, state weight, two biases, projection.
    private func weights(_ index: Int, features: Int) throws -> RecurrentWeights<Scalar> {
        let plain = hasBiases ? 4 : 2
        let stride = parameters.count / (layers * directions)
        let hasProjection = Cell.stateCount == 2 && stride == plain + 1
        guard stride * layers * directions == parameters.count, stride == plain || hasProjection else {
            throw call.error("\(parameters.count) parameters", hint: "give \(plain * layers * directions)")
        }
        let own = Array(parameters[(index * stride)..<((index + 1) * stride)])
        let rows = own[0].shape.first ?? 0
        let hidden = rows / Cell.gateCount
        let width = hasProjection ? own[stride - 1].shape[0] : hidden
        guard rows % Cell.gateCount == 0, own[0].shape == [rows, features], own[1].shape == [rows, width],
            !hasBiases || (own[2].shape == [rows] && own[3].shape == [rows]),
            !hasProjection || own[stride - 1].shape == [width, hidden]
        else {
            throw call.error(
                "the weights of layer \(index) have the shapes \(own.map(\.shape))",
                hint: "\(Cell.gateCount) gates of \(features) features and \(width) states")
        }
        return RecurrentWeights(
            input: own[0].transposed(), state: own[1].transposed(),
            inputBias: hasBiases ? own[2].values : Array(repeating: 0, count: rows),
            stateBias: hasBiases ? own[3].values : Array(repeating: 0, count: rows),
            projection: hasProjection ? own[stride - 1].transposed() : nil)
    }

    private func initialStates(
        _ index: Int, batch: Int, _ weights: RecurrentWeights<Scalar>
    ) throws -> [[Scalar]] {
        let widths = [weights.state.shape[0], weights.state.shape[1] / Cell.gateCount]
        return try zip(states, widths).map { state, width in
            guard state.values.count == layers * directions * batch * width else {
                throw call.error(
                    "a state has the shape \(state.shape)", hint: "give \([layers * directions, batch, width])")
            }
            return Array(state.values[(index * batch * width)..<((index + 1) * batch * width)])
        }
    }

    /// The directions' outputs side by side.
    private static func joined(_ parts: [Tensor<Scalar>]) -> Tensor<Scalar> {
        guard parts.count == 2 else { return parts[0] }
        let width = parts[0].shape[2]
        let rows = parts[0].shape[0] * parts[0].shape[1]
        return Tensor(dtype: parts[0].dtype, shape: [parts[0].shape[0], parts[0].shape[1], 2 * width]) { out in
            for row in 0..<rows {
                for (direction, part) in parts.enumerated() {
                    for i in 0..<width {
                        (out + (row * 2 + direction) * width + i).initialize(to: part.values[row * width + i])
                    }
                }
            }
        }
    }
}
