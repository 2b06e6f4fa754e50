import KernelIR
import Workloads

/// Powers; those of integers are exact and wrap around.
extension OperatorTable {
    mutating func addPowers() {
        for form in ["pow.Tensor_Scalar", "pow_.Scalar"] {
            add(form) { call in
                let x = try call.tensor(0)
                let exponent = try call.number(1, "exponent", default: nil)
                if call.dtype.isInteger { return try Self.integers(call, x, call.operand(1, "exponent"), Self.power) }
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
        for form in ["pow.Tensor_Tensor", "pow_.Tensor", "pow.Scalar"] {
            add(form) { call in
                let (base, exponent) = (try call.operand(0, "self"), try call.operand(1, "exponent"))
                if call.dtype.isInteger { return try Self.integers(call, base, exponent, Self.power) }
                return try Self.binary(call, base, exponent) { Scalar.pow($0, $1) }
            }
        }
    }

    /// Repeated squaring; a negative exponent leaves 1 and −1 what they are and makes 0 of all others.
    private static func power(_ base: Int64, _ exponent: Int64) -> Int64 {
        guard exponent >= 0 else { return base == 1 || (base == -1 && exponent % 2 == 0) ? 1 : base == -1 ? -1 : 0 }
        var (result, square, rest) = (Int64(1), base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }
}
