/// A constant operand, as bits; `bits(as:)` gives it in the type of the instruction.
public enum PTXImmediate: Sendable, Hashable {
    /// A whole number, negative ones in two's complement.
    case integer(Int64)
    /// The bits of a `0f…` literal.
    case single(UInt32)
    /// The bits of a `0d…` or decimal floating-point literal.
    case double(UInt64)

    /// The bits of the constant in `type`, in the low `type.bitWidth` bits; bits above are zero.
    ///
    /// Whole numbers are cut to the width. Floating-point constants are rounded to `f32` or `f64` when the type is one
    /// of those, and are taken bit by bit for any other type. A whole number in a floating-point type is its bits.
    public func bits(as type: PTXType) -> UInt64 {
        let raw: UInt64 =
            switch (self, type) {
            case (.integer(let value), _): UInt64(bitPattern: value)
            case (.single(let bits), .f64): Double(Float(bitPattern: bits)).bitPattern
            case (.single(let bits), _): UInt64(bits)
            case (.double(let bits), .f32), (.double(let bits), .tf32):
                UInt64(Float(Double(bitPattern: bits)).bitPattern)
            case (.double(let bits), _): bits
            }
        return type.bitWidth >= 64 ? raw : raw & ((1 << UInt64(type.bitWidth)) - 1)
    }

    /// The value of a whole number; nil for floating-point constants.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
}
