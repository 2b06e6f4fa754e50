import Foundation
import KernelIR
import Workloads

/// Functions of two and three numbers.
extension OperatorTable {
    mutating func addPairs() {
        add(pair: "fmax.default") { $1.isNaN || $0 >= $1 ? $0 : $1 }
        add(pair: "fmin.default") { $1.isNaN || $0 <= $1 ? $0 : $1 }
        for form in ["atan2.default", "atan2_.default", "arctan2.default"] {
            add(pair: form) { Scalar(Foundation.atan2(Double($0), Double($1))) }
        }
        add(pair: "hypot.default") { Scalar(Foundation.hypot(Double($0), Double($1))) }
        for form in ["copysign.Tensor", "copysign.Scalar"] {
            add(pair: form) { Scalar(signOf: $1, magnitudeOf: $0) }
        }
        for form in ["xlogy.Tensor", "xlogy.Scalar_Other", "xlogy.Scalar_Self"] {
            add(pair: form) { $0 == 0 && !$1.isNaN ? 0 : $0 * Scalar.log($1) }
        }
        add(pair: "logaddexp.default") { x, y in
            x == y && x.isInfinite ? x : Self.larger(x, y) + Scalar.log1p(Scalar.exp(-(x - y).magnitude))
        }
        add(pair: "logaddexp2.default") { x, y in
            guard !(x == y && x.isInfinite) else { return x }
            let excess = Foundation.log2(1 + Foundation.exp2(-Double((x - y).magnitude)))
            return Self.larger(x, y) + Scalar(excess)
        }
        addTriples()
    }

    private mutating func addTriples() {
        for (name, function) in [
            ("addcmul", { @Sendable (x: Scalar, y: Scalar) in x * y }), ("addcdiv", { @Sendable (x, y) in x / y }),
        ] {
            for form in [name + ".default", name + "_.default"] {
                add(form) { call in
                    let value = Scalar(try call.number(3, "value", default: 1))
                    let term = try Self.binary(call, call.tensor(1, "tensor1"), call.tensor(2, "tensor2"), function)
                    return try Self.binary(call, call.tensor(0), term) { $0 + value * $1 }
                }
            }
        }
        for form in ["lerp.Scalar", "lerp.Tensor", "lerp_.Scalar", "lerp_.Tensor"] {
            add(form) { call in
                let (start, end) = (try call.tensor(0), try call.tensor(1, "end"))
                let distance = try Self.binary(call, end, start) { $0 - $1 }
                let step = try Self.binary(call, distance, call.operand(2, "weight")) { $0 * $1 }
                return try Self.binary(call, start, step) { $0 + $1 }
            }
        }
    }

    private mutating func add(pair form: String, _ function: @escaping @Sendable (Scalar, Scalar) -> Scalar) {
        add(form) { call in try Self.binary(call, call.operand(0, "input"), call.operand(1), function) }
    }
}
