import KernelIR
import Workloads

/// Elementwise arithmetic with broadcasting.
extension OperatorTable {
    mutating func addArithmetic() {
        addUnary()
        addBinary()
        addPower()
        addClamp()
    }

    private mutating func addUnary() {
        add(elementwise: "abs") { x in x.map { $0.magnitude } }
        add(elementwise: "neg") { x in x.map { -$0 } }
        add(elementwise: "exp") { x in x.map { Scalar.exp($0) } }
        add(elementwise: "log") { x in x.map { Scalar.log($0) } }
        add(elementwise: "sqrt") { x in x.map { $0.squareRoot() } }
        add(elementwise: "rsqrt") { x in x.map { 1 / $0.squareRoot() } }
        add(elementwise: "reciprocal") { x in x.map { 1 / $0 } }
    }

    private mutating func addBinary() {
        for form in ["add.Tensor", "add_.Tensor", "add.Scalar"] { addScaled(form) { $0 + $1 } }
        for form in ["sub.Tensor", "sub_.Tensor", "sub.Scalar"] { addScaled(form) { $0 - $1 } }
        for form in ["rsub.Scalar", "rsub.Tensor"] { addScaled(form, scalesFirst: true) { $1 - $0 } }
        for form in ["mul.Tensor", "mul_.Tensor", "mul.Scalar", "multiply.Tensor"] {
            add(form) { call in
                try Self.binary(call, try call.operand(0, "input"), try call.operand(1)) { $0 * $1 }
            }
        }
        for form in ["div.Tensor", "div_.Tensor", "div.Scalar"] {
            add(form) { call in
                try Self.binary(call, try call.operand(0, "input"), try call.operand(1)) { $0 / $1 }
            }
        }
        for form in ["maximum.default", "max.other"] {
            add(form) { call in
                try Self.binary(call, try call.tensor(0), try call.tensor(1, "other")) {
                    $0.isNaN || $0 > $1 ? $0 : $1
                }
            }
        }
        for form in ["minimum.default", "min.other"] {
            add(form) { call in
                try Self.binary(call, try call.tensor(0), try call.tensor(1, "other")) {
                    $0.isNaN || $0 < $1 ? $0 : $1
                }
            }
        }
    }

    /// Registers an operator that multiplies one operand by `alpha`.
    private mutating func addScaled(
        _ form: String, scalesFirst: Bool = false, _ function: @escaping @Sendable (Scalar, Scalar) -> Scalar
    ) {
        add(form) { call in
            let alpha = Scalar(try call.number(2, "alpha", default: 1))
            var (left, right) = (try call.operand(0, "input"), try call.operand(1))
            if alpha != 1 {
                if scalesFirst { left = left.map { $0 * alpha } } else { right = right.map { $0 * alpha } }
            }
            return try Self.binary(call, left, right, function)
        }
    }

    private mutating func addPower() {
        add("pow.Tensor_Scalar") { call in
            let x = try call.tensor(0)
            let exponent = try call.number(1, "exponent", default: nil)
            switch exponent {
            case 0.5: return x.map { $0.squareRoot() }
            case 2: return x.map { $0 * $0 }
            case 3: return x.map { $0 * $0 * $0 }
            default:
                let exponent = Scalar(exponent)
                return x.map { Scalar.pow($0, exponent) }
            }
        }
    }

    private mutating func addClamp() {
        for form in ["clamp.default", "clamp_.default"] {
            add(form) { call in
                let low = Scalar(try call.number(1, "min", default: -.infinity))
                let high = Scalar(try call.number(2, "max", default: .infinity))
                // Where low > high, PyTorch gives high.
                return try call.tensor(0).map { $0.isNaN ? $0 : Swift.min(Swift.max($0, low), high) }
            }
        }
        add("clamp_min.default") { call in
            let low = Scalar(try call.number(1, "min", default: nil))
            return try call.tensor(0).map { $0 < low ? low : $0 }
        }
    }

    @inline(__always)
    static func binary(
        _ call: OperatorCall<Scalar>, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>,
        _ function: (Scalar, Scalar) -> Scalar
    ) throws -> Tensor<Scalar> {
        guard let result = left.combined(with: right, dtype: call.dtype, function) else {
            throw call.error(
                "shapes \(left.shape) and \(right.shape) do not broadcast", hint: "extents must be equal or 1")
        }
        return result
    }
}
