import KernelIR

/// Normalization by statistics of the input.
enum NormalizationRules {
    static let table: [String: ImportRule] = [
        "BatchNormalization": batchNorm,
        "InstanceNormalization": { call, graph in
            let x = try call.floating(0)
            let channels = try channelCount(call, x)
            let (scale, bias) = (try vector(call, 1, channels), try vector(call, 2, channels))
            return [
                try graph.emit(
                    "aten.instance_norm.default",
                    [
                        graph.reference(x), graph.reference(scale), graph.reference(bias), .none, .none, .bool(true),
                        .double(0.1), .number(epsilon(call)), .bool(false),
                    ], x.type)
            ]
        },
        "GroupNormalization": groupNorm,
        "LayerNormalization": layerNorm,
        "RMSNormalization": { call, graph in
            let x = try call.floating(0)
            let axes = try normalizedAxes(call, x)
            let square = try graph.reduce("mean.dim", graph.mul(x, x), axes, keeps: true)
            let factor = try graph.unary("rsqrt", graph.add(square, epsilon(call)))
            return [try graph.mul(graph.mul(x, factor), call.input(1))]
        },
        "LpNormalization": { call, graph in
            let x = try call.floating(0)
            let axis = try call.axis(call.int("axis", default: -1), rank: x.rank)
            let p = try call.int("p", default: 2)
            try call.require(p == 1 || p == 2, "p is \(p)", hint: "1 or 2")
            let norm = try graph.emit(
                "aten.linalg_vector_norm.default", [graph.reference(x), .int(p), .integers([axis]), .bool(true)],
                TensorType(dtype: x.dtype, shape: GraphComposer.reduced(x.shape, [axis], keeps: true)))
            let isZero = try graph.binary("eq.Tensor", norm, 0, dtype: .bool)
            return [try graph.div(x, graph.choose(isZero, .number(1), .tensor(norm)))]
        },
        "MeanVarianceNormalization": { call, graph in
            let x = try call.floating(0)
            let axes = try call.axes(call.integers("axes") ?? [0, 2, 3], rank: x.rank)
            let centred = try graph.sub(x, graph.reduce("mean.dim", x, axes, keeps: true))
            let variance = try graph.reduce("mean.dim", graph.mul(centred, centred), axes, keeps: true)
            return [try graph.div(centred, graph.add(graph.unary("sqrt", variance), 1e-9))]
        },
        "LRN": localResponse,
    ]

    private static func epsilon(_ call: OnnxCall) throws -> Double {
        try call.float("epsilon", default: Double(Float(1e-5)))
    }

    private static func channelCount(_ call: OnnxCall, _ x: ImportedValue) throws -> Int {
        try call.require(x.rank >= 2 && x.count > 0, "shape \(x.shape)", hint: "give [batch, channels, …], not empty")
        return x.shape[1]
    }

    private static func vector(_ call: OnnxCall, _ index: Int, _ count: Int) throws -> ImportedValue {
        let value = try call.floating(index)
        try call.require(value.shape == [count], "operand \(index) is \(value.type)", hint: "its shape is [\(count)]")
        return value
    }

    /// In training mode the results are the normalized batch and the running statistics, mixed with the batch's.
    private static let batchNorm: ImportRule = { call, graph in
        let x = try call.floating(0)
        let channels = try channelCount(call, x)
        let learned = try (1...4).map { try vector(call, $0, channels) }
        let isTraining = try call.flag("training_mode")
        let momentum = try call.float("momentum", default: Double(Float(0.9)))
        let y = try graph.emit(
            "aten.batch_norm.default",
            [
                graph.reference(x), graph.reference(learned[0]), graph.reference(learned[1]),
                graph.reference(learned[2]), graph.reference(learned[3]), .bool(isTraining), .number(1 - momentum),
                .number(epsilon(call)), .bool(false),
            ], x.type)
        guard isTraining, call.wants(1) || call.wants(2) else { return [y] }
        let axes = [0] + Array(2..<x.rank)
        let mean = try graph.reduce("mean.dim", x, axes, keeps: true)
        let centred = try graph.sub(x, mean)
        let variance = try graph.reduce("mean.dim", graph.mul(centred, centred), axes, keeps: false)
        var running: [ImportedValue] = []
        for (old, new) in [(learned[2], try graph.reshape(mean, [channels])), (learned[3], variance)] {
            let new = try graph.cast(new, to: old.dtype)
            running.append(try graph.add(graph.mul(old, momentum), graph.mul(new, 1 - momentum)))
        }
        return [y] + running
    }

    /// Before operator set 21 scale and bias belong to groups, since then to channels.
    private static let groupNorm: ImportRule = { call, graph in
        let x = try call.floating(0)
        let channels = try channelCount(call, x)
        let groups = try call.int("num_groups", default: 0)
        try call.require(
            (1...channels).contains(groups) && channels % groups == 0, "\(groups) groups",
            hint: "a divisor of the \(channels) channels")
        let learned = try (1...2).map { index -> ImportedValue in
            guard call.version < 21 else { return try vector(call, index, channels) }
            let column = try graph.reshape(vector(call, index, groups), [groups, 1])
            return try graph.reshape(graph.expand(column, to: [groups, channels / groups]), [channels])
        }
        return [
            try graph.emit(
                "aten.group_norm.default",
                [
                    graph.reference(x), .int(groups), graph.reference(learned[0]), graph.reference(learned[1]),
                    .number(epsilon(call)), .bool(false),
                ], x.type)
        ]
    }

    private static func normalizedAxes(_ call: OnnxCall, _ x: ImportedValue) throws -> [Int] {
        let first = try call.axis(call.int("axis", default: -1), rank: x.rank)
        try call.require(x.count > 0, "shape \(x.shape)", hint: "give a tensor with elements")
        return Array(first..<x.rank)
    }

    private static let layerNorm: ImportRule = { call, graph in
        let x = try call.floating(0)
        let axes = try normalizedAxes(call, x)
        let inner = Array(x.shape[axes[0]...])
        let (scale, bias) = (try call.floating(1), call.optionalInput(2))
        var y: ImportedValue
        if scale.shape == inner, bias.map({ $0.shape == inner }) ?? true {
            y = try graph.emit(
                "aten.layer_norm.default",
                [
                    graph.reference(x), .integers(inner), graph.reference(scale),
                    bias.map { try graph.reference($0) } ?? .none, .number(epsilon(call)), .bool(false),
                ], x.type)
        } else {
            let plain = try graph.emit(
                "aten.layer_norm.default",
                [graph.reference(x), .integers(inner), .none, .none, .number(epsilon(call)), .bool(false)], x.type)
            y = try graph.mul(plain, scale)
            if let bias { y = try graph.add(y, bias) }
            try call.require(y.shape == x.shape, "a scale of shape \(scale.shape)", hint: "it broadcasts to \(inner)")
        }
        guard call.wants(1) || call.wants(2) else { return [y] }
        let mean = try graph.reduce("mean.dim", x, axes, keeps: true)
        let centred = try graph.sub(x, mean)
        let variance = try graph.reduce("mean.dim", graph.mul(centred, centred), axes, keeps: true)
        return [y, mean, try graph.unary("rsqrt", graph.add(variance, epsilon(call)))]
    }

    /// Squares are summed over neighbouring channels by a product with a band of ones.
    private static let localResponse: ImportRule = { call, graph in
        let x = try call.floating(0)
        let channels = try channelCount(call, x)
        let size = try call.int("size", default: 0)
        try call.require((1...1 << 30).contains(size) && channels <= 1 << 11, "size \(size)", hint: "a positive size")
        let (alpha, beta) = (
            try call.float("alpha", default: Double(Float(1e-4))), try call.float("beta", default: 0.75)
        )
        let (below, above) = ((size - 1) / 2, size / 2)
        let band = (0..<channels).flatMap { row in
            (0..<channels).map { ($0 >= row - below && $0 <= row + above) ? 1.0 : 0.0 }
        }
        let flat = try graph.reshape(graph.mul(x, x), [x.shape[0], channels, call.product(x.shape[2...])])
        let sums = try graph.matmul(.constant(band, [channels, channels], x.dtype), flat)
        let scaled = try graph.add(
            graph.mul(graph.reshape(sums, x.shape), alpha / Double(size)), call.float("bias", default: 1))
        return [try graph.div(x, graph.binary("pow.Tensor_Scalar", scaled, beta))]
    }
}
