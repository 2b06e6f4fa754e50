import KernelIR

/// Reading at computed places.
enum IndexingRules {
    static let table: [String: ImportRule] = [
        "Gather": { call, graph in
            let (x, index) = (try call.input(0), try integers(call, 1, &graph))
            let axis = try call.axis(call.int("axis", default: 0), rank: x.rank)
            if let folded = fold(x, axis, index, graph) { return [folded] }
            let skipped = Array(repeating: Argument.none, count: axis)
            let shape = x.shape[..<axis] + index.shape + x.shape[(axis + 1)...]
            return [
                try graph.emit(
                    "aten.index.Tensor", [graph.reference(x), .list(skipped + [graph.reference(index)])],
                    TensorType(dtype: x.dtype, shape: Array(shape)))
            ]
        },
        "GatherElements": { call, graph in
            let x = try call.input(0)
            let axis = try call.axis(call.int("axis", default: 0), rank: x.rank)
            let index = try wrapped(integers(call, 1, &graph), x.shape[axis], &graph)
            try call.require(
                index.rank == x.rank && x.shape.indices.allSatisfy { $0 == axis || index.shape[$0] <= x.shape[$0] },
                "indices of shape \(index.shape) into \(x.shape)", hint: "equal ranks, no axis longer")
            return [
                try graph.emit(
                    "aten.gather.default", [graph.reference(x), .int(axis), graph.reference(index)],
                    TensorType(dtype: x.dtype, shape: index.shape))
            ]
        },
        "GatherND": { call, graph in
            let (x, index) = (try call.input(0), try integers(call, 1, &graph))
            let batch = try call.int("batch_dims", default: 0)
            return [try gatherND(call, x, index, batch: batch, &graph)]
        },
        "OneHot": oneHot,
        "Compress": { call, graph in
            var x = try call.input(0)
            let condition = try call.numbers(1, "the condition")
            var axis = 0
            if let given = try call.int("axis") {
                axis = try call.axis(given, rank: x.rank)
            } else {
                x = try graph.reshape(x, [x.count])
            }
            try call.require(
                condition.count <= x.shape[axis], "\(condition.count) conditions", hint: "at most \(x.shape[axis])")
            return [try graph.select(x, axis, condition.indices.filter { condition[$0] != 0 })]
        },
    ]

    /// An operand of places, as int64.
    static func integers(_ call: OnnxCall, _ index: Int, _ graph: inout GraphComposer) throws -> ImportedValue {
        let value = try call.input(index)
        try call.require(value.dtype.isInteger, "places of the type \(value.type)", hint: "give integers")
        return try graph.cast(value, to: .int64)
    }

    /// Places counted from 0: negative ones count from the end.
    static func wrapped(
        _ index: ImportedValue, _ extent: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        if let values = graph.foldable(index), values.allSatisfy({ $0 >= 0 }) { return index }
        let negative = try graph.binary("lt.Tensor", index, 0, dtype: .bool)
        return try graph.choose(negative, graph.add(index, Double(extent)), index)
    }

    /// Elements of a constant list at constant places.
    private static func fold(
        _ x: ImportedValue, _ axis: Int, _ index: ImportedValue, _ graph: GraphComposer
    ) -> ImportedValue? {
        guard x.rank == 1, let values = graph.foldable(x), let places = graph.foldable(index) else { return nil }
        let wrapped = places.map { Int(saturating: $0 < 0 ? $0 + Double(values.count) : $0) }
        guard wrapped.allSatisfy(values.indices.contains) else { return nil }
        return .constant(wrapped.map { values[$0] }, index.shape, x.dtype)
    }

    /// Each row of the last axis of the indices is a place in the axes after the batch's.
    private static func gatherND(
        _ call: OnnxCall, _ x: ImportedValue, _ index: ImportedValue, batch: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let depth = index.shape.last ?? 0
        try call.require(
            batch >= 0 && batch < min(x.rank, index.rank) && depth >= 1 && batch + depth <= x.rank
                && x.shape[..<batch] == index.shape[..<batch],
            "indices of shape \(index.shape) into \(x.shape), \(batch) batch axes",
            hint: "the last axis holds a place in the axes after the batch's")
        let places = Array(index.shape.dropLast())
        var parts: [Argument] = []
        for axis in 0..<batch {
            var along = Array(repeating: 1, count: places.count)
            along[axis] = places[axis]
            let row = try GeneratorRules.ramp(places[axis], &graph, shape: along)
            parts.append(try graph.reference(row))
        }
        for column in 0..<depth {
            let part = try graph.slice(index, index.rank - 1, column, column + 1)
            parts.append(try graph.reference(graph.reshape(part, places)))
        }
        return try graph.emit(
            "aten.index.Tensor", [graph.reference(x), .list(parts)],
            TensorType(dtype: x.dtype, shape: places + x.shape[(batch + depth)...]))
    }

    /// A place outside -depth ..< depth gives a row without the on value.
    private static let oneHot: ImportRule = { call, graph in
        let index = try graph.cast(call.input(0), to: .int64)
        let depth = Int(saturating: try call.number(1, "the depth", default: 0))
        let values = try call.input(2)
        try call.require(
            (1...1 << 24).contains(depth) && values.shape == [2], "depth \(depth), values \(values.type)",
            hint: "a positive depth and the list of the off and the on value")
        let given = try call.int("axis", default: -1)
        let axis = try call.axis(given, rank: index.rank + 1)
        var along = Array(repeating: 1, count: index.rank + 1)
        along[axis] = depth
        let classes = try GeneratorRules.ramp(depth, &graph, shape: along)
        let places = try graph.unsqueeze(wrapped(index, depth, &graph), axis)
        let off = try graph.reshape(graph.slice(values, 0, 0, 1), [])
        let on = try graph.reshape(graph.slice(values, 0, 1, 2), [])
        return [try graph.choose(graph.binary("eq.Tensor", places, classes, dtype: .bool), on, off)]
    }
}
