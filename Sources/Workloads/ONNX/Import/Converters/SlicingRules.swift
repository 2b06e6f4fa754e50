import KernelIR

/// Parts of tensors and their joins.
enum SlicingRules {
    static let table: [String: ImportRule] = [
        "Slice": { call, graph in
            var x = try call.input(0)
            let (starts, ends) = (try call.integers(1, "starts"), try call.integers(2, "ends"))
            let axes = try call.axes(call.optionalIntegers(3, "axes") ?? Array(starts.indices), rank: x.rank)
            let steps = try call.optionalIntegers(4, "steps") ?? Array(repeating: 1, count: starts.count)
            try call.require(
                ends.count == starts.count && axes.count == starts.count && steps.count == starts.count
                    && !steps.contains(0),
                "\(starts.count) starts, \(ends.count) ends, steps \(steps)", hint: "one of each, steps other than 0")
            for (number, axis) in axes.enumerated() {
                x = try part(x, axis, from: starts[number], to: ends[number], step: steps[number], &graph)
            }
            return [x]
        },
        "Split": { call, graph in
            let x = try call.input(0)
            let axis = try call.axis(call.int("axis", default: 0), rank: x.rank)
            var results: [ImportedValue] = []
            var start = 0
            for size in try sizes(call, x.shape[axis]) {
                results.append(try graph.slice(x, axis, start, start + size))
                start += size
            }
            return results
        },
        "Concat": { call, graph in
            let parts = try call.allInputs()
            guard let first = parts.first else { throw call.error("no operands", hint: "give at least one") }
            return [try graph.cat(parts, call.axis(call.int("axis", default: 0), rank: first.rank))]
        },
        "Tile": { call, graph in
            let x = try call.input(0)
            let repeats = try call.integers(1, "repeats")
            try call.require(
                repeats.count == x.rank && repeats.allSatisfy { $0 >= 0 }, "repeats \(repeats) of \(x.shape)",
                hint: "one for each axis, 0 or more")
            guard repeats.contains(where: { $0 != 1 }) else { return [x] }
            let shape = try zip(x.shape, repeats).map { try call.product([$0, $1]) }
            return [
                try graph.emit(
                    "aten.repeat.default", [graph.reference(x), .integers(repeats)],
                    TensorType(dtype: x.dtype, shape: shape))
            ]
        },
        "CenterCropPad": { call, graph in
            let x = try call.input(0)
            let shape = try call.integers(1, "the shape")
            let axes = try call.axes(call.integers("axes") ?? Array(x.shape.indices), rank: x.rank)
            try call.require(
                shape.count == axes.count && shape.allSatisfy { (0...1 << 40).contains($0) }, "shape \(shape)",
                hint: "an extent for each of the axes \(axes)")
            var (before, after) = (Array(repeating: 0, count: x.rank), Array(repeating: 0, count: x.rank))
            for (axis, extent) in zip(axes, shape) {
                let missing = extent - x.shape[axis]
                // Both halves round down what stands before.
                before[axis] = missing >= 0 ? missing / 2 : -(-missing / 2)
                after[axis] = missing - before[axis]
            }
            return [try graph.pad(x, before: before, after: after, value: 0)]
        },
        "ReverseSequence": reverseSequence,
    ]

    /// Elements from a start, before an end, by a step other than 0, with the rules of Python's slices.
    private static func part(
        _ x: ImportedValue, _ axis: Int, from start: Int, to end: Int, step: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let extent = x.shape[axis]
        func place(_ index: Int, _ low: Int, _ high: Int) -> Int {
            min(max(index < 0 ? index.addingReportingOverflow(extent).partialValue : index, low), high)
        }
        if step > 0 {
            let first = place(start, 0, extent)
            return try graph.slice(x, axis, first, max(place(end, 0, extent), first), step: step)
        }
        // Backwards: the same elements of the reversed axis.
        let first = place(start, -1, extent - 1)
        let last = end < -extent ? -1 : place(end, -1, extent - 1)
        let (from, to) = (extent - 1 - first, max(extent - 1 - last, extent - 1 - first))
        let stride = step == .min ? Int.max : -step
        return try graph.slice(graph.flip(x, [axis]), axis, from, to, step: stride)
    }

    /// The extents of a split: given, or equal but for the last.
    private static func sizes(_ call: OnnxCall, _ extent: Int) throws -> [Int] {
        if let given = try call.optionalIntegers(1, "the sizes") {
            try call.require(
                given.allSatisfy { (0...extent).contains($0) } && given.count <= extent + call.node.output.count
                    && given.reduce(0, +) == extent,
                "sizes \(given)", hint: "they add up to \(extent)")
            return given
        }
        let count = try call.int("num_outputs") ?? call.node.output.count
        try call.require(
            (1...max(call.node.output.count, 1)).contains(count), "\(count) parts",
            hint: "as many as there are results")
        let size = (extent + count - 1) / count
        return (0..<count).map { min(size, max(extent - $0 * size, 0)) }
    }

    /// Reverses the first elements of each sequence: at each place of the time axis another element is read.
    private static let reverseSequence: ImportRule = { call, graph in
        let x = try call.input(0)
        let lengths = try call.input(1)
        let (time, batch) = (try call.int("time_axis", default: 0), try call.int("batch_axis", default: 1))
        try call.require(
            x.rank >= 2 && Set([time, batch]) == [0, 1] && lengths.shape == [x.shape[batch]],
            "axes \(time) and \(batch), lengths \(lengths.type)",
            hint: "time and batch are axes 0 and 1, with a length for each sequence")
        let extents = [x.shape[0], x.shape[1]]
        var (timeShape, batchShape) = ([1, 1], [1, 1])
        (timeShape[time], batchShape[batch]) = (extents[time], extents[batch])
        let place = try GeneratorRules.ramp(extents[time], &graph, shape: timeShape)
        let length = try graph.reshape(graph.cast(lengths, to: .int64), batchShape)
        let mirrored = try graph.sub(graph.add(length, -1), place)
        let inside = try graph.binary("lt.Tensor", place, length, dtype: .bool)
        let source = try graph.choose(inside, mirrored, place)
        let index = try graph.expand(
            graph.reshape(source, extents + Array(repeating: 1, count: x.rank - 2)), to: x.shape)
        return [
            try graph.emit("aten.gather.default", [graph.reference(x), .int(time), graph.reference(index)], x.type)
        ]
    }
}
