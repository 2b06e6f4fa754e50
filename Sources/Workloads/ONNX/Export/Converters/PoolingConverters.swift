import KernelIR

/// Pooling over one, two or three axes.
///
/// How far windows reach beyond the end is written out as padding, so that rounding up (`ceil_mode`) needs no attribute:
/// ONNX and PyTorch differ in which windows it adds.
enum PoolingConverters {
    static let table: [String: Converter] = [
        "aten.max_pool1d.default": maximum(axes: 1),
        "aten.max_pool2d.default": maximum(axes: 2),
        "aten.max_pool3d.default": maximum(axes: 3),
        "aten.avg_pool1d.default": average(axes: 1),
        "aten.avg_pool2d.default": average(axes: 2),
        "aten.avg_pool3d.default": average(axes: 3),
        "aten.adaptive_avg_pool1d.default": adaptiveAverage(axes: 1),
        "aten.adaptive_avg_pool2d.default": adaptiveAverage(axes: 2),
        "aten.adaptive_avg_pool3d.default": adaptiveAverage(axes: 3),
    ]

    /// The windows of a pooling along its axes.
    private struct Windows {
        var kernel: [Int]
        var stride: [Int]
        /// As declared, on both sides.
        var padding: [Int]
        /// What the last window needs at the end.
        var after: [Int]

        init(
            _ call: OperatorCall, axes: Int, dilation: [Int], input: ArraySlice<Int>
        ) throws(KernelwrightError) {
            kernel = try call.extents(1, "kernel_size", axes, default: 1)
            let strides = try call.integers(2, "stride") ?? []
            stride = strides.isEmpty ? kernel : try call.extents(2, "stride", axes, default: 1)
            padding = try call.extents(3, "padding", axes, default: 0)
            after = []
            for (axis, (extent, count)) in zip(input, call.output.shape.suffix(axes)).enumerated() {
                let reach = (count - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1
                after.append(max(reach - extent - padding[axis], 0))
            }
        }

        var attributes: [OnnxAttribute] {
            [.ints("kernel_shape", kernel), .ints("strides", stride), .ints("pads", padding + after)]
        }
    }

    private static func maximum(axes: Int) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dilation = try call.extents(4, "dilation", axes, default: 1)
            let windows = try Windows(call, axes: axes, dilation: dilation, input: x.shape.suffix(axes))
            return try call.batched(axes: axes, &graph) { x, graph in
                graph.emit("MaxPool", [x], windows.attributes + [.ints("dilations", dilation)])
            }
        }
    }

    private static func average(axes: Int) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let input = Array(x.shape.suffix(axes))
            let ones = [Int](repeating: 1, count: axes)
            let windows = try Windows(call, axes: axes, dilation: ones, input: input[...])
            let countsPadding = try call.flag(5, "count_include_pad", default: true)
            let divisor = try call.integers(6, "divisor_override")?.first
            let reachesFurther = zip(windows.after, windows.padding).contains { $0 > $1 }
            let correction: String? =
                if let divisor {
                    graph.scalar(Double(windows.kernel.reduce(1, *)) / Double(divisor), x.dtype)
                } else if countsPadding && reachesFurther {
                    cutWindows(windows, input, Array(call.output.shape.suffix(axes)), x.dtype, &graph)
                } else {
                    nil
                }
            let counts = OnnxAttribute.flag("count_include_pad", countsPadding || divisor != nil)
            return try call.batched(axes: axes, &graph) { x, graph in
                let mean = graph.emit("AveragePool", [x], windows.attributes + [counts])
                return correction.map { graph.emit("Mul", [mean, $0]) } ?? mean
            }
        }
    }

    /// What a mean over the whole kernel is multiplied by where PyTorch counts only the places up to the end of the
    /// declared padding: kernel elements / counted elements, a tensor over the output's spatial axes.
    private static func cutWindows(
        _ windows: Windows, _ input: [Int], _ output: [Int], _ dtype: DType, _ graph: inout GraphBuilder
    ) -> String {
        var factors: [Double] = [1]
        for axis in output.indices {
            let own = (0..<output[axis]).map { place in
                let start = place * windows.stride[axis] - windows.padding[axis]
                let end = min(start + windows.kernel[axis], input[axis] + windows.padding[axis])
                return Double(windows.kernel[axis]) / Double(end - start)
            }
            factors = factors.flatMap { outer in own.map { outer * $0 } }
        }
        return graph.literal(factors, shape: output, dtype)
    }

    /// Windows of one size where the extents divide, the whole axis where one place is left; else the means as products
    /// with constant matrices, axis by axis.
    private static func adaptiveAverage(axes: Int) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let (input, output) = (Array(x.shape.suffix(axes)), Array(call.output.shape.suffix(axes)))
            guard !output.contains(0) else { throw call.reject("its output has no elements") }
            return try call.batched(axes: axes, &graph) { name, graph in
                if output.allSatisfy({ $0 == 1 }) { return graph.emit("GlobalAveragePool", [name]) }
                if zip(input, output).allSatisfy({ $0.isMultiple(of: $1) }) {
                    let kernel = zip(input, output).map { $0 / $1 }
                    return graph.emit("AveragePool", [name], [.ints("kernel_shape", kernel), .ints("strides", kernel)])
                }
                return unevenMeans(name, x, input, output, &graph)
            }
        }
    }

    /// Output place i is the mean over ⌊i·n/m⌋ ..< ⌈(i+1)·n/m⌉ of n places for m.
    private static func unevenMeans(
        _ name: String, _ x: OnnxValue, _ input: [Int], _ output: [Int], _ graph: inout GraphBuilder
    ) -> String {
        var result = name
        let rank = input.count + 2
        for axis in input.indices {
            let (extent, count) = (input[axis], output[axis])
            var matrix = [Double](repeating: 0, count: extent * count)
            for place in 0..<count {
                let (start, end) = (place * extent / count, ((place + 1) * extent + count - 1) / count)
                for index in start..<end { matrix[index * count + place] = 1 / Double(end - start) }
            }
            var order = Array(0..<rank)
            order.swapAt(axis + 2, rank - 1)
            let isLast = axis + 2 == rank - 1
            let rows = isLast ? result : graph.emit("Transpose", [result], [.ints("perm", order)])
            let means = graph.emit("MatMul", [rows, graph.literal(matrix, shape: [extent, count], x.dtype)])
            result = isLast ? means : graph.emit("Transpose", [means], [.ints("perm", order)])
        }
        return result
    }
}
