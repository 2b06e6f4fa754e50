import KernelIR

/// Writing at computed places.
enum ScatterRules {
    static let table: [String: ImportRule] = [
        "ScatterElements": { call, graph in
            let (x, updates) = (try call.input(0), try call.input(2))
            let axis = try call.axis(call.int("axis", default: 0), rank: x.rank)
            let index = try IndexingRules.wrapped(
                IndexingRules.integers(call, 1, &graph), x.shape[axis], &graph)
            try call.require(
                index.shape == updates.shape && index.rank == x.rank && updates.dtype == x.dtype
                    && x.shape.indices.allSatisfy { $0 == axis || index.shape[$0] <= x.shape[$0] },
                "indices \(index.type), updates \(updates.type) into \(x.type)",
                hint: "indices and updates of one shape, no axis longer than the input's")
            return [try scatter(x, axis, index, updates, reduction(call), &graph)]
        },
        "ScatterND": scatterND,
        "TensorScatter": tensorScatter,
    ]

    /// ATen's name of ONNX's reduction; nil writes the last value.
    private static func reduction(_ call: OnnxCall) throws -> String? {
        let name = try call.choice("reduction", of: ["none", "add", "mul", "max", "min"], default: "none")
        return ["add": "sum", "mul": "prod", "max": "amax", "min": "amin"][name]
    }

    private static func scatter(
        _ x: ImportedValue, _ axis: Int, _ index: ImportedValue, _ updates: ImportedValue, _ reduction: String?,
        _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let arguments: [Argument] = [
            try graph.reference(x), .int(axis), try graph.reference(index), try graph.reference(updates),
        ]
        guard let reduction else { return try graph.emit("aten.scatter.src", arguments, x.type) }
        return try graph.emit("aten.scatter_reduce.two", arguments + [.string(reduction)], x.type)
    }

    /// Writes slices: the indexed axes are merged, so that a place is one number.
    private static let scatterND: ImportRule = { call, graph in
        let (x, updates) = (try call.input(0), try call.input(2))
        let index = try IndexingRules.integers(call, 1, &graph)
        let depth = index.shape.last ?? 0
        let places = Array(index.shape.dropLast())
        try call.require(
            depth >= 1 && depth <= x.rank && updates.shape == places + x.shape[depth...] && updates.dtype == x.dtype,
            "indices \(index.type), updates \(updates.type) into \(x.type)",
            hint: "the last axis of the indices holds a place in the first axes of the input")
        let count = try call.product(places)
        let width = try call.product(x.shape[depth...])
        var linear = graph.integers([0], shape: [1])
        for column in 0..<depth {
            let part = try graph.slice(index, index.rank - 1, column, column + 1)
            let place = try IndexingRules.wrapped(graph.reshape(part, [count]), x.shape[column], &graph)
            linear = try graph.add(graph.mul(linear, Double(x.shape[column])), place)
        }
        let rows = try call.product(x.shape[..<depth])
        let spread = try graph.expand(graph.reshape(linear, [count, 1]), to: [count, width])
        let written = try scatter(
            graph.reshape(x, [rows, width]), 0, spread, graph.reshape(updates, [count, width]), reduction(call), &graph)
        return [try graph.reshape(written, x.shape)]
    }

    /// Writes new entries of a cache at each sequence's own place, past the end from the beginning where it is circular.
    private static let tensorScatter: ImportRule = { call, graph in
        let (cache, update) = (try call.input(0), try call.input(1))
        let axis = try call.axis(call.int("axis", default: -2), rank: cache.rank)
        let form = try call.choice("mode", of: ["linear", "circular"], default: "linear")
        var expected = cache.shape
        if axis < update.rank { expected[axis] = update.shape[axis] }
        try call.require(
            axis > 0 && update.shape == expected && update.dtype == cache.dtype
                && update.shape[axis] <= cache.shape[axis],
            "update \(update.type) into \(cache.type)", hint: "equal but for axis \(axis), which is no longer")
        var along = Array(repeating: 1, count: cache.rank)
        along[axis] = update.shape[axis]
        var place = try GeneratorRules.ramp(update.shape[axis], &graph, shape: along)
        if call.optionalInput(2) != nil {
            let starts = try IndexingRules.integers(call, 2, &graph)
            try call.require(starts.shape == [cache.shape[0]], "starts \(starts.type)", hint: "one for each sequence")
            let column = [cache.shape[0]] + Array(repeating: 1, count: cache.rank - 1)
            place = try graph.add(graph.reshape(starts, column), place)
        }
        if form == "circular" { place = try graph.binary("remainder.Tensor", place, Double(cache.shape[axis])) }
        let index = try graph.expand(place, to: update.shape)
        return [try scatter(cache, axis, index, update, nil, &graph)]
    }
}
