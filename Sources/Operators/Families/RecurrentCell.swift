import KernelIR

/// The pointwise part of a recurrent network's step.
enum RecurrentCell {
    case lstm, gru
    case plain(UnaryActivation)

    /// What a plain cell does to its sum.
    enum UnaryActivation { case tanh, relu }

    /// Rows of the weights per hidden unit.
    var gateCount: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .plain: 1
        }
    }

    /// States carried from step to step: the hidden state, then the cell state where there is one.
    var stateCount: Int { if case .lstm = self { 2 } else { 1 } }

    /// The new states of a unit: `x` and `h` are what the input and the hidden state give its gates.
    ///
    /// Gates as in PyTorch: input, forget, cell, output; or reset, update, new, where the reset gate scales the state's
    /// part of the new gate with its bias.
    func update(x: [Expr], h: [Expr], states: [Expr], _ type: DType) -> [Expr] {
        let one = Expr.constant(1, type)
        func sigmoid(_ gate: Int) -> Expr { one / (one + .unary(.exp, .unary(.negate, x[gate] + h[gate]))) }
        switch self {
        case .lstm:
            let cell = sigmoid(1) * states[1] + sigmoid(0) * .unary(.tanh, x[2] + h[2])
            return [sigmoid(3) * .unary(.tanh, cell), cell]
        case .gru:
            let (update, candidate) = (sigmoid(1), Expr.unary(.tanh, x[2] + sigmoid(0) * h[2]))
            return [(one - update) * candidate + update * states[0]]
        case .plain(.tanh): return [.unary(.tanh, x[0] + h[0])]
        case .plain(.relu): return [.binary(.max, x[0] + h[0], .constant(0, type))]
        }
    }
}
