import KernelIR

/// Attention and rotary embeddings.
enum AttentionRules {
    static let table: [String: ImportRule] = ["Attention": attention, "RotaryEmbedding": rotary]

    /// Scores, bias, softmax and the product with the values, as the operator's definition composes them.
    private static let attention: ImportRule = { call, graph in
        let heads = try AttentionHeads(call, &graph)
        let scale =
            try call.has("scale") ? call.float("scale", default: 1) : 1 / Double(heads.query.shape[3]).squareRoot()
        let groups = try heads.repeated(&graph)
        let product = try graph.matmul(heads.query, graph.transpose(groups.key))
        let raw = try graph.mul(product, scale)
        var scores = raw
        let cap = try call.float("softcap", default: 0)
        if cap > 0 { scores = try graph.mul(graph.unary("tanh", graph.mul(scores, 1 / cap)), cap) }
        let capped = scores
        let bias = try AttentionBias(call, heads, scores.shape).value(&graph)
        if let bias { scores = try graph.add(scores, bias) }
        var weights = try graph.emit("aten.softmax.int", [graph.reference(scores), .int(-1)], scores.type)
        if let bias {
            // A row that may see nothing gives zeros.
            let best = try graph.reduce("amax.default", bias, [bias.rank - 1], keeps: true)
            let isBlind = try graph.binary("eq.Tensor", best, -.infinity, dtype: .bool)
            weights = try graph.choose(isBlind, .number(0), .tensor(weights))
        }
        let y = try heads.merged(graph.matmul(weights, groups.value), &graph)
        let mode = try call.int("qk_matmul_output_mode", default: 0)
        try call.require((0...3).contains(mode), "qk_matmul_output_mode \(mode)", hint: "0, 1, 2 or 3")
        return [y, heads.key, heads.value, [raw, capped, scores, weights][mode]]
    }

    /// Rotates pairs of features by angles given as tables of cosines and sines.
    private static let rotary: ImportRule = { call, graph in
        let given = try call.floating(0)
        let isFlat = given.rank == 3
        let heads = try call.int("num_heads", default: 0)
        try call.require(
            given.count > 0
                && (given.rank == 4 || isFlat && (1...given.shape[2]).contains(heads) && given.shape[2] % heads == 0),
            "input \(given.type) of \(heads) heads", hint: "[batch, heads, time, size] or [batch, time, heads · size]")
        // [batch, time, heads, size]
        let x =
            isFlat
            ? try graph.reshape(given, [given.shape[0], given.shape[1], heads, given.shape[2] / heads])
            : try graph.permute(given, [0, 2, 1, 3])
        let size = x.shape[3]
        let declared = try call.int("rotary_embedding_dim", default: 0)
        let width = declared == 0 ? size : declared
        try call.require(
            width >= 2 && width <= size && width % 2 == 0, "\(width) features", hint: "even, at most \(size)")
        let isInterleaved = try call.flag("interleaved")
        let cosine = try angles(call, 1, x, width / 2, &graph)
        let sine = try angles(call, 2, x, width / 2, &graph)
        let (first, second) =
            isInterleaved
            ? (try graph.slice(x, 3, 0, width, step: 2), try graph.slice(x, 3, 1, width, step: 2))
            : (try graph.slice(x, 3, 0, width / 2), try graph.slice(x, 3, width / 2, width))
        let real = try graph.sub(graph.mul(first, cosine), graph.mul(second, sine))
        let imaginary = try graph.add(graph.mul(first, sine), graph.mul(second, cosine))
        var rotated: ImportedValue
        if isInterleaved {
            let pairs = try graph.cat([graph.unsqueeze(real, 4), graph.unsqueeze(imaginary, 4)], 4)
            rotated = try graph.reshape(pairs, Array(x.shape[..<3]) + [width])
        } else {
            rotated = try graph.cat([real, imaginary], 3)
        }
        if width < size { rotated = try graph.cat([rotated, graph.slice(x, 3, width, size)], 3) }
        return [isFlat ? try graph.reshape(rotated, given.shape) : try graph.permute(rotated, [0, 2, 1, 3])]
    }

    /// A table of angles for each place, `[batch, time, 1, width]`.
    private static func angles(
        _ call: OnnxCall, _ index: Int, _ x: ImportedValue, _ width: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        var table = try call.floating(index)
        if call.optionalInput(3) != nil {
            let places = try IndexingRules.integers(call, 3, &graph)
            try call.require(
                table.rank == 2 && places.shape == Array(x.shape[..<2]), "places \(places.type)",
                hint: "a place for each time of each sequence, in tables [places, width]")
            let type = TensorType(dtype: table.dtype, shape: places.shape + [table.shape[1]])
            table = try graph.emit(
                "aten.index.Tensor", [graph.reference(table), .list([graph.reference(places)])], type)
        }
        try call.require(
            table.shape == [x.shape[0], x.shape[1], width], "a table of shape \(table.shape)",
            hint: "[batch, time, \(width)]")
        return try graph.unsqueeze(table, 2)
    }
}

/// Queries, keys and values by heads: `[batch, heads, time, size]`.
struct AttentionHeads {
    let query: ImportedValue
    let key: ImportedValue
    let value: ImportedValue
    /// Keys that stood in the cache before.
    let past: Int
    private let isFlat: Bool

    init(_ call: OnnxCall, _ graph: inout GraphComposer) throws {
        let given = try (0..<3).map { try call.floating($0) }
        isFlat = given[0].rank == 3
        let flat = isFlat
        try call.require(
            given.allSatisfy { $0.rank == (flat ? 3 : 4) && $0.count > 0 && $0.dtype == given[0].dtype },
            "operands \(given.map(\.type))", hint: "three tensors of rank 4, or of rank 3 with q_num_heads")
        var split = given
        if isFlat {
            let counts = [try call.int("q_num_heads", default: 0), try call.int("kv_num_heads", default: 0)]
            for (number, tensor) in given.enumerated() {
                let heads = counts[min(number, 1)]
                let (batch, time, width) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
                try call.require(
                    heads >= 1 && width % heads == 0, "\(width) features of \(heads) heads", hint: "equal heads")
                split[number] = try graph.permute(
                    graph.reshape(tensor, [batch, time, heads, width / heads]), [0, 2, 1, 3])
            }
        }
        query = split[0]
        let (oldKey, oldValue) = (call.optionalInput(4), call.optionalInput(5))
        past = oldKey.flatMap { $0.rank == 4 ? $0.shape[2] : nil } ?? 0
        key = try oldKey.map { try graph.cat([$0, split[1]], 2) } ?? split[1]
        value = try oldValue.map { try graph.cat([$0, split[2]], 2) } ?? split[2]
        let (q, k, v) = (query.shape, key.shape, value.shape)
        try call.require(
            q[0] == k[0] && k[0] == v[0] && k[1] == v[1] && k[2] == v[2] && q[3] == k[3] && k[1] > 0
                && q[1] % k[1] == 0,
            "queries \(q), keys \(k), values \(v)", hint: "[batch, heads, time, size] with equal batches and sizes")
    }

    /// Keys and values for every head of the queries.
    func repeated(_ graph: inout GraphComposer) throws -> (key: ImportedValue, value: ImportedValue) {
        (try repeated(key, &graph), try repeated(value, &graph))
    }

    private func repeated(_ x: ImportedValue, _ graph: inout GraphComposer) throws -> ImportedValue {
        let (heads, count) = (x.shape[1], query.shape[1] / x.shape[1])
        guard count > 1 else { return x }
        let spread = [x.shape[0], heads, count, x.shape[2], x.shape[3]]
        return try graph.reshape(
            graph.expand(graph.unsqueeze(x, 2), to: spread), [x.shape[0], heads * count, x.shape[2], x.shape[3]])
    }

    /// The result in the layout of the operands.
    func merged(_ y: ImportedValue, _ graph: inout GraphComposer) throws -> ImportedValue {
        guard isFlat else { return y }
        return try graph.reshape(
            graph.permute(y, [0, 2, 1, 3]), [y.shape[0], y.shape[2], y.shape[1] * y.shape[3]])
    }
}

/// What is added to the scores of an attention: the mask, and −∞ where a query may not see a key.
private struct AttentionBias {
    private let call: OnnxCall
    private let heads: AttentionHeads
    private let shape: [Int]

    init(_ call: OnnxCall, _ heads: AttentionHeads, _ shape: [Int]) {
        (self.call, self.heads, self.shape) = (call, heads, shape)
    }

    private var dtype: DType { heads.query.dtype }

    /// Broadcasts to the scores; nil where every query sees every key.
    func value(_ graph: inout GraphComposer) throws -> ImportedValue? {
        var bias = try mask(&graph)
        func hide(where allowed: ImportedValue) throws {
            let own = try graph.choose(allowed, zero, .constant([-.infinity], [], dtype))
            bias = try bias.map { try graph.add($0, own) } ?? own
        }
        let (queries, keys) = (shape[2], shape[3])
        try call.require(queries * keys <= 1 << 26, "\(queries) queries of \(keys) keys", hint: "at most 2²⁶ pairs")
        let row = try GeneratorRules.ramp(queries, &graph, shape: [queries, 1])
        let column = try GeneratorRules.ramp(keys, &graph, shape: [1, keys])
        // How far a key stands behind the query, counted from the first key.
        let distance = try graph.sub(graph.add(row, offset(&graph)), column)
        let left = try call.int("left_window_size", default: -1)
        let right = try call.int("right_window_size", default: -1)
        if try call.flag("is_causal") { try hide(where: graph.binary("ge.Tensor", distance, 0, dtype: .bool)) }
        if left >= 0 { try hide(where: graph.binary("le.Tensor", distance, Double(left), dtype: .bool)) }
        if right >= 0 { try hide(where: graph.binary("ge.Tensor", distance, -Double(right), dtype: .bool)) }
        if let lengths = try lengths(&graph) {
            try hide(where: graph.binary("lt.Tensor", column, lengths, dtype: .bool))
        }
        if let bias {
            try call.require(
                Shape.broadcast([bias.shape, shape]) == shape, "mask of shape \(bias.shape)",
                hint: "it broadcasts to \(shape)")
        }
        return bias
    }

    private var zero: ImportedValue { .constant([0], [], dtype) }

    /// The mask as numbers to be added, with −∞ for keys beyond its end.
    private func mask(_ graph: inout GraphComposer) throws -> ImportedValue? {
        guard var mask = call.optionalInput(3) else { return nil }
        try call.require(
            mask.rank >= 1 && mask.rank <= 4 && mask.shape[mask.rank - 1] <= shape[3]
                && (mask.dtype == .bool || mask.dtype == dtype), "mask \(mask.type)",
            hint: "booleans or \(dtype.rawValue), up to four axes")
        if mask.dtype == .bool { mask = try graph.choose(mask, zero, .constant([-.infinity], [], dtype)) }
        let missing = shape[3] - mask.shape[mask.rank - 1]
        guard missing > 0, mask.shape[mask.rank - 1] != 1 || shape[3] == 1 || heads.past > 0 else { return mask }
        let none = Array(repeating: 0, count: mask.rank)
        return try graph.pad(mask, before: none, after: none.dropLast() + [missing], value: -.infinity)
    }

    /// Keys that stand before the first query: those of the cache, or of each sequence.
    private func offset(_ graph: inout GraphComposer) throws -> ImportedValue {
        guard call.optionalInput(4) == nil, let lengths = try lengths(&graph) else {
            return graph.integers([heads.past], shape: [])
        }
        return try graph.add(lengths, Double(-shape[2]))
    }

    /// How many keys of each sequence count, `[batch, 1, 1, 1]`.
    private func lengths(_ graph: inout GraphComposer) throws -> ImportedValue? {
        guard let lengths = call.optionalInput(6) else { return nil }
        try call.require(lengths.shape == [shape[0]], "lengths \(lengths.type)", hint: "one for each sequence")
        return try graph.reshape(graph.cast(lengths, to: .int64), [shape[0], 1, 1, 1])
    }
}
