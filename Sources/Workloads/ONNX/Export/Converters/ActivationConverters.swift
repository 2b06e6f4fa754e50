import Foundation
import KernelIR

/// Activation functions (https://pytorch.org/docs/stable/nn.functional.html).
enum ActivationConverters {
    static let table: [String: Converter] = [
        "aten.leaky_relu.default": leakyRelu,
        "aten.elu.default": elu,
        "aten.selu.default": selu,
        "aten.gelu.default": gelu,
        "aten.hardsigmoid.default": hardsigmoid,
        "aten.hardtanh.default": hardtanh,
        "aten.relu6.default": hardtanh,
        "aten.hardswish.default": hardswish,
        "aten.silu.default": silu,
        "aten.mish.default": mish,
        "aten.softplus.default": softplus,
        "aten.softmax.int": normalizedExponential("Softmax"),
        "aten.log_softmax.int": normalizedExponential("LogSoftmax"),
    ]

    private static let leakyRelu: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        return [
            graph.emit("LeakyRelu", [x.name], [.float("alpha", try call.double(1, "negative_slope", default: 0.01))])
        ]
    }

    private static let elu: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        guard try call.double(2, "scale", default: 1) == 1, try call.double(3, "input_scale", default: 1) == 1 else {
            throw call.reject("scale and input_scale must be 1")
        }
        return [graph.emit("Elu", [x.name], [.float("alpha", try call.double(1, "alpha", default: 1))])]
    }

    /// Klambauer et al., "Self-Normalizing Neural Networks", equation 2 gives the constants.
    private static let selu: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        return [
            graph.emit(
                "Selu", [x.name],
                [
                    .float("alpha", 1.6732632423543772848170429916717),
                    .float("gamma", 1.0507009873554804934193349852946),
                ])
        ]
    }

    private static let gelu: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let approximation = try call.string(1, "approximate", default: "none")
        guard ["none", "tanh"].contains(approximation) else {
            throw call.reject("approximate must be none or tanh, not \(approximation)")
        }
        return [graph.emit("Gelu", [x.name], [.string("approximate", approximation)])]
    }

    /// relu6(x + 3) / 6 = max(0, min(1, x / 6 + 1 / 2)).
    private static let hardsigmoid: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        return [graph.emit("HardSigmoid", [x.name], [.float("alpha", 1.0 / 6), .float("beta", 0.5)])]
    }

    private static let hardtanh: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let isRelu6 = call.node.op == "aten.relu6.default"
        let low = try call.double(1, "min_val", default: isRelu6 ? 0 : -1)
        let high = try call.double(2, "max_val", default: isRelu6 ? 6 : 1)
        return [PointwiseConverters.clip(x.name, low, high, x.dtype, &graph)]
    }

    private static let hardswish: Converter = { call, graph throws(KernelwrightError) in
        [graph.emit("HardSwish", [try call.tensor(0, "self").name])]
    }

    private static let silu: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        return [graph.emit("Mul", [x.name, graph.emit("Sigmoid", [x.name])])]
    }

    /// x · tanh(log(1 + eˣ)) = x · n / (n + 2) with n = eˣ (eˣ + 2); for x > 20 the quotient is 1.
    ///
    /// ONNX Runtime's own Mish takes 2.5 times as long where measured.
    private static let mish: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let two = graph.scalar(2, x.dtype)
        let power = graph.emit("Exp", [PointwiseConverters.clip(x.name, -.infinity, 20, x.dtype, &graph)])
        let n = graph.emit("Mul", [power, graph.emit("Add", [power, two])])
        return [graph.emit("Mul", [x.name, graph.emit("Div", [n, graph.emit("Add", [n, two])])])]
    }

    /// log(1 + exp(β x)) / β as (relu(z) + log(1 + exp(−|z|))) / β with z = β x.
    ///
    /// This form never overflows and is right to the rounding of 1 + exp. ONNX Runtime's own Softplus is 2.7 times
    /// slower where measured. Beyond the threshold PyTorch returns x: the form does too, once exp(−threshold) is
    /// lost in rounding; a lower threshold is made explicit.
    private static let softplus: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let beta = try call.double(1, "beta", default: 1)
        let threshold = try call.double(2, "threshold", default: 20)
        let z = beta == 1 ? x.name : graph.emit("Mul", [x.name, graph.scalar(beta, x.dtype)])
        let decay = graph.emit("Exp", [graph.emit("Neg", [graph.emit("Abs", [z])])])
        let logarithm = graph.emit("Log", [graph.emit("Add", [decay, graph.scalar(1, x.dtype)])])
        let sum = graph.emit("Add", [graph.emit("Relu", [z]), logarithm])
        let smooth = beta == 1 ? sum : graph.emit("Div", [sum, graph.scalar(beta, x.dtype)])
        guard exp(-threshold) > 0.5 * threshold * Double(x.dtype.spacingAtOne) else { return [smooth] }
        let isLinear = graph.emit("Greater", [z, graph.scalar(threshold, x.dtype)])
        return [graph.emit("Where", [isLinear, x.name, smooth])]
    }

    private static func normalizedExponential(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.operand(0, "self", as: call.output.dtype, &graph)
            let axis = try call.axis(call.int(1, "dim"), of: call.tensor(0, "self"))
            return [graph.emit(op, [x], [.int("axis", axis)])]
        }
    }
}

extension DType {
    /// The distance from 1 to the next larger number of the type.
    fileprivate var spacingAtOne: Double {
        switch self {
        case .float64: 0x1p-52
        case .float32: 0x1p-23
        case .float16: 0x1p-10
        case .bfloat16: 0x1p-7
        default: 1
        }
    }
}
