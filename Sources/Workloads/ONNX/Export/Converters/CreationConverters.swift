import KernelIR

/// Operators that make tensors of nothing, copy them or give them another type.
enum CreationConverters {
    static let table: [String: Converter] = [
        "aten.zeros_like.default": constant(0),
        "aten.ones_like.default": constant(1),
        "aten.zeros.default": constant(0),
        "aten.ones.default": constant(1),
        "aten.full.default": filled,
        "aten.full_like.default": filled,
        "aten.zero.default": constant(0),
        "aten.fill.Scalar": filled,
        "aten.arange.default": range,
        "aten.arange.start": range,
        "aten.arange.start_step": range,
        "aten.alias.default": copy,
        "aten.clone.default": copy,
        "aten.contiguous.default": copy,
        "aten.detach.default": copy,
        "aten.lift_fresh_copy.default": copy,
        "aten.dropout.default": copy,
        "aten.to.dtype": copy,
        "aten.to.dtype_layout": copy,
        "aten._to_copy.default": copy,
        "aten.type_as.default": copy,
        "aten.copy.default": overwrite,
    ]

    /// A tensor of one number; ONNX Runtime makes it once, as it loads the model.
    private static func constant(_ value: Double) -> Converter {
        { call, graph throws(KernelwrightError) in
            [graph.filled(value, shape: call.output.shape, call.output.dtype)]
        }
    }

    private static let filled: Converter = { call, graph throws(KernelwrightError) in
        guard
            let value = call.node.argument(1, "fill_value")?.doubleValue ?? call.node.argument(1, "value")?.doubleValue
        else { throw call.reject("fill_value must be a number") }
        return [graph.filled(value, shape: call.output.shape, call.output.dtype)]
    }

    /// start, start + step, …
    private static let range: Converter = { call, graph throws(KernelwrightError) in
        let hasStart = call.node.op != "aten.arange.default"
        let start = hasStart ? try call.double(0, "start", default: 0) : 0
        let step = hasStart ? try call.double(2, "step", default: 1) : 1
        let values = (0..<call.output.elementCount).map { start + Double($0) * step }
        return [graph.literal(values, shape: call.output.shape, call.output.dtype)]
    }

    /// The same elements, in the type of the result. Dropout is the identity, as everywhere in workloads.
    private static let copy: Converter = { call, graph throws(KernelwrightError) in
        [call.cast(try call.tensor(0, "self"), to: call.output.dtype, &graph)]
    }

    /// The second operand in the type and shape of the first.
    private static let overwrite: Converter = { call, graph throws(KernelwrightError) in
        let source = try call.tensor(1, "src")
        let typed = call.cast(source, to: call.output.dtype, &graph)
        guard source.shape != call.output.shape else { return [typed] }
        return [graph.emit("Expand", [typed, graph.integers(call.output.shape)])]
    }
}
