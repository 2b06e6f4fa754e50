import KernelIR

/// Positions, order and running totals.
enum OrderRules {
    static let table: [String: ImportRule] = [
        "ArgMax": position("argmax"), "ArgMin": position("argmin"), "TopK": topK,
        "CumSum": scan("cumsum", start: 0), "CumProd": scan("cumprod", start: 1),
    ]

    /// The first place of the extremum, or the last: then counted from the end of the reversed axis.
    private static func position(_ op: String) -> ImportRule {
        { call, graph in
            let x = try call.input(0)
            let axis = try call.axis(call.int("axis", default: 0), rank: x.rank)
            let keeps = try call.flag("keepdims", default: true)
            let fromEnd = try call.flag("select_last_index")
            try call.require(x.shape[axis] > 0, "axis \(axis) is empty", hint: "give a non-empty axis")
            let source = fromEnd ? try graph.flip(x, [axis]) : x
            let type = TensorType(dtype: .int64, shape: GraphComposer.reduced(x.shape, [axis], keeps: keeps))
            let place = try graph.emit(
                "aten.\(op).default", [graph.reference(source), .int(axis), .bool(keeps)], type)
            guard fromEnd else { return [place] }
            return [try graph.binary("sub.Tensor", .number(Double(x.shape[axis] - 1)), .tensor(place))]
        }
    }

    private static let topK: ImportRule = { call, graph in
        let x = try call.input(0)
        let axis = try call.axis(call.int("axis", default: -1), rank: x.rank)
        let count = try call.integers(1, "the number of elements K")
        try call.require(
            count.count == 1 && count[0] >= 0 && count[0] <= x.shape[axis], "K is \(count)",
            hint: "one integer of 0 ... \(x.shape[axis])")
        var shape = x.shape
        shape[axis] = count[0]
        let arguments: [Argument] = [
            try graph.reference(x), .int(count[0]), .int(axis), .bool(try call.flag("largest", default: true)),
            .bool(true),
        ]
        return try graph.emit(
            several: "aten.topk.default", arguments,
            [TensorType(dtype: x.dtype, shape: shape), TensorType(dtype: .int64, shape: shape)],
            wanted: Set([0, 1].filter(call.wants)))
    }

    /// Running totals; exclusive ones begin with the neutral element and leave the last element out.
    private static func scan(_ op: String, start: Double) -> ImportRule {
        { call, graph in
            var x = try call.input(0)
            let given = try call.integers(1, "the axis")
            try call.require(given.count == 1, "axis is \(given)", hint: "give one axis")
            let axis = try call.axis(given[0], rank: x.rank)
            let isReversed = try call.flag("reverse")
            if isReversed { x = try graph.flip(x, [axis]) }
            if try call.flag("exclusive"), x.shape[axis] > 0 {
                var edge = x.shape
                edge[axis] = 1
                let first = try graph.full(start, edge, x.dtype)
                x = try graph.cat([first, graph.slice(x, axis, 0, x.shape[axis] - 1)], axis)
            }
            x = try graph.emit("aten.\(op).default", [graph.reference(x), .int(axis)], x.type)
            return [isReversed ? try graph.flip(x, [axis]) : x]
        }
    }
}
