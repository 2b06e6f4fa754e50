import KernelIR
import Workloads

/// Activation functions. Comparisons are written so that NaN comes out as NaN.
extension OperatorTable {
    mutating func addActivations() {
        addPiecewiseLinear()
        addSmooth()
        addExponentialUnits()
        addThresholds()
        addGates()
    }

    private mutating func addPiecewiseLinear() {
        add(elementwise: "relu") { x in x.map { $0 < 0 ? 0 : $0 } }
        add(elementwise: "hardsigmoid") { x in x.map { Self.clamp($0 + 3, 0, 6) / 6 } }
        add(elementwise: "relu6") { x in x.map { Self.clamp($0, 0, 6) } }
        add(elementwise: "hardswish") { x in x.map { $0 * Self.clamp($0 + 3, 0, 6) / 6 } }
        for form in ["leaky_relu", "leaky_relu_"] {
            add(form + ".default") { call in
                let slope = Scalar(try call.number(1, "negative_slope", default: 0.01))
                return try call.tensor(0).map { $0 > 0 ? $0 : $0 * slope }
            }
        }
        for form in ["hardtanh", "hardtanh_"] {
            add(form + ".default") { call in
                let low = Scalar(try call.number(1, "min_val", default: -1))
                let high = Scalar(try call.number(2, "max_val", default: 1))
                return try call.tensor(0).map { Self.clamp($0, low, high) }
            }
        }
    }

    private mutating func addSmooth() {
        add(elementwise: "sigmoid") { x in x.map { 1 / (1 + Scalar.exp(-$0)) } }
        add(elementwise: "tanh") { x in x.map { Scalar.tanh($0) } }
        add(elementwise: "silu") { x in x.map { $0 / (1 + Scalar.exp(-$0)) } }
        add(elementwise: "log_sigmoid") { x in x.map { Swift.min($0, 0) - Scalar.log1p(Scalar.exp(-$0.magnitude)) } }
        add(elementwise: "mish") { x in x.map { $0 * Scalar.tanh(Self.softplus($0, 1, 20)) } }
        for form in ["gelu.default", "gelu_.default"] { add(form, Self.gelu) }
        add("softplus.default") { call in
            let beta = Scalar(try call.number(1, "beta", default: 1))
            let threshold = Scalar(try call.number(2, "threshold", default: 20))
            return try call.tensor(0).map { Self.softplus($0, beta, threshold) }
        }
    }

    private static func gelu(_ call: OperatorCall<Scalar>) throws -> Tensor<Scalar> {
        let x = try call.tensor(0)
        switch try call.string(1, "approximate", default: "none") {
        case "none": return x.map { $0 * 0.5 * (1 + Scalar.erf($0 * Scalar(0.5).squareRoot())) }
        case "tanh":
            return x.map {
                $0 * 0.5 * (1 + Scalar.tanh(Scalar((2 / Double.pi).squareRoot()) * ($0 + 0.044715 * $0 * $0 * $0)))
            }
        case let other: throw call.error("unknown approximation \(other)", hint: "use none or tanh")
        }
    }

    private mutating func addExponentialUnits() {
        add(elementwise: "selu") { x in
            x.map { Self.elu($0, 1.6732632423543772848170429916717 * Self.seluScale, Self.seluScale, 1) }
        }
        for form in ["elu", "elu_"] {
            add(form + ".default") { call in
                let alpha = Scalar(try call.number(1, "alpha", default: 1))
                let scale = Scalar(try call.number(2, "scale", default: 1))
                let inputScale = Scalar(try call.number(3, "input_scale", default: 1))
                return try call.tensor(0).map { Self.elu($0, alpha * scale, scale, inputScale) }
            }
        }
        for form in ["celu", "celu_"] {
            add(form + ".default") { call in
                let alpha = Scalar(try call.number(1, "alpha", default: 1))
                return try call.tensor(0).map { Self.elu($0, alpha, 1, 1 / alpha) }
            }
        }
    }

    private mutating func addThresholds() {
        for form in ["threshold.default", "threshold_.default"] {
            add(form) { call in
                let limit = Scalar(try call.number(1, "threshold", default: nil))
                let value = Scalar(try call.number(2, "value", default: nil))
                return try call.tensor(0).map { $0 <= limit ? value : $0 }
            }
        }
        add("hardshrink.default") { call in
            let limit = Scalar(try call.number(1, "lambd", default: 0.5))
            return try call.tensor(0).map { $0 >= -limit && $0 <= limit ? 0 : $0 }
        }
        add("softshrink.default") { call in
            let limit = Scalar(try call.number(1, "lambd", default: 0.5))
            return try call.tensor(0).map { $0 > limit ? $0 - limit : $0 < -limit ? $0 + limit : $0 * 0 }
        }
    }

    private mutating func addGates() {
        for form in ["dropout.default", "dropout_.default", "alpha_dropout.default", "feature_dropout.default"] {
            add(form) { call in try call.tensor(0) }
        }
        add("prelu.default") { call in
            let (x, weight) = (try call.tensor(0), try call.tensor(1, "weight"))
            var shape = Array(repeating: 1, count: x.shape.count)
            if shape.count > 1 { shape[1] = weight.values.count }
            guard weight.values.count == shape.reduce(1, *) else {
                throw call.error("\(weight.values.count) slopes", hint: "give one, or one a channel")
            }
            return try Self.binary(call, x, weight.reshaped(shape)) { $0 > 0 ? $0 : $0 * $1 }
        }
        add("glu.default") { call in
            let x = try call.tensor(0)
            let axis = try call.axis(try call.int(1, "dim", default: -1), of: x.shape.count)
            guard !x.shape.isEmpty, x.shape[axis] % 2 == 0 else {
                throw call.error("shape \(x.shape)", hint: "halve an axis of even extent")
            }
            let half = x.values.count / x.shape[..<axis].reduce(1, *) / 2
            return Tensor(dtype: x.dtype, shape: x.shape.enumerated().map { $0 == axis ? $1 / 2 : $1 }) { out in
                for i in 0..<(x.values.count / 2) {
                    let place = i / half * 2 * half + i % half
                    (out + i).initialize(to: x.values[place] / (1 + Scalar.exp(-x.values[place + half])))
                }
            }
        }
    }

    /// λ of self-normalizing networks (Klambauer et al., 2017).
    private static var seluScale: Scalar { 1.0507009873554804934193349852946 }

    @inline(__always)
    static func clamp(_ x: Scalar, _ low: Scalar, _ high: Scalar) -> Scalar { x < low ? low : x > high ? high : x }

    @inline(__always)
    private static func elu(_ x: Scalar, _ negative: Scalar, _ positive: Scalar, _ inputScale: Scalar) -> Scalar {
        x > 0 ? x * positive : Scalar.expm1(x * inputScale) * negative
    }

    @inline(__always)
    private static func softplus(_ x: Scalar, _ beta: Scalar, _ threshold: Scalar) -> Scalar {
        x * beta > threshold ? x : Scalar.log1p(Scalar.exp(x * beta)) / beta
    }
}
