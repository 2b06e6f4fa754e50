import KernelIR

/// Operators that join, repeat or surround tensors.
enum JoiningConverters {
    static let table: [String: Converter] = [
        "aten.cat.default": concatenate,
        "aten.stack.default": stack,
        "aten.expand.default": expand,
        "aten.expand_as.default": expand,
        "aten.broadcast_to.default": expand,
        "aten.broadcast_tensors.default": broadcastTensors,
        "aten.repeat.default": `repeat`,
        "aten.pad.default": pad,
        "aten.constant_pad_nd.default": pad,
    ]

    /// Empty tensors of one axis join any others, as PyTorch allows.
    private static let concatenate: Converter = { call, graph throws(KernelwrightError) in
        let all = try call.tensors(0, "tensors")
        let tensors = all.filter { $0.shape != [0] }
        guard let first = tensors.first else { return [all.first?.name ?? ""] }
        let axis = try call.axis(call.int(1, "dim", default: 0), of: first)
        let names = tensors.map { call.cast($0, to: call.output.dtype, &graph) }
        return [names.count == 1 ? names[0] : graph.emit("Concat", names, [.int("axis", axis)])]
    }

    private static let stack: Converter = { call, graph throws(KernelwrightError) in
        let dim = try call.int(1, "dim", default: 0)
        let axis = dim < 0 ? dim + call.output.shape.count : dim
        let names = try call.tensors(0, "tensors").map { tensor in
            var shape = tensor.shape
            shape.insert(1, at: min(max(axis, 0), shape.count))
            return graph.reshape(call.cast(tensor, to: call.output.dtype, &graph), shape)
        }
        return [graph.emit("Concat", names, [.int("axis", axis)])]
    }

    private static let expand: Converter = { call, graph throws(KernelwrightError) in
        [widen(try call.tensor(0, "self"), to: call.output.shape, &graph)]
    }

    private static let broadcastTensors: Converter = { call, graph throws(KernelwrightError) in
        zip(try call.tensors(0, "tensors"), call.node.outputs).map { widen($0, to: $1.shape, &graph) }
    }

    private static func widen(_ x: OnnxValue, to shape: [Int], _ graph: inout GraphBuilder) -> String {
        x.shape == shape ? x.name : graph.emit("Expand", [x.name, graph.integers(shape)])
    }

    private static let `repeat`: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let counts = try call.integers(1, "repeats") ?? []
        guard counts.count >= x.rank else { throw call.reject("repeats must name every axis") }
        let shape = [Int](repeating: 1, count: counts.count - x.rank) + x.shape
        let wide = shape == x.shape ? x.name : graph.reshape(x.name, shape)
        return [graph.emit("Tile", [wide, graph.integers(counts)])]
    }

    /// ATen counts pairs from the last axis, ONNX lists all beginnings and then all ends. Negative numbers cut off.
    private static let pad: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let pairs = try call.integers(1, "pad") ?? []
        guard pairs.count.isMultiple(of: 2), pairs.count <= 2 * x.rank else {
            throw call.reject("pad must have two numbers for each of its last axes")
        }
        var (begins, ends) = ([Int](repeating: 0, count: x.rank), [Int](repeating: 0, count: x.rank))
        var kept = x.name
        for pair in 0..<(pairs.count / 2) {
            let axis = x.rank - 1 - pair
            let (before, after) = (pairs[2 * pair], pairs[2 * pair + 1])
            (begins[axis], ends[axis]) = (max(before, 0), max(after, 0))
            guard before < 0 || after < 0 else { continue }
            kept = graph.slice(kept, axis: axis, from: max(-before, 0), to: x.shape[axis] + min(after, 0))
        }
        guard begins.contains(where: { $0 > 0 }) || ends.contains(where: { $0 > 0 }) else { return [kept] }
        let isConstant = call.node.op == "aten.constant_pad_nd.default"
        let mode = isConstant ? "constant" : try call.string(2, "mode", default: "constant")
        let modes = ["constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"]
        guard let onnxMode = modes[mode] else {
            throw call.reject("mode must be one of \(modes.keys.sorted()), not \(mode)")
        }
        let value = try call.double(isConstant ? 2 : 3, "value", default: 0)
        let inputs =
            [kept, graph.integers(begins + ends)] + (mode == "constant" ? [graph.scalar(value, x.dtype)] : [])
        return [graph.emit("Pad", inputs, [.string("mode", onnxMode)])]
    }
}
