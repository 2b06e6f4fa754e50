import KernelIR

/// Operators that pick elements of a tensor by their places.
enum SelectionConverters {
    static let table: [String: Converter] = [
        "aten.slice.Tensor": slice,
        "aten.select.int": select,
        "aten.narrow.default": narrow,
        "aten.split.Tensor": split,
        "aten.split_with_sizes.default": split,
        "aten.chunk.default": split,
        "aten.unbind.int": unbind,
        "aten.index.Tensor": index,
        "aten.index_select.default": indexSelect,
        "aten.gather.default": gather,
        "aten.embedding.default": embedding,
        "aten.flip.default": flip,
        "aten.roll.default": roll,
        "aten.unfold.default": unfold,
    ]

    private static let slice: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dim", default: 0), of: x)
        let (extent, step) = (x.shape[axis], try call.int(4, "step", default: 1))
        func bound(_ value: Int) -> Int { min(max(value < 0 ? value + extent : value, 0), extent) }
        let start = bound(try call.int(2, "start", default: 0))
        let end = max(bound(try call.int(3, "end", default: extent)), start)
        return [graph.slice(x, axis: axis, from: start, to: end, step: step)]
    }

    private static let narrow: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dim"), of: x)
        let (given, length) = (try call.int(2, "start"), try call.int(3, "length"))
        let start = given < 0 ? given + x.shape[axis] : given
        return [graph.slice(x, axis: axis, from: start, to: start + length)]
    }

    private static let select: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dim"), of: x)
        let index = graph.scalar(Double(try call.int(2, "index")), .int64)
        return [graph.emit("Gather", [x.name, index], [.int("axis", axis)])]
    }

    /// In the extents that the node declares for its results.
    private static let split: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(2, "dim", default: 0), of: x)
        return try parts(call, x, axis, &graph)
    }

    private static let unbind: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dim", default: 0), of: x)
        return call.node.outputs.indices.map { position in
            let place = graph.scalar(Double(position), .int64)
            return graph.emit("Gather", [x.name, place], [.int("axis", axis)])
        }
    }

    private static func parts(
        _ call: OperatorCall, _ x: OnnxValue, _ axis: Int, _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> [String] {
        let extents = call.node.outputs.compactMap { axis < $0.shape.count ? $0.shape[axis] : nil }
        guard extents.reduce(0, +) == x.shape[axis] else { throw call.reject("its results do not fill its input") }
        guard extents.count > 1 else { return [x.name] }
        let names = extents.map { _ in graph.freshName("part") }
        graph.emit("Split", [x.name, graph.integers(extents)], [.int("axis", axis)], into: names)
        return names
    }

    /// One index tensor on any axis, or several on the first axes.
    private static let index: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        guard case .list(let items)? = call.node.argument(1, "indices") else {
            throw call.reject("indices must be a list of tensors and None")
        }
        let axes = items.indices.filter { items[$0] != Argument.none }
        var tensors: [OnnxValue] = []
        for axis in axes { tensors.append(try call.item(items[axis], "indices")) }
        guard tensors.allSatisfy({ $0.dtype == .int64 || $0.dtype == .int32 }) else {
            throw call.reject("indices must be integers; how many elements a mask picks is not static")
        }
        if axes.count == 1 {
            return [graph.emit("Gather", [x.name, tensors[0].name], [.int("axis", axes[0])])]
        }
        guard axes == Array(0..<axes.count), let shape = Shape.broadcast(tensors.map(\.shape)) else {
            throw call.reject("several indices must be on the first axes and broadcast")
        }
        let columns = tensors.map { tensor in
            let wide = tensor.shape == shape ? tensor.name : graph.emit("Expand", [tensor.name, graph.integers(shape)])
            let column = graph.reshape(wide, shape + [1])
            return call.cast(OnnxValue(name: column, type: tensor.type), to: .int64, &graph)
        }
        return [graph.emit("GatherND", [x.name, graph.emit("Concat", columns, [.int("axis", -1)])])]
    }

    private static let indexSelect: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dim"), of: x)
        let index = try call.tensor(2, "index")
        guard x.rank > 0 else { return [x.name] }
        let list = index.rank == 1 ? index.name : graph.reshape(index.name, [index.type.elementCount])
        return [graph.emit("Gather", [x.name, list], [.int("axis", axis)])]
    }

    private static let gather: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dim"), of: x)
        let index = try call.tensor(2, "index")
        guard x.rank > 0, index.rank > 0 else { throw call.reject("a tensor without axes has no elements to gather") }
        return [graph.emit("GatherElements", [x.name, index.name], [.int("axis", axis)])]
    }

    private static let embedding: Converter = { call, graph throws(KernelwrightError) in
        let (weight, indices) = (try call.tensor(0, "weight"), try call.tensor(1, "indices"))
        return [graph.emit("Gather", [weight.name, indices.name], [.int("axis", 0)])]
    }

    private static let flip: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let dims = try call.integers(1, "dims") ?? []
        guard !dims.isEmpty, x.rank > 0 else { return [x.name] }
        let axes = try call.axes(dims, of: x)
        // From the last place down to the one before the first.
        let bounds = [axes.map { _ in -1 }, axes.map { _ in Int.min / 2 }, axes, axes.map { _ in -1 }]
        return [graph.emit("Slice", [x.name] + bounds.map { graph.integers($0) })]
    }

    /// Axis by axis, the last places before the first.
    private static let roll: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let shifts = try call.integers(1, "shifts") ?? []
        let dims = try call.integers(2, "dims") ?? []
        guard !dims.isEmpty else { throw call.reject("dims must be given") }
        guard shifts.count == dims.count else { throw call.reject("shifts and dims must be as many") }
        var name = x.name
        for (shift, dim) in zip(shifts, dims) {
            let axis = try call.axis(dim, of: x)
            let extent = x.shape[axis]
            let start = extent == 0 ? 0 : ((-shift % extent) + extent) % extent
            guard start != 0 else { continue }
            let tail = graph.slice(name, axis: axis, from: start, to: extent)
            let head = graph.slice(name, axis: axis, from: 0, to: start)
            name = graph.emit("Concat", [tail, head], [.int("axis", axis)])
        }
        return [name]
    }

    /// Windows of an axis, their places as a new last axis.
    private static let unfold: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let axis = try call.axis(call.int(1, "dimension"), of: x)
        let (size, step) = (try call.int(2, "size"), try call.int(3, "step"))
        let count = call.output.shape[axis]
        var windows: String
        if size == step {
            let whole = graph.slice(x, axis: axis, from: 0, to: count * size)
            windows = graph.reshape(whole, x.shape[..<axis] + [count, size] + x.shape[(axis + 1)...])
        } else {
            let places = (0..<count).flatMap { window in (0..<size).map { Double(window * step + $0) } }
            let table = graph.literal(places, shape: [count, size], .int64)
            windows = graph.emit("Gather", [x.name, table], [.int("axis", axis)])
        }
        guard axis != x.rank - 1 else { return [windows] }
        let order = (0...x.rank).filter { $0 != axis + 1 } + [axis + 1]
        windows = graph.emit("Transpose", [windows], [.ints("perm", order)])
        return [windows]
    }
}
