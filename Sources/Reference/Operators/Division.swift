import Foundation
import KernelIR
import Workloads

/// Quotients rounded to whole numbers, and remainders.
extension OperatorTable {
    mutating func addDivision() {
        for form in ["div.Tensor_mode", "div.Scalar_mode", "div_.Tensor_mode", "div_.Scalar_mode"] {
            add(form) { call in
                let (x, y) = (try call.operand(0, "input"), try call.operand(1))
                switch try call.string(2, "rounding_mode", default: "none") {
                case "none": return try Self.binary(call, x, y) { $0 / $1 }
                case "floor": return try Self.floored(call, x, y)
                case "trunc":
                    guard call.dtype.isInteger else {
                        return try Self.binary(call, x, y) { ($0 / $1).rounded(.towardZero) }
                    }
                    return try Self.integers(call, x, try Self.nonZero(call, y)) {
                        $0.dividedReportingOverflow(by: $1).0
                    }
                case let other: throw call.error("unknown rounding mode \(other)", hint: "use trunc, floor or none")
                }
            }
        }
        for form in ["floor_divide.default", "floor_divide.Scalar", "floor_divide_.Tensor"] {
            add(form) { call in try Self.floored(call, call.operand(0, "input"), call.operand(1)) }
        }
        addRemainders()
    }

    private mutating func addRemainders() {
        for name in ["fmod", "fmod_"] {
            for form in [".Tensor", ".Scalar"] {
                add(name + form) { call in
                    let (x, y) = (try call.operand(0, "input"), try call.operand(1))
                    guard call.dtype.isInteger else {
                        return try Self.binary(call, x, y) { $0.truncatingRemainder(dividingBy: $1) }
                    }
                    return try Self.integers(call, x, try Self.nonZero(call, y)) {
                        $0.remainderReportingOverflow(dividingBy: $1).partialValue
                    }
                }
            }
        }
        for form in [
            "remainder.Tensor", "remainder.Scalar", "remainder_.Tensor", "remainder_.Scalar", "remainder.Scalar_Tensor",
        ] {
            add(form) { call in
                let (x, y) = (try call.operand(0, "input"), try call.operand(1))
                guard call.dtype.isInteger else {
                    return try Self.binary(call, x, y) { x, y in
                        let rest = x.truncatingRemainder(dividingBy: y)
                        return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
                    }
                }
                return try Self.integers(call, x, try Self.nonZero(call, y)) { x, y in
                    let rest = x.remainderReportingOverflow(dividingBy: y).partialValue
                    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
                }
            }
        }
    }

    /// The quotient rounded down, for floating point as Python computes it: from the remainder.
    private static func floored(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ y: Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        guard call.dtype.isInteger else {
            return try binary(call, x, y) { x, y in
                guard y != 0 else { return x / y }
                let rest = x.truncatingRemainder(dividingBy: y)
                let quotient = (x - rest) / y - (rest != 0 && (rest < 0) != (y < 0) ? 1 : 0)
                guard quotient != 0 else { return Scalar(signOf: x / y, magnitudeOf: 0) }
                let floor = quotient.rounded(.down)
                return quotient - floor > 0.5 ? floor + 1 : floor
            }
        }
        return try integers(call, x, try nonZero(call, y)) { x, y in
            let (quotient, rest) = (
                x.dividedReportingOverflow(by: y).partialValue, x.remainderReportingOverflow(dividingBy: y).partialValue
            )
            return rest != 0 && (rest < 0) != (y < 0) ? quotient - 1 : quotient
        }
    }

    private static func nonZero(_ call: OperatorCall<Scalar>, _ y: Tensor<Scalar>) throws -> Tensor<Scalar> {
        guard !y.values.contains(0) else {
            throw call.error("division of integers by 0", hint: "keep divisors above 0")
        }
        return y
    }
}
