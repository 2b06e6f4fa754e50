import KernelIR

/// Activation functions.
enum ActivationRules {
    static let table: [String: ImportRule] = [
        "Relu": PointwiseRules.function("relu"), "Sigmoid": PointwiseRules.function("sigmoid"),
        "Mish": PointwiseRules.function("mish"), "HardSwish": PointwiseRules.function("hardswish"),
        "Softplus": PointwiseRules.function("softplus"),
        "Elu": { call, graph in
            [try graph.unary("elu", call.floating(0), [.number(call.float("alpha", default: 1))])]
        },
        "Selu": { call, graph in
            // The file holds single precision: the defaults are the standard's decimals.
            let alpha = try call.float("alpha", default: 1.67326319217681884765625)
            let gamma = try call.float("gamma", default: 1.05070102214813232421875)
            return [try graph.unary("elu", call.floating(0), [.number(alpha), .number(gamma)])]
        },
        "Celu": { call, graph in
            // max(0, x) + min(0, α(exp(x/α) − 1)) is an ELU of the input scaled by 1/α.
            let alpha = try call.float("alpha", default: 1)
            return [try graph.unary("elu", call.floating(0), [.number(alpha), .int(1), .number(1 / alpha)])]
        },
        "LeakyRelu": { call, graph in
            let slope = try call.float("alpha", default: Double(Float(0.01)))
            return [try graph.unary("leaky_relu", call.floating(0), [.number(slope)])]
        },
        "Gelu": { call, graph in
            let form = try call.choice("approximate", of: ["none", "tanh"], default: "none")
            return [try graph.unary("gelu", call.floating(0), [.string(form)])]
        },
        "HardSigmoid": { call, graph in
            let alpha = try call.float("alpha", default: Double(Float(0.2)))
            let beta = try call.float("beta", default: 0.5)
            let line = try graph.add(graph.mul(call.floating(0), alpha), beta)
            return [try graph.unary("clamp", line, [.int(0), .int(1)])]
        },
        "Swish": { call, graph in
            let x = try call.floating(0)
            let gate = try graph.unary("sigmoid", graph.mul(x, call.float("alpha", default: 1)))
            return [try graph.mul(x, gate)]
        },
        "Softsign": { call, graph in
            let x = try call.floating(0)
            return [try graph.div(x, graph.add(graph.unary("abs", x), 1))]
        },
        "ThresholdedRelu": { call, graph in
            let x = try call.floating(0)
            let above = try graph.binary("gt.Tensor", x, call.float("alpha", default: 1), dtype: .bool)
            return [try graph.choose(above, .tensor(x), .number(0))]
        },
        "PRelu": { call, graph in
            let (x, slope) = try PointwiseRules.operands(call)
            try call.require(
                Shape.broadcast([x.shape, slope.shape]) == x.shape, "slope of shape \(slope.shape) for \(x.shape)",
                hint: "the slope broadcasts to the input")
            let negative = try graph.binary("lt.Tensor", x, 0, dtype: .bool)
            return [try graph.choose(negative, graph.mul(x, slope), x)]
        },
        "Shrink": { call, graph in
            let x = try call.input(0)
            let (bias, lambda) = (try call.float("bias", default: 0), try call.float("lambd", default: 0.5))
            let low = try graph.binary("lt.Tensor", x, -lambda, dtype: .bool)
            let high = try graph.binary("gt.Tensor", x, lambda, dtype: .bool)
            let inner = try graph.choose(high, .tensor(graph.add(x, -bias)), .number(0))
            return [try graph.choose(low, .tensor(graph.add(x, bias)), .tensor(inner))]
        },
        "Softmax": alongAxis("softmax.int"), "LogSoftmax": alongAxis("log_softmax.int"),
        "Hardmax": { call, graph in
            let x = try call.floating(0)
            let axis = try call.axis(call.int("axis", default: -1), rank: x.rank)
            try call.require(x.shape[axis] > 0, "axis \(axis) is empty", hint: "give a non-empty axis")
            let type = TensorType(dtype: .int64, shape: GraphComposer.reduced(x.shape, [axis], keeps: true))
            let first = try graph.emit("aten.argmax.default", [graph.reference(x), .int(axis), .bool(true)], type)
            var along = Array(repeating: 1, count: x.rank)
            along[axis] = x.shape[axis]
            let places = try GeneratorRules.ramp(x.shape[axis], &graph, shape: along)
            return [try graph.cast(graph.binary("eq.Tensor", places, first, dtype: .bool), to: x.dtype)]
        },
        "SwiGLU": { call, graph in
            let (gate, x) = try PointwiseRules.operands(call)
            let sigmoid = try graph.unary("sigmoid", graph.mul(gate, call.float("alpha", default: 1)))
            return [try graph.mul(graph.mul(gate, sigmoid), x)]
        },
        "Dropout": { call, graph in
            let x = try call.floating(0)
            let ratio = try call.number(1, "the ratio", default: 0.5)
            let isTraining = try call.number(2, "training_mode", default: 0) != 0
            try call.require(
                !isTraining || ratio == 0, "dropout of a ratio \(ratio) in training mode",
                hint: "random numbers are not supported; export the model for inference")
            return [x, try graph.full(1, x.shape, .bool)]
        },
    ]

    private static func alongAxis(_ op: String) -> ImportRule {
        { call, graph in
            let x = try call.floating(0)
            let axis = try call.axis(call.int("axis", default: -1), rank: x.rank)
            return [try graph.emit("aten.\(op)", [graph.reference(x), .int(axis)], x.type)]
        }
    }
}
