import KernelIR

/// Pooling over windows and over whole images.
enum PoolingRules {
    static let table: [String: ImportRule] = [
        "MaxPool": maxPool, "AveragePool": averagePool, "LpPool": lpPool,
        "GlobalAveragePool": global { x, axes, _, graph in try graph.reduce("mean.dim", x, axes, keeps: true) },
        "GlobalMaxPool": global { x, axes, _, graph in try graph.reduce("amax.default", x, axes, keeps: true) },
        "GlobalLpPool": global { x, axes, call, graph in
            let p = Double(try call.int("p", default: 2))
            let powers = try graph.binary("pow.Tensor_Scalar", graph.unary("abs", x), p)
            let sums = try graph.reduce("sum.dim_IntList", powers, axes, keeps: true)
            return try graph.binary("pow.Tensor_Scalar", sums, 1 / p)
        },
    ]

    private static func global(
        _ body: @escaping @Sendable (ImportedValue, [Int], OnnxCall, inout GraphComposer) throws -> ImportedValue
    ) -> ImportRule {
        { call, graph in
            let x = try call.floating(0)
            try call.require(x.rank >= 3 && x.count > 0, "shape \(x.shape)", hint: "give [batch, channels, …]")
            return [try body(x, Array(2..<x.rank), call, &graph)]
        }
    }

    private static func windows(_ call: OnnxCall, _ x: ImportedValue) throws -> WindowGeometry {
        guard let kernel = try call.integers("kernel_shape") else {
            throw call.error("no kernel_shape", hint: "give the extents of a window")
        }
        return try WindowGeometry(call, x, kernel: kernel)
    }

    /// Padding is done beforehand with the least number of the type, so that every form of it is one form.
    private static let maxPool: ImportRule = { call, graph in
        let x = try call.input(0)
        let windows = try windows(call, x)
        let fits = windows.isSymmetric && zip(windows.before, windows.kernel).allSatisfy { 2 * $0 <= $1 }
        let isDirect = fits && windows.exactAfter.elementsEqual(windows.after, by: <=)
        let padded =
            isDirect
            ? x : try ConvolutionRules.pad(x, windows, value: x.dtype.range.lowerBound, exact: true, &graph)
        let arguments: [Argument] = [
            try graph.reference(padded), .integers(windows.kernel), .integers(windows.strides),
            .integers(isDirect ? windows.before : Array(repeating: 0, count: windows.rank)),
            .integers(windows.dilations),
        ]
        let type = TensorType(dtype: x.dtype, shape: Array(x.shape[..<2]) + windows.outputs)
        guard call.wants(1) else {
            return [try graph.emit("aten.max_pool\(windows.rank)d.default", arguments, type)]
        }
        let results = try graph.emit(
            several: "aten.max_pool\(windows.rank)d_with_indices.default", arguments,
            [type, TensorType(dtype: .int64, shape: type.shape)], wanted: Set([0, 1].filter(call.wants)))
        let isColumnMajor = try call.flag("storage_order")
        let shift = isDirect ? Array(repeating: 0, count: windows.rank) : windows.before
        let places = try flatPlaces(
            results[1], x, inside: Array(padded.shape[2...]), shift: shift, isColumnMajor: isColumnMajor, &graph)
        return [results[0], places]
    }

    /// ATen counts places within an image that may be padded, ONNX within the whole tensor.
    private static func flatPlaces(
        _ places: ImportedValue, _ x: ImportedValue, inside padded: [Int], shift: [Int], isColumnMajor: Bool,
        _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let extents = Array(x.shape[2...])
        var flat = places
        if padded != extents || isColumnMajor {
            let strides = isColumnMajor ? Shape.strides(extents.reversed()).reversed() : Shape.strides(extents)
            var rest = places
            var total: ImportedValue?
            for (axis, inner) in Shape.strides(padded).enumerated() {
                let place = try graph.truncatedQuotient(.tensor(rest), .number(Double(inner)))
                rest = try graph.sub(rest, graph.mul(place, Double(inner)))
                let term = try graph.mul(graph.add(place, Double(-shift[axis])), Double(strides[axis]))
                total = try total.map { try graph.add($0, term) } ?? term
            }
            flat = total ?? places
        }
        let images = x.shape[0] * x.shape[1]
        let shape = [x.shape[0], x.shape[1]] + Array(repeating: 1, count: extents.count)
        let image = try GeneratorRules.ramp(images, &graph, shape: shape)
        return try graph.add(flat, graph.mul(image, Double(extents.reduce(1, *))))
    }

    private static let averagePool: ImportRule = { call, graph in
        let x = try call.floating(0)
        let windows = try windows(call, x)
        let countsPadding = try call.flag("count_include_pad")
        let type = TensorType(dtype: x.dtype, shape: Array(x.shape[..<2]) + windows.outputs)
        let isPlain =
            !windows.hasPadding
            || (windows.isSymmetric && zip(windows.before, windows.kernel).allSatisfy { 2 * $0 <= $1 })
        if isPlain, windows.exactAfter.elementsEqual(windows.after, by: <=), windows.dilations.allSatisfy({ $0 == 1 }) {
            let arguments: [Argument] = [
                try graph.reference(x), .integers(windows.kernel), .integers(windows.strides),
                .integers(windows.before), .bool(false), .bool(countsPadding),
            ]
            return [try graph.emit("aten.avg_pool\(windows.rank)d.default", arguments, type)]
        }
        try call.require(
            windows.outputs.allSatisfy { $0 <= 1 << 24 }, "\(windows.outputs) windows",
            hint: "at most 2²⁴ along an axis")
        let sums = try windowSums(x, windows, &graph)
        var counts = ImportedValue.constant([1], [], x.dtype)
        for axis in 0..<windows.rank {
            let along = (0..<windows.rank).map { $0 == axis ? windows.outputs[axis] : 1 }
            let column = counted(windows, axis, includingPadding: countsPadding)
            counts = try graph.mul(counts, .constant(column, along, x.dtype))
        }
        return [try graph.div(sums, counts)]
    }

    /// How many elements each window covers along an axis: of the input, or also of the padding.
    private static func counted(_ windows: WindowGeometry, _ axis: Int, includingPadding: Bool) -> [Double] {
        let low = includingPadding ? -windows.before[axis] : 0
        let high = windows.extents[axis] + (includingPadding ? windows.after[axis] : 0)
        let (step, count) = (windows.dilations[axis], windows.kernel[axis])
        return (0..<windows.outputs[axis]).map { output in
            let first = output * windows.strides[axis] - windows.before[axis]
            // Elements first, first + step, … that lie in low ..< high.
            let skipped = first < low ? (low - first + step - 1) / step : 0
            let reached = high > first ? (high - first + step - 1) / step : 0
            return Double(max(min(reached, count) - min(skipped, count), 0))
        }
    }

    /// Sums over windows, dilated ones too: a convolution of every channel with ones.
    private static func windowSums(
        _ x: ImportedValue, _ windows: WindowGeometry, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let padded = try ConvolutionRules.pad(x, windows, value: 0, exact: true, &graph)
        let images = x.shape[0] * x.shape[1]
        let ones = try graph.full(1, [1, 1] + windows.kernel, x.dtype)
        let zeros = Array(repeating: 0, count: windows.rank)
        let sums = try graph.emit(
            "aten.conv\(windows.rank)d.default",
            [
                graph.reference(graph.reshape(padded, [images, 1] + padded.shape[2...])), graph.reference(ones), .none,
                .integers(windows.strides), .integers(zeros), .integers(windows.dilations), .int(1),
            ], TensorType(dtype: x.dtype, shape: [images, 1] + windows.outputs))
        return try graph.reshape(sums, Array(x.shape[..<2]) + windows.outputs)
    }

    private static let lpPool: ImportRule = { call, graph in
        let x = try call.floating(0)
        let p = Double(try call.int("p", default: 2))
        let powers = try graph.binary("pow.Tensor_Scalar", graph.unary("abs", x), p)
        let sums = try windowSums(powers, windows(call, x), &graph)
        return [try graph.binary("pow.Tensor_Scalar", sums, 1 / p)]
    }
}
