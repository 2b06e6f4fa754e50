import KernelIR
import Workloads

/// Elementwise functions of one tensor and numbers: one map stage each.
enum UnaryOperators {
    /// The value for an element, in the type that the operator computes in.
    typealias Formula = @Sendable (_ x: Expr, _ number: Numbers) throws(KernelwrightError) -> Expr

    /// Numbers among the arguments, as literals of the computing type.
    struct Numbers {
        let call: Call
        let type: DType

        /// The argument, or its default.
        func callAsFunction(
            _ position: Int, _ keyword: String, default fallback: Double
        ) throws(KernelwrightError) -> Expr {
            literal(try call.number(position, keyword, default: fallback))
        }

        func literal(_ value: Double) -> Expr { .constant(value, type) }
    }

    static let table: [String: Lowering] = formulas.mapValues(lowering)

    private static func lowering(_ formula: @escaping Formula) -> Lowering {
        { call, builder throws(KernelwrightError) in
            let operand = try call.tensor(0, "self")
            let result = try call.resultType().dtype
            let type = result.computing
            // The formula is made once for a placeholder, since stage bodies cannot throw.
            let body = try formula(.state(0), Numbers(call: call, type: type))
            let value = builder.map(call.name, operand.shape, result) { point in
                body.replacingState(with: operand.element(point, as: type)).cast(from: type, to: result)
            }
            return [value]
        }
    }

    private static let formulas: [String: Formula] = [
        "aten.abs.default": { x, _ in .unary(.absolute, x) },
        "aten.neg.default": { x, _ in .unary(.negate, x) },
        "aten.exp.default": { x, _ in .unary(.exp, x) },
        "aten.log.default": { x, _ in .unary(.log, x) },
        "aten.sqrt.default": { x, _ in .unary(.sqrt, x) },
        "aten.rsqrt.default": { x, _ in .unary(.rsqrt, x) },
        "aten.tanh.default": { x, _ in .unary(.tanh, x) },
        "aten.relu.default": { x, number in .binary(.max, x, number.literal(0)) },
        "aten.leaky_relu.default": leakyRelu,
        "aten.elu.default": elu,
        "aten.selu.default": { x, number in
            number.exponentialUnit(x, alpha: 1.6732632423543772848, scale: 1.0507009873554804934)
        },
        "aten.gelu.default": gelu,
        "aten.sigmoid.default": { x, number in number.literal(1) / number.sigmoidDenominator(x) },
        "aten.silu.default": { x, number in x / number.sigmoidDenominator(x) },
        "aten.hardsigmoid.default": { x, number in
            number.clamped(x + number.literal(3), 0, 6) / number.literal(6)
        },
        "aten.hardswish.default": { x, number in
            x * number.clamped(x + number.literal(3), 0, 6) / number.literal(6)
        },
        "aten.hardtanh.default": { x, number throws(KernelwrightError) in
            .binary(
                .min, .binary(.max, x, try number(1, "min_val", default: -1)), try number(2, "max_val", default: 1))
        },
        "aten.softplus.default": softplus,
        "aten.mish.default": { x, number in x * .unary(.tanh, number.softplus(x)) },
        "aten.clamp.default": clamp,
        "aten.clamp_min.default": { x, number throws(KernelwrightError) in
            .binary(.max, x, try number(1, "min", default: 0))
        },
        "aten.clamp_max.default": { x, number throws(KernelwrightError) in
            .binary(.min, x, try number(1, "max", default: 0))
        },
        "aten.pow.Tensor_Scalar": power,
    ]

    private static let leakyRelu: Formula = { x, number throws(KernelwrightError) in
        .select(.binary(.less, number.literal(0), x), x, x * (try number(1, "negative_slope", default: 0.01)))
    }

    private static let elu: Formula = { x, number throws(KernelwrightError) in
        number.exponentialUnit(
            x, alpha: try number.call.number(1, "alpha", default: 1),
            scale: try number.call.number(2, "scale", default: 1),
            inputScale: try number.call.number(3, "input_scale", default: 1))
    }

    private static let gelu: Formula = { x, number throws(KernelwrightError) in
        let half = number.literal(0.5) * x
        let mode = number.call.node.argument(1, "approximate")?.stringValue ?? "none"
        switch mode {
        case "none": return half * (number.literal(1) + .unary(.erf, x * number.literal(0.5.squareRoot())))
        case "tanh":
            // √(2/π)
            let scale = number.literal(0.7978845608028654)
            let inner = scale * (x + number.literal(0.044715) * x * x * x)
            return half * (number.literal(1) + .unary(.tanh, inner))
        default: throw number.call.failure("approximate is \(mode)", hint: "none or tanh")
        }
    }

    /// log(1 + exp(βx))/β as max(βx, 0) + log(1 + exp(-|βx|)), which does not overflow; x itself above the threshold,
    /// where the two agree to the last place.
    private static let softplus: Formula = { x, number throws(KernelwrightError) in
        let beta = try number.call.number(1, "beta", default: 1)
        let scaled = beta == 1 ? x : x * number.literal(beta)
        let soft = number.softplus(scaled)
        let isLinear = Expr.binary(.less, try number(2, "threshold", default: 20), scaled)
        return .select(isLinear, x, beta == 1 ? soft : soft / number.literal(beta))
    }

    private static let clamp: Formula = { x, number throws(KernelwrightError) in
        var result = x
        let low = try number.call.optionalNumber(1, "min")
        let high = try number.call.optionalNumber(2, "max")
        guard low != nil || high != nil else { throw number.call.failure("min and max are both missing") }
        if let low { result = .binary(.max, result, number.literal(low)) }
        if let high { result = .binary(.min, result, number.literal(high)) }
        return result
    }

    /// Small integer and half exponents as products and roots, others as a power.
    private static let power: Formula = { x, number throws(KernelwrightError) in
        let exponent = try number.call.number(1, "exponent", default: 1)
        switch exponent {
        case 0: return number.literal(1)
        case 0.5: return .unary(.sqrt, x)
        case -0.5: return .unary(.rsqrt, x)
        case _ where exponent == exponent.rounded() && (1...8).contains(abs(exponent)):
            let product = x.product(Int(abs(exponent)))
            return exponent > 0 ? product : number.literal(1) / product
        default: return .binary(.power, x, number.literal(exponent))
        }
    }
}

extension UnaryOperators.Numbers {
    fileprivate func clamped(_ x: Expr, _ low: Double, _ high: Double) -> Expr {
        .binary(.min, .binary(.max, x, literal(low)), literal(high))
    }

    /// log(1 + exp x), without overflow.
    fileprivate func softplus(_ x: Expr) -> Expr {
        let below = Expr.unary(.exp, .unary(.negate, .unary(.absolute, x)))
        return .binary(.max, literal(0), x) + Expr.unary(.log1p, below)
    }

    fileprivate func sigmoidDenominator(_ x: Expr) -> Expr { literal(1) + .unary(.exp, .unary(.negate, x)) }

    fileprivate func exponentialUnit(_ x: Expr, alpha: Double, scale: Double, inputScale: Double = 1) -> Expr {
        let inner = Expr.unary(.expm1, inputScale == 1 ? x : x * literal(inputScale))
        return .select(
            .binary(.less, literal(0), x), scale == 1 ? x : x * literal(scale),
            alpha * scale == 1 ? inner : literal(alpha * scale) * inner)
    }
}

extension DType {
    /// The type in which elementwise formulas are computed: at least single precision.
    var computing: DType { self == .float16 || self == .bfloat16 ? .float32 : self }

    /// The type in which sums are accumulated.
    var accumulating: DType { isFloatingPoint || self == .uint64 ? computing : .int64 }
}

extension Expr {
    /// The same value as another type.
    func cast(from type: DType, to wanted: DType) -> Expr { type == wanted ? self : .cast(wanted, self) }

    /// The product of `count` equal factors, with as few multiplications as repeated squaring takes.
    func product(_ count: Int) -> Expr {
        if count == 1 { return self }
        let half = product(count / 2)
        return count % 2 == 0 ? half * half : half * half * self
    }

    /// A formula over a placeholder applied to an element.
    func replacingState(with value: Expr) -> Expr {
        rewritten { node in if case .state = node { value } else { node } }
    }
}
