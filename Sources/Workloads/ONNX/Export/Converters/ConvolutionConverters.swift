import KernelIR

/// Convolutions over one, two or three axes; bias, stride, dilation and groups mean the same in ATen and ONNX.
enum ConvolutionConverters {
    static let table: [String: Converter] = [
        "aten.conv1d.default": convolution(axes: 1),
        "aten.conv2d.default": convolution(axes: 2),
        "aten.conv3d.default": convolution(axes: 3),
        "aten.conv1d.padding": convolution(axes: 1),
        "aten.conv2d.padding": convolution(axes: 2),
        "aten.conv3d.padding": convolution(axes: 3),
        "aten.conv_transpose1d.default": transposed(axes: 1),
        "aten.conv_transpose2d.input": transposed(axes: 2),
        "aten.conv_transpose3d.input": transposed(axes: 3),
    ]

    private static func convolution(axes: Int) -> Converter {
        { call, graph throws(KernelwrightError) in
            let weight = try call.tensor(1, "weight")
            let kernel = Array(weight.shape.suffix(axes))
            let dilation = try call.extents(5, "dilation", axes, default: 1)
            let padding = try padding(call, kernel: kernel, dilation: dilation)
            let attributes: [OnnxAttribute] = [
                .ints("kernel_shape", kernel), .ints("strides", try call.extents(3, "stride", axes, default: 1)),
                .ints("pads", padding), .ints("dilations", dilation),
                .int("group", try call.int(6, "groups", default: 1)),
            ]
            let bias = try call.optionalTensor(2, "bias").map { [$0.name] } ?? []
            return try call.batched(axes: axes, &graph) { x, graph in
                graph.emit("Conv", [x, weight.name] + bias, attributes)
            }
        }
    }

    /// Zeros before and after each axis, as ONNX lists them; `same` puts the odd one behind, as PyTorch does.
    private static func padding(
        _ call: OperatorCall, kernel: [Int], dilation: [Int]
    ) throws(KernelwrightError) -> [Int] {
        guard let mode = call.node.argument(4, "padding")?.stringValue else {
            let padding = try call.extents(4, "padding", kernel.count, default: 0)
            return padding + padding
        }
        switch mode {
        case "valid": return [Int](repeating: 0, count: 2 * kernel.count)
        case "same":
            let total = zip(kernel, dilation).map { ($0 - 1) * $1 }
            return total.map { $0 / 2 } + total.map { $0 - $0 / 2 }
        default: throw call.reject("padding must be numbers, valid or same, not \(mode)")
        }
    }

    private static func transposed(axes: Int) -> Converter {
        { call, graph throws(KernelwrightError) in
            let weight = try call.tensor(1, "weight")
            let padding = try call.extents(4, "padding", axes, default: 0)
            let attributes: [OnnxAttribute] = [
                .ints("kernel_shape", Array(weight.shape.suffix(axes))),
                .ints("strides", try call.extents(3, "stride", axes, default: 1)),
                .ints("pads", padding + padding),
                .ints("output_padding", try call.extents(5, "output_padding", axes, default: 0)),
                .int("group", try call.int(6, "groups", default: 1)),
                .ints("dilations", try call.extents(7, "dilation", axes, default: 1)),
            ]
            let bias = try call.optionalTensor(2, "bias").map { [$0.name] } ?? []
            return try call.batched(axes: axes, &graph) { x, graph in
                graph.emit("ConvTranspose", [x, weight.name] + bias, attributes)
            }
        }
    }
}

extension OperatorCall {
    /// One number for each spatial axis; a single number stands for all.
    func extents(
        _ position: Int, _ keyword: String, _ count: Int, default value: Int
    ) throws(KernelwrightError) -> [Int] {
        guard let list = try integers(position, keyword), !list.isEmpty else {
            return [Int](repeating: value, count: count)
        }
        guard list.count == count || list.count == 1 else { throw reject("\(keyword) must have \(count) numbers") }
        return list.count == count ? list : [Int](repeating: list[0], count: count)
    }

    /// Applies an operator that demands a batch axis to the first argument, which PyTorch takes without one too.
    func batched(
        axes: Int, _ graph: inout GraphBuilder, _ apply: (String, inout GraphBuilder) -> String
    ) throws(KernelwrightError) -> [String] {
        let x = try tensor(0, "input")
        if x.rank == axes + 2 { return [apply(x.name, &graph)] }
        guard x.rank == axes + 1 else { throw reject("its input must have \(axes + 1) or \(axes + 2) axes") }
        return [graph.reshape(apply(graph.reshape(x.name, [1] + x.shape), &graph), output.shape)]
    }
}
