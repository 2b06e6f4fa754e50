import KernelIR
import Workloads

/// LSTM, GRU and plain recurrent networks of several layers and one or two directions.
///
/// For each direction of each layer one contraction gives what the input contributes at all steps; then one recurrent
/// stage walks the steps. Dropout between layers is the identity.
enum RecurrentOperators {
    static let table: [String: Lowering] = [
        "aten.lstm.input": { call, builder throws(KernelwrightError) in
            try lower(call, .lstm, states: try call.tensors(1, "hx"), &builder)
        },
        "aten.gru.input": { call, builder throws(KernelwrightError) in
            try lower(call, .gru, states: [try call.tensor(1, "hx")], &builder)
        },
        "aten.rnn_tanh.input": { call, builder throws(KernelwrightError) in
            try lower(call, .plain(.tanh), states: [try call.tensor(1, "hx")], &builder)
        },
        "aten.rnn_relu.input": { call, builder throws(KernelwrightError) in
            try lower(call, .plain(.relu), states: [try call.tensor(1, "hx")], &builder)
        },
    ]

    /// The last layer's hidden states at all steps, then the final states of all layers.
    private static func lower(
        _ call: Call, _ cell: RecurrentCell, states given: [Tensor], _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> [Tensor] {
        let input = try call.tensor(0, "input")
        let layers = try call.integer(4, "num_layers")
        let directions = call.flag(7, "bidirectional", default: false) ? 2 : 1
        let isBatched = input.rank == 3
        guard isBatched || input.rank == 2, layers > 0, given.count == cell.stateCount else {
            throw call.failure(
                "an input of shape \(input.shape), \(layers) layers, \(given.count) states",
                hint: "[steps, batch, features], 1 layer or more and \(cell.stateCount) states")
        }
        let isBatchFirst = isBatched && call.flag(8, "batch_first", default: false)
        // The sequence keeps its order in memory; `permutation` makes it [steps, batch, features].
        var sequence = isBatched ? input : input.unsqueezed(1)
        var permutation = isBatchFirst ? [1, 0, 2] : [0, 1, 2]
        let states = isBatched ? given : given.map { $0.unsqueezed(1) }
        var finals: [[Tensor]] = states.map { _ in [] }
        for layer in 0..<layers {
            var outputs: [Tensor] = []
            for direction in 0..<directions {
                let index = layer * directions + direction
                let name = "\(call.name).layer\(layer)" + (direction == 1 ? ".reverse" : "")
                let weights = try Weights(
                    call, cell, index, of: layers * directions, features: sequence.shape[2], batch: sequence,
                    permutation,
                    states)
                let pass = RecurrentPass(name: name, cell: cell, weights: weights, isBackward: direction == 1)
                let result = try pass.run(sequence, permutation, call, &builder)
                outputs.append(result.sequence)
                for (state, last) in result.final.enumerated() { finals[state].append(last) }
            }
            let name = "\(call.name).layer\(layer).both"
            sequence =
                directions == 1
                ? outputs[0] : JoinOperators.join(outputs, along: 2, name: name, outputs[0].type, &builder)
            permutation = [0, 1, 2]
        }
        var results = [isBatchFirst ? sequence.permuted([1, 0, 2]) : isBatched ? sequence : sequence.squeezed([1])]
        for (state, parts) in finals.enumerated() {
            let name = "\(call.name).final\(state)"
            let joined = JoinOperators.join(parts, along: 0, name: name, parts[0].type, &builder)
            results.append(isBatched ? joined : joined.squeezed([1]))
        }
        return results
    }

    /// The parameters and first states of one direction of one layer.
    struct Weights {
        /// `[gates · units, features]` and `[gates · units, units]`
        let input: Tensor
        let state: Tensor
        let inputBias: Tensor?
        let stateBias: Tensor?
        /// `[batch, units]` each.
        let initial: [Tensor]
        let units: Int

        init(
            _ call: Call, _ cell: RecurrentCell, _ index: Int, of count: Int, features: Int, batch sequence: Tensor,
            _ permutation: [Int], _ states: [Tensor]
        ) throws(KernelwrightError) {
            let parameters = try call.tensors(2, "params")
            let hasBiases = call.flag(3, "has_biases", default: true)
            let size = hasBiases ? 4 : 2
            guard parameters.count == size * count else {
                throw call.failure("\(parameters.count) parameters", hint: "\(size * count), without projections")
            }
            let own = Array(parameters[(index * size)..<((index + 1) * size)])
            let rows = own[0].shape.first ?? 0
            units = rows / cell.gateCount
            guard rows % cell.gateCount == 0, own[0].shape == [rows, features], own[1].shape == [rows, units],
                own.dropFirst(2).allSatisfy({ $0.shape == [rows] })
            else {
                throw call.failure(
                    "the weights of layer \(index) have the shapes \(own.map(\.shape))",
                    hint: "\(cell.gateCount) gates of \(features) features and of as many states")
            }
            (input, state) = (own[0], own[1])
            (inputBias, stateBias) = hasBiases ? (own[2], own[3]) : (nil, nil)
            let batch = sequence.shape[permutation[1]]
            for tensor in states where tensor.shape != [count, batch, units] {
                throw call.failure("a state has the shape \(tensor.shape)", hint: "\([count, batch, units])")
            }
            initial = states.map { $0.sliced(0, from: index, count: 1).squeezed([0]) }
            // A single item or unit keeps its dimension.
            for tensor in initial where tensor.rank != 2 { throw call.failure("a state of rank \(tensor.rank)") }
        }
    }
}
