import Workloads

/// The parameters of one direction of one layer, the matrices transposed for products from the left.
struct RecurrentWeights<Scalar: ReferenceScalar>: Sendable {
    /// `[features, gates · hidden]`
    var input: Tensor<Scalar>
    /// `[state, gates · hidden]`
    var state: Tensor<Scalar>
    var inputBias: [Scalar]
    var stateBias: [Scalar]
    /// `[hidden, state]`, where the hidden state is projected.
    var projection: Tensor<Scalar>?
}

/// One direction of one layer over all steps.
struct RecurrentPass<Scalar: ReferenceScalar, Cell: RecurrentCell<Scalar>> {
    let cell: Cell
    let weights: RecurrentWeights<Scalar>
    let isBackward: Bool

    /// The hidden states `[steps, batch, state]` at all steps, and the states after the last one.
    func run(_ x: Tensor<Scalar>, initial: [[Scalar]]) -> (output: Tensor<Scalar>, final: [[Scalar]]) {
        let (steps, batch) = (x.shape[0], x.shape[1])
        let width = weights.state.shape[0]
        let gates = product(x.values, weights.input, rows: steps * batch, bias: weights.inputBias)
        var output = [Scalar](repeating: 0, count: steps * batch * width)
        var hidden = initial[0]
        var memory = initial.count > 1 ? initial[1] : []
        for index in 0..<steps {
            let step = isBackward ? steps - 1 - index : index
            advance(&hidden, &memory, gates: gates, first: step * batch * weights.input.shape[1], batch: batch)
            output.replaceSubrange((step * batch * width)..<((step + 1) * batch * width), with: hidden)
        }
        let result = Tensor(dtype: x.dtype, shape: [steps, batch, width], values: output)
        return (result, initial.count > 1 ? [hidden, memory] : [hidden])
    }

    /// One step of all items; `first` is where their gates begin.
    private func advance(
        _ hidden: inout [Scalar], _ memory: inout [Scalar], gates: [Scalar], first: Int, batch: Int
    ) {
        let rows = weights.input.shape[1]
        let width = rows / Cell.gateCount
        let own = product(hidden, weights.state, rows: batch, bias: weights.stateBias)
        var next = weights.projection == nil ? hidden : [Scalar](repeating: 0, count: batch * width)
        gates.withUnsafeBufferPointer { gates in
            own.withUnsafeBufferPointer { own in
                next.withUnsafeMutableBufferPointer { next in
                    memory.withUnsafeMutableBufferPointer { memory in
                        guard let x = gates.baseAddress, let h = own.baseAddress else { return }
                        Parallel.run(batch * width, grain: 1 << 10) { range in
                            for unit in range {
                                let gate = unit / width * rows + unit % width
                                var state = memory.isEmpty ? 0 : memory[unit]
                                cell.update(
                                    x: x + first + gate, h: h + gate, width: width, hidden: &next[unit], cell: &state)
                                if !memory.isEmpty { memory[unit] = state }
                            }
                        }
                    }
                }
            }
        }
        guard let projection = weights.projection else {
            hidden = next
            return
        }
        hidden = product(next, projection, rows: batch, bias: [])
    }

    /// values `[rows, k]` · matrix `[k, n]` + bias.
    private func product(_ values: [Scalar], _ matrix: Tensor<Scalar>, rows: Int, bias: [Scalar]) -> [Scalar] {
        let (k, n) = (matrix.shape[0], matrix.shape[1])
        var result = MatrixProduct.multiply(
            Tensor(shape: [rows, k], values: values), matrix, batch: 1, m: rows, n: n, k: k, shape: [rows, n]
        ).values
        guard !bias.isEmpty else { return result }
        result.withUnsafeMutableBufferPointer { result in
            for row in 0..<rows { for j in 0..<n { result[row * n + j] += bias[j] } }
        }
        return result
    }
}
