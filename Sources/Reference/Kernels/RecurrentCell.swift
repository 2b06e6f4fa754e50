import Workloads

/// The pointwise part of a recurrent network's step.
protocol RecurrentCell<Scalar>: Sendable {
    associatedtype Scalar: ReferenceScalar
    /// Rows of the weights per hidden unit.
    static var gateCount: Int { get }
    /// States carried from step to step: the hidden state, then the cell state where there is one.
    static var stateCount: Int { get }

    /// Updates hidden unit j: gates lie `width` elements apart, `x` and `h` are what the input and the state give them.
    func update(
        x: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>, width: Int, hidden: inout Scalar, cell: inout Scalar)
}

extension RecurrentCell {
    @inline(__always)
    static func sigmoid(_ x: Scalar) -> Scalar { 1 / (1 + Scalar.exp(-x)) }
}

/// Gates input, forget, cell, output (`torch.nn.LSTM`).
struct LongShortTermMemory<Scalar: ReferenceScalar>: RecurrentCell {
    static var gateCount: Int { 4 }
    static var stateCount: Int { 2 }

    @inline(__always)
    func update(
        x: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>, width: Int, hidden: inout Scalar, cell: inout Scalar
    ) {
        let input = Self.sigmoid(x[0] + h[0])
        let forget = Self.sigmoid(x[width] + h[width])
        let candidate = Scalar.tanh(x[2 * width] + h[2 * width])
        let output = Self.sigmoid(x[3 * width] + h[3 * width])
        cell = forget * cell + input * candidate
        hidden = output * Scalar.tanh(cell)
    }
}

/// Gates reset, update, new (`torch.nn.GRU`); the reset gate scales the state's part of the new gate with its bias.
struct GatedRecurrentUnit<Scalar: ReferenceScalar>: RecurrentCell {
    static var gateCount: Int { 3 }
    static var stateCount: Int { 1 }

    @inline(__always)
    func update(
        x: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>, width: Int, hidden: inout Scalar, cell: inout Scalar
    ) {
        let reset = Self.sigmoid(x[0] + h[0])
        let update = Self.sigmoid(x[width] + h[width])
        let candidate = Scalar.tanh(x[2 * width] + reset * h[2 * width])
        hidden = (1 - update) * candidate + update * hidden
    }
}

/// One gate with a nonlinearity (`torch.nn.RNN`).
struct ElmanUnit<Scalar: ReferenceScalar>: RecurrentCell {
    static var gateCount: Int { 1 }
    static var stateCount: Int { 1 }
    let activation: @Sendable (Scalar) -> Scalar

    init(_ activation: @escaping @Sendable (Scalar) -> Scalar) { self.activation = activation }

    @inline(__always)
    func update(
        x: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>, width: Int, hidden: inout Scalar, cell: inout Scalar
    ) {
        hidden = activation(x[0] + h[0])
    }
}
