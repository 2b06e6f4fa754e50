import KernelIR

/// Convolutions and transposed convolutions.
enum ConvolutionRules {
    static let table: [String: ImportRule] = [
        "Conv": { call, graph in
            let (x, weight) = try PointwiseRules.operands(call)
            return [try convolve(call, x, weight, bias: call.optionalInput(2), &graph)]
        },
        "ConvInteger": { call, graph in
            let x = try ProductRules.shifted(call, 0, zero: 2, along: 1, &graph)
            let weight = try ProductRules.shifted(call, 1, zero: 3, along: 0, &graph)
            return [try convolve(call, x, weight, bias: nil, &graph)]
        },
        "ConvTranspose": transposed,
        "CausalConvWithState": causal,
    ]

    private static func convolve(
        _ call: OnnxCall, _ x: ImportedValue, _ weight: ImportedValue, bias: ImportedValue?,
        _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let windows = try WindowGeometry(call, x, kernel: Array(weight.shape.dropFirst(2)))
        let group = try call.int("group", default: 1)
        let filters = weight.shape[0]
        try call.require(
            (1...max(filters, 1)).contains(group) && filters % group == 0 && weight.shape[1] <= x.shape[1]
                && x.shape[1] == weight.shape[1] * group && (bias == nil || bias?.shape == [filters]),
            "\(x.shape) with filters \(weight.shape) in \(group) groups",
            hint: "channels in = channels a filter · groups")
        let padded = windows.isSymmetric ? x : try pad(x, windows, value: 0, &graph)
        let padding = windows.isSymmetric ? windows.before : Array(repeating: 0, count: windows.rank)
        let arguments: [Argument] = [
            try graph.reference(padded), try graph.reference(weight), try bias.map { try graph.reference($0) } ?? .none,
            .integers(windows.strides), .integers(padding), .integers(windows.dilations), .int(group),
        ]
        return try graph.emit(
            "aten.conv\(windows.rank)d.default", arguments,
            TensorType(dtype: x.dtype, shape: [x.shape[0], filters] + windows.outputs))
    }

    /// Adds the windows' padding to the spatial axes.
    static func pad(
        _ x: ImportedValue, _ windows: WindowGeometry, value: Double, exact: Bool = false,
        _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        try graph.pad(
            x, before: [0, 0] + windows.before, after: [0, 0] + (exact ? windows.exactAfter : windows.after),
            value: value)
    }

    /// The full result without padding, cut to what ONNX asks for; the bias comes last, as it also covers what
    /// `output_padding` adds.
    private static let transposed: ImportRule = { call, graph in
        let (x, weight) = try PointwiseRules.operands(call)
        let group = try call.int("group", default: 1)
        let rank = x.rank - 2
        try call.require(
            (1...3).contains(rank) && weight.rank == x.rank && weight.shape[0] == x.shape[1]
                && (1...max(x.shape[1], 1)).contains(group) && x.shape[1] % group == 0
                && weight.shape[2...].allSatisfy { (1...OnnxCall.largestWindow).contains($0) },
            "\(x.shape) with filters \(weight.shape) in \(group) groups",
            hint: "[batch, channels, …] with filters [channels, filters a group, …]")
        let plan = try TransposedWindows(call, extents: Array(x.shape[2...]), kernel: Array(weight.shape[2...]))
        let filters = try call.product([weight.shape[1], group])
        let op = rank == 1 ? "aten.conv_transpose1d.default" : "aten.conv_transpose\(rank)d.input"
        let bias = call.optionalInput(2)
        try call.require(bias == nil || bias?.shape == [filters], "bias \(bias?.shape ?? [])", hint: "[\(filters)]")
        func arguments(_ bias: ImportedValue?, padding: [Int], added: [Int]) throws -> [Argument] {
            [
                try graph.reference(x), try graph.reference(weight), try bias.map { try graph.reference($0) } ?? .none,
                .integers(plan.strides), .integers(padding), .integers(added), .int(group), .integers(plan.dilations),
            ]
        }
        let type = TensorType(dtype: x.dtype, shape: [x.shape[0], filters] + plan.outputs)
        if let (padding, added) = plan.direct {
            return [try graph.emit(op, arguments(bias, padding: padding, added: added), type)]
        }
        let zeros = Array(repeating: 0, count: rank)
        let full = try graph.emit(
            op, arguments(nil, padding: zeros, added: zeros),
            TensorType(dtype: x.dtype, shape: [x.shape[0], filters] + plan.full))
        let after = (0..<rank).map { plan.outputs[$0] - plan.full[$0] + plan.before[$0] }
        let cut = try graph.pad(full, before: [0, 0] + plan.before.map { -$0 }, after: [0, 0] + after, value: 0)
        guard let bias else { return [cut] }
        return [try graph.add(cut, graph.reshape(bias, [filters] + Array(repeating: 1, count: rank)))]
    }

    /// A depthwise convolution over time that continues from the last inputs of the call before.
    private static let causal: ImportRule = { call, graph in
        let (x, weight) = try PointwiseRules.operands(call)
        try call.require(
            x.rank == 3 && weight.rank == 3 && weight.shape[0] == x.shape[1] && weight.shape[1] == 1
                && weight.shape[2] >= 1,
            "\(x.shape) with filters \(weight.shape)",
            hint: "[batch, channels, time] with filters [channels, 1, kernel]")
        let (channels, length) = (x.shape[1], x.shape[2])
        let state = [x.shape[0], channels, weight.shape[2] - 1]
        let past = try call.optionalInput(3) ?? graph.full(0, state, x.dtype)
        try call.require(past.shape == state, "state of shape \(past.shape)", hint: "its shape is \(state)")
        let joined = state[2] == 0 ? x : try graph.cat([past, x], 2)
        let bias = try call.optionalInput(2).map { try graph.reference($0) } ?? .none
        var y = try graph.emit(
            "aten.conv1d.default",
            [
                graph.reference(joined), graph.reference(weight), bias, .integers([1]), .integers([0]), .integers([1]),
                .int(channels),
            ], x.type)
        if try call.choice("activation", of: ["none", "silu", "swish"], default: "none") != "none" {
            y = try graph.mul(y, graph.unary("sigmoid", y))
        }
        return [y, try graph.slice(joined, 2, length, length + state[2])]
    }
}

/// The geometry of a transposed convolution.
private struct TransposedWindows {
    var strides: [Int]
    var dilations: [Int]
    /// Elements cut away before each axis of the full result.
    var before: [Int]
    var outputs: [Int]
    /// Extents without padding.
    var full: [Int]
    private var after: [Int]
    private var added: [Int]

    init(_ call: OnnxCall, extents: [Int], kernel: [Int]) throws {
        let rank = extents.count
        let strides = try call.windowIntegers("strides", count: rank, default: 1)
        let dilations = try call.windowIntegers("dilations", count: rank, default: 1)
        let added = try call.windowIntegers("output_padding", count: rank, default: 0, atLeast: 0)
        let automatic = try call.choice(
            "auto_pad", of: ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"], default: "NOTSET")
        try call.require(extents.allSatisfy { $0 > 0 }, "extents \(extents)", hint: "give a non-empty input")
        let full = (0..<rank).map { (axis: Int) -> Int in
            let span = (kernel[axis] - 1) * dilations[axis] + 1
            return (extents[axis] - 1) * strides[axis] + span
        }
        (self.strides, self.dilations, self.full, self.added) = (strides, dilations, full, added)
        let given = try call.integers("output_shape")
        if given == nil, !automatic.hasPrefix("SAME") {
            let pads =
                automatic == "VALID"
                ? Array(repeating: 0, count: 2 * rank)
                : try call.windowIntegers("pads", count: 2 * rank, default: 0, atLeast: 0)
            (before, after) = (Array(pads[..<rank]), Array(pads[rank...]))
            outputs = (0..<rank).map { (axis: Int) -> Int in
                full[axis] + added[axis] - pads[axis] - pads[rank + axis]
            }
        } else {
            // The shape decides the padding.
            let shape = given.map { Array($0.suffix(rank)) } ?? (0..<rank).map { extents[$0] * strides[$0] }
            try call.require(
                shape.count == rank && shape.allSatisfy { (0...1 << 40).contains($0) }, "output_shape \(shape)",
                hint: "an extent for each of the \(rank) spatial axes")
            let totals = (0..<rank).map { full[$0] + added[$0] - shape[$0] }
            // Halves are rounded down, also of a total below 0, which adds elements.
            before = totals.map { automatic == "SAME_UPPER" ? $0 >> 1 : $0 - ($0 >> 1) }
            after = zip(totals, before).map { $0 - $1 }
            outputs = shape
        }
        try call.require(outputs.allSatisfy { $0 >= 0 }, "pads leave nothing of \(full)", hint: "pad less")
    }

    /// Padding and output padding as ATen takes them, where it can.
    var direct: ([Int], [Int])? {
        let fits = before.indices.allSatisfy {
            before[$0] == after[$0] && before[$0] >= 0 && added[$0] < max(strides[$0], dilations[$0])
        }
        return fits ? (before, added) : nil
    }
}
