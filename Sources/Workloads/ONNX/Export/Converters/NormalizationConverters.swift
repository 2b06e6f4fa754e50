import KernelIR

/// Normalizations, each in the form ONNX Runtime runs fastest; `docs/baselines.md` has the measurements.
enum NormalizationConverters {
    static let table: [String: Converter] = [
        "aten.batch_norm.default": batchNorm,
        "aten.instance_norm.default": instanceNorm,
        "aten.group_norm.default": groupNorm,
        "aten.layer_norm.default": layerNorm,
    ]

    private static let batchNorm: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        let shape = [try channels(x, call)]
        let (weight, bias) = try affine(call, 1, 2, shape: shape, &graph)
        let training = try call.flag(5, "training", default: false)
        let mean = try call.optionalTensor(3, "running_mean")?.name
        let variance = try call.optionalTensor(4, "running_var")?.name
        guard training || (mean != nil && variance != nil) else {
            throw call.reject("without training it needs running_mean and running_var")
        }
        let inputs = [
            x.name, weight, bias, mean ?? graph.filled(0, shape: shape, x.dtype),
            variance ?? graph.filled(1, shape: shape, x.dtype),
        ]
        let attributes: [OnnxAttribute] = [.float("epsilon", try call.double(7, "eps", default: 1e-5))]
        guard training else { return [graph.emit("BatchNormalization", inputs, attributes)] }
        // ONNX Runtime crashes if the updated statistics are left out of the results.
        let results = ["BatchNormalization", "mean", "variance"].map { graph.freshName($0) }
        graph.emit("BatchNormalization", inputs, attributes + [.int("training_mode", 1)], into: results)
        return [results[0]]
    }

    private static let instanceNorm: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        guard try call.flag(5, "use_input_stats", default: true) else {
            throw call.reject("use_input_stats must be true")
        }
        let (weight, bias) = try affine(call, 1, 2, shape: [channels(x, call)], &graph)
        let epsilon = try call.double(7, "eps", default: 1e-5)
        return [graph.emit("InstanceNormalization", [x.name, weight, bias], [.float("epsilon", epsilon)])]
    }

    /// An instance norm of the groups; then the weights as a batch norm of mean 0 and variance 1, which is one pass.
    private static let groupNorm: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        let groups = try call.int(1, "num_groups")
        let count = try channels(x, call)
        guard groups > 0, count.isMultiple(of: groups) else {
            throw call.reject("num_groups must divide the \(count) channels")
        }
        let unit = (graph.filled(1, shape: [groups], x.dtype), graph.filled(0, shape: [groups], x.dtype))
        let rows = graph.emit("Reshape", [x.name, graph.integers([x.shape[0], groups, -1])])
        let epsilon = try call.double(4, "eps", default: 1e-5)
        let normal = graph.emit("InstanceNormalization", [rows, unit.0, unit.1], [.float("epsilon", epsilon)])
        let shaped = graph.emit("Reshape", [normal, graph.integers(x.shape)])
        guard try [call.optionalTensor(2, "weight"), call.optionalTensor(3, "bias")] != [nil, nil] else {
            return [shaped]
        }
        let (weight, bias) = try affine(call, 2, 3, shape: [count], &graph)
        let (mean, variance) = (graph.filled(0, shape: [count], x.dtype), graph.filled(1, shape: [count], x.dtype))
        return [graph.emit("BatchNormalization", [shaped, weight, bias, mean, variance], [.float("epsilon", 0)])]
    }

    private static let layerNorm: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        let shape = try call.integers(1, "normalized_shape") ?? []
        guard !shape.isEmpty, x.shape.suffix(shape.count) == shape[...] else {
            throw call.reject("normalized_shape must be the last extents of \(x.shape)")
        }
        let (weight, bias) = try affine(call, 2, 3, shape: shape, &graph)
        return [
            graph.emit(
                "LayerNormalization", [x.name, weight, bias],
                [.int("axis", x.rank - shape.count), .float("epsilon", try call.double(4, "eps", default: 1e-5))])
        ]
    }

    /// Extent of the channel axis, the second.
    private static func channels(_ x: OnnxValue, _ call: OperatorCall) throws(KernelwrightError) -> Int {
        guard x.rank >= 2 else { throw call.reject("its input must have a batch and a channel axis") }
        return x.shape[1]
    }

    /// Weight and bias, with 1 and 0 for those that are None.
    private static func affine(
        _ call: OperatorCall, _ weight: Int, _ bias: Int, shape: [Int], _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> (weight: String, bias: String) {
        let dtype = try call.tensor(0, "input").dtype
        let scale = try call.optionalTensor(weight, "weight")?.name
        let shift = try call.optionalTensor(bias, "bias")?.name
        return (scale ?? graph.filled(1, shape: shape, dtype), shift ?? graph.filled(0, shape: shape, dtype))
    }
}
