import KernelIR
import Workloads

/// Elementwise arithmetic with broadcasting.
extension OperatorTable {
    mutating func addArithmetic() {
        addUnary()
        addBinary()
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
        for form in ["add.Tensor", "add_.Tensor", "add.Scalar", "add_.Scalar"] {
            addScaled(form, { $0 + $1 }, { $0 &+ $1 })
        }
        for name in ["sub", "sub_", "subtract"] {
            for form in [".Tensor", ".Scalar"] { addScaled(name + form, { $0 - $1 }, { $0 &- $1 }) }
        }
        for form in ["rsub.Scalar", "rsub.Tensor"] {
            addScaled(form, scalesFirst: true, { $1 - $0 }, { $1 &- $0 })
        }
        for name in ["mul", "mul_", "multiply"] {
            for form in [".Tensor", ".Scalar"] {
                add(name + form) { call in
                    try Self.arithmetic(
                        call, try call.operand(0, "input"), try call.operand(1), { $0 * $1 }, { $0 &* $1 })
                }
            }
        }
        for name in ["div", "div_", "divide", "true_divide"] {
            for form in [".Tensor", ".Scalar"] {
                add(name + form) { call in
                    try Self.binary(call, try call.operand(0, "input"), try call.operand(1)) { $0 / $1 }
                }
            }
        }
        for form in ["maximum.default", "max.other"] {
            add(form) { call in try Self.binary(call, call.tensor(0), call.tensor(1, "other"), Self.larger) }
        }
        for form in ["minimum.default", "min.other"] {
            add(form) { call in try Self.binary(call, call.tensor(0), call.tensor(1, "other"), Self.smaller) }
        }
    }

    /// Registers an operator that multiplies one operand by `alpha`.
    private mutating func addScaled(
        _ form: String, scalesFirst: Bool = false, _ function: @escaping @Sendable (Scalar, Scalar) -> Scalar,
        _ integerFunction: @escaping @Sendable (Int64, Int64) -> Int64
    ) {
        add(form) { call in
            let alpha = Scalar(try call.number(2, "alpha", default: 1))
            var (left, right) = (try call.operand(0, "input"), try call.operand(1))
            if alpha != 1 {
                if scalesFirst { left = left.map { $0 * alpha } } else { right = right.map { $0 * alpha } }
            }
            return try Self.arithmetic(call, left, right, function, integerFunction)
        }
    }

    /// Computes in integers where the result is of an integer type, so that it wraps around.
    @inline(__always)
    private static func arithmetic(
        _ call: OperatorCall<Scalar>, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>,
        _ function: (Scalar, Scalar) -> Scalar, _ integerFunction: (Int64, Int64) -> Int64
    ) throws -> Tensor<Scalar> {
        call.dtype.isInteger
            ? try integers(call, left, right, integerFunction) : try binary(call, left, right, function)
    }

    /// Computes in 64-bit integers and wraps the results around to the declared type.
    @inline(__always)
    static func integers(
        _ call: OperatorCall<Scalar>, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>,
        _ function: (Int64, Int64) -> Int64
    ) throws -> Tensor<Scalar> {
        let dtype = call.dtype
        return try binary(call, left, right) {
            Scalar(Integers.wrapped(function(Integers.integer($0), Integers.integer($1)), to: dtype))
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
