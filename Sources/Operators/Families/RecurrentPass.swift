import KernelIR
import Workloads

/// One direction of one layer of a recurrent network over all steps.
struct RecurrentPass {
    let name: String
    let cell: RecurrentCell
    let weights: RecurrentOperators.Weights
    let isBackward: Bool

    /// The hidden states `[steps, batch, units]` at all steps, and the states `[1, batch, units]` after the last one.
    ///
    /// `permutation` makes the sequence `[steps, batch, features]`; the product with the input's weights is taken in the
    /// sequence's own order, so that it is one matrix product.
    func run(
        _ sequence: Tensor, _ permutation: [Int], _ call: Call, _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> (sequence: Tensor, final: [Tensor]) {
        let gates = try ContractionOperators.product(
            sequence, weights.input.transposed(0, 1), bias: weights.inputBias, name: "\(name).input",
            sequence.type.accumulating, call, &builder
        ).permuted(permutation)
        let states = recurrence(isBackward ? gates.reversed(0) : gates, sequence.type, &builder)
        let steps = states[0].shape[0]
        return (
            isBackward ? states[0].reversed(0) : states[0], states.map { $0.sliced(0, from: steps - 1, count: 1) }
        )
    }

    /// The recurrent stage: sums over the state before, then the cell. Gives all states at all steps, in order of steps.
    private func recurrence(_ gates: Tensor, _ type: DType, _ builder: inout ProgramBuilder) -> [Tensor] {
        let (steps, batch, units) = (gates.shape[0], gates.shape[1], weights.units)
        let computing = type.accumulating
        // Units of one gate lie next to each other, which is how the steps read the weights.
        let matrix = builder.map("\(name).weights", [units, cell.gateCount * units], weights.state.type) { point in
            weights.state.element([point[1], point[0]])
        }
        let shape = [steps, batch, units]
        let names = [name, "\(name).cell"].prefix(cell.stateCount)
        let states = names.map { Tensor($0, type, shape) }
        let kinds = ["t", "b", "n", "k"]
        let box = Box(shape + [units]) { kinds[$0] }
        let (step, item, unit, inner) = (box.point[0], box.point[1], box.point[2], box.point[3])
        func before(_ state: Int, _ unit: Index) -> Expr {
            let first = weights.initial[state].element([item, unit], as: computing)
            guard steps > 1 else { return first }
            let last = states[state].element([step + -1, item, unit], within: [0], fill: 0, as: computing)
            return .select(.inside([Bound(step + -1, below: steps)]), last, first)
        }
        func row(_ gate: Int) -> Index { unit + gate * units }
        let lifts = (0..<cell.gateCount).map { gate in
            before(0, inner) * matrix.element([inner, row(gate)], as: computing)
        }
        let x = (0..<cell.gateCount).map { gates.element([step, item, row($0)], as: computing) }
        let h = (0..<cell.gateCount).map { gate in
            weights.stateBias.map { Expr.state(gate) + $0.element([row(gate)], as: computing) } ?? .state(gate)
        }
        let old = states.indices.map { before($0, unit) }
        let isReduced = { (axis: Axis) in axis.name.hasPrefix("k#") }
        var stage = Stage.reduce(
            name, box.axes.filter { !isReduced($0) }, .sums(cell.gateCount, computing),
            over: box.axes.filter(isReduced),
            lifts,
            finish: cell.update(x: x, h: h, states: old, computing).map { $0.cast(from: computing, to: type) },
            into: Array(names))
        stage.isRecurrent = steps > 1
        builder.append(stage)
        return names.map { builder.temporary($0, type, shape) }
    }
}
