import KernelIR

/// Recurrent layers: as ATen's own operator where they are one, else unrolled over time.
enum RecurrentRules {
    static let table: [String: ImportRule] = [
        "LSTM": rule(.lstm), "GRU": rule(.gru), "RNN": rule(.rnn),
    ]

    private static func rule(_ kind: RecurrentLayer.Kind) -> ImportRule {
        { call, graph in
            let layer = try RecurrentLayer(call, kind, &graph)
            let results = try layer.isPlain ? layer.fused(&graph) : layer.unrolled(call, &graph)
            return try layer.arranged(results, &graph)
        }
    }
}

/// A recurrent layer with its operands, time first.
struct RecurrentLayer {
    enum Kind: Int {
        case rnn = 1
        case gru = 3
        case lstm = 4
    }

    /// What one direction of a layer gives, time first: all hidden states `[time, batch, hidden]`, the last hidden
    /// state and the last cell state, `[batch, hidden]`.
    struct Results {
        var states: ImportedValue
        var hidden: ImportedValue
        var cell: ImportedValue?
    }

    let kind: Kind
    let x: ImportedValue
    let hiddenSize: Int
    let directions: [Direction]
    let clip: Double?
    let couplesForget: Bool
    let resetsAfter: Bool
    let lengths: ImportedValue?
    private let batchFirst: Bool

    var time: Int { x.shape[0] }
    var batch: Int { x.shape[1] }
    var gates: Int { kind.rawValue }

    /// The operands of one direction.
    struct Direction {
        var isReversed: Bool
        /// `[gates · hidden, inputs]`
        var input: ImportedValue
        /// `[gates · hidden, hidden]`
        var recurrence: ImportedValue
        /// `[gates · hidden]` each.
        var inputBias: ImportedValue
        var recurrenceBias: ImportedValue
        /// `[batch, hidden]`
        var hidden: ImportedValue
        var cell: ImportedValue
        /// `[hidden]` for the input, output and forget gates.
        var peepholes: [ImportedValue]
        var activations: [RecurrentActivation]
    }

    init(_ call: OnnxCall, _ kind: Kind, _ graph: inout GraphComposer) throws {
        self.kind = kind
        batchFirst = try call.flag("layout")
        let given = try call.floating(0)
        try call.require(
            given.rank == 3 && given.count > 0, "input \(given.type)", hint: "give [time, batch, inputs], not empty")
        x = batchFirst ? try graph.permute(given, [1, 0, 2]) : given
        clip = call.has("clip") ? try call.float("clip", default: 0) : nil
        couplesForget = try call.flag("input_forget")
        resetsAfter = try call.flag("linear_before_reset")
        lengths = try call.optionalInput(4).map { try graph.cast($0, to: .int64) }
        let recurrence = try call.floating(2)
        hiddenSize = recurrence.rank == 3 ? recurrence.shape[2] : 0
        try call.require(
            try hiddenSize > 0 && call.int("hidden_size", default: hiddenSize) == hiddenSize,
            "recurrence weights \(recurrence.type)", hint: "give [directions, gates · hidden, hidden]")
        let form = try call.choice("direction", of: ["forward", "reverse", "bidirectional"], default: "forward")
        let reader = DirectionReader(
            call: call, kind: kind, count: form == "bidirectional" ? 2 : 1, x: x, hidden: hiddenSize,
            batchFirst: batchFirst)
        directions = try (form == "bidirectional" ? [false, true] : [form == "reverse"]).enumerated().map {
            try reader.read($0.offset, isReversed: $0.element, &graph)
        }
        if let lengths {
            try call.require(lengths.shape == [batch], "lengths \(lengths.type)", hint: "one for each sequence")
        }
    }

    /// Whether ATen has the same layer.
    var isPlain: Bool {
        let standard: [RecurrentActivation] =
            switch kind {
            case .lstm: [.sigmoid, .tanh, .tanh]
            case .gru: [.sigmoid, .tanh]
            case .rnn: [directions[0].activations[0]]
            }
        let hasForm = kind != .rnn || [.tanh, .relu].contains(standard[0])
        return hasForm && clip == nil && lengths == nil && !couplesForget && (kind != .gru || resetsAfter)
            && directions.allSatisfy { $0.activations == standard && $0.peepholes.isEmpty }
    }

    /// The results in ONNX's order of axes: Y, Y_h and, for an LSTM, Y_c.
    func arranged(_ results: [Results], _ graph: inout GraphComposer) throws -> [ImportedValue] {
        let state = [time, 1, batch, hiddenSize]
        var y = try graph.cat(results.map { try graph.reshape($0.states, state) }, 1)
        var last = [try join(results.map(\.hidden), &graph)]
        let cells = results.compactMap(\.cell)
        if !cells.isEmpty { last.append(try join(cells, &graph)) }
        if batchFirst {
            y = try graph.permute(y, [2, 0, 1, 3])
            last = try last.map { try graph.permute($0, [1, 0, 2]) }
        }
        return [y] + last
    }

    private func join(_ states: [ImportedValue], _ graph: inout GraphComposer) throws -> ImportedValue {
        try graph.cat(states.map { try graph.reshape($0, [1, batch, hiddenSize]) }, 0)
    }
}

/// Reads the operands of one direction of a recurrent layer.
private struct DirectionReader {
    let call: OnnxCall
    let kind: RecurrentLayer.Kind
    let count: Int
    let x: ImportedValue
    let hidden: Int
    let batchFirst: Bool

    func read(
        _ number: Int, isReversed: Bool, _ graph: inout GraphComposer
    ) throws -> RecurrentLayer.Direction {
        let rows = try call.product([kind.rawValue, hidden])
        let bias = try operand(3, [count, 2 * rows], number, &graph) ?? graph.full(0, [2 * rows], x.dtype)
        let zeros = try graph.full(0, [x.shape[1], hidden], x.dtype)
        let isLSTM = kind == .lstm
        let peepholes = isLSTM ? try operand(7, [count, 3 * hidden], number, &graph) : nil
        let functions = try RecurrentActivation.list(call, isLSTM ? 3 : kind == .gru ? 2 : 1, directions: count)
        return RecurrentLayer.Direction(
            isReversed: isReversed,
            input: try required(1, [count, rows, x.shape[2]], number, &graph),
            recurrence: try required(2, [count, rows, hidden], number, &graph),
            inputBias: try graph.slice(bias, 0, 0, rows), recurrenceBias: try graph.slice(bias, 0, rows, 2 * rows),
            hidden: try state(5, number, &graph) ?? zeros, cell: try (isLSTM ? state(6, number, &graph) : nil) ?? zeros,
            peepholes: try peepholes.map { vector in
                try (0..<3).map { try graph.slice(vector, 0, $0 * hidden, ($0 + 1) * hidden) }
            } ?? [],
            activations: functions[number])
    }

    private func required(
        _ index: Int, _ shape: [Int], _ number: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        guard let value = try operand(index, shape, number, &graph) else {
            throw call.error("operand \(index) is missing", hint: "its shape is \(shape)")
        }
        return value
    }

    /// An initial state `[directions, batch, hidden]`, or batch first.
    private func state(_ index: Int, _ number: Int, _ graph: inout GraphComposer) throws -> ImportedValue? {
        guard var value = call.optionalInput(index) else { return nil }
        try call.require(value.rank == 3, "state \(value.type)", hint: "give a state for each direction")
        if batchFirst { value = try graph.permute(value, [1, 0, 2]) }
        return try part(value, index, [count, x.shape[1], hidden], number, &graph)
    }

    private func operand(
        _ index: Int, _ shape: [Int], _ number: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue? {
        guard let value = call.optionalInput(index) else { return nil }
        return try part(value, index, shape, number, &graph)
    }

    private func part(
        _ value: ImportedValue, _ index: Int, _ shape: [Int], _ number: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        try call.require(
            value.shape == shape && value.dtype == x.dtype, "operand \(index) is \(value.type)",
            hint: "its shape is \(shape)")
        return try graph.reshape(graph.slice(value, 0, number, number + 1), Array(shape.dropFirst()))
    }
}
