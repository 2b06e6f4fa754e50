/// Conversions between floating point and whole numbers.
enum WholeConversions {
    /// A type of whole numbers.
    struct Whole: Sendable, Hashable {
        var bits: Int
        var isSigned: Bool

        static let all = [8, 16, 32, 64].flatMap { bits in
            [Whole(bits: bits, isSigned: false), Whole(bits: bits, isSigned: true)]
        }

        var name: String { (isSigned ? "s" : "u") + "\(bits)" }

        private var mask: UInt64 { ~0 >> UInt64(64 - bits) }
        private var most: UInt64 { isSigned ? mask >> 1 : mask }

        /// The number in the low bits of a register.
        func number(_ register: UInt64) -> ExactNumber {
            let low = register & mask
            let isNegative = isSigned && low >> UInt64(bits - 1) != 0
            return ExactNumber(
                isNegative: isNegative, significand: UInt128(isNegative ? (0 &- low) & mask : low), exponent: 0)
        }

        /// The register of 32 or 64 bits that holds a value rounded in that direction and clamped to the range.
        func register(_ value: FloatValue, _ direction: RoundingDirection, ofNaN: UInt64) -> UInt64 {
            switch value {
            case .nan: return extended(ofNaN)
            case .infinity(let isNegative): return clamped(isNegative, .max)
            case .finite(let number):
                // More than 2⁶⁵ is out of every range.
                if number.top > 65 { return clamped(number.isNegative, .max) }
                return clamped(number.isNegative, number.count(ofUnit: 0, direction))
            }
        }

        /// What NaN becomes (PTX ISA, `cvt`): of double precision and to 64 bits the highest bit alone, else 0.
        func ofNaN(isDouble: Bool) -> UInt64 { isDouble || bits == 64 ? 1 << UInt64(bits - 1) : 0 }

        private func clamped(_ isNegative: Bool, _ magnitude: UInt128) -> UInt64 {
            guard isNegative else { return UInt64(min(magnitude, UInt128(most))) }
            return isSigned ? extended(0 &- UInt64(min(magnitude, UInt128(most) + 1))) : 0
        }

        /// The low bits with the sign above them, as far as the register goes.
        private func extended(_ low: UInt64) -> UInt64 {
            let isNegative = isSigned && low >> UInt64(bits - 1) & 1 != 0
            let made = isNegative ? low | ~mask : low & mask
            return bits == 64 ? made : made & 0xffff_ffff
        }
    }

    private static let floats: [(name: String, format: FloatFormat)] = [
        ("f16", .half), ("bf16", .bfloat), ("f32", .single), ("f64", .double),
    ]

    static var all: [ArithmeticOperation] { fromFloat + toFloat }

    private static var fromFloat: [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for (name, format) in floats {
            for whole in Whole.all {
                for direction in RoundingDirection.usual {
                    for (suffix, flushes) in forms(format) {
                        let ofNaN = whole.ofNaN(isDouble: format == .double)
                        let rule = ArithmeticOperation.Rule.exact { a, _, _ in
                            let value = format.value(flushes ? format.flushed(a) : a)
                            return whole.register(value, direction, ofNaN: ofNaN)
                        }
                        made.append(
                            ArithmeticOperation(
                                "cvt.\(direction.wholeWord)\(suffix).\(whole.name).\(name)", [operand(format, whole)],
                                .bits(max(32, whole.bits)), parts: 4 * forms(format).count, rule))
                    }
                }
            }
        }
        return made
    }

    /// Modifiers, and whether they flush; `.sat` changes nothing.
    private static func forms(_ format: FloatFormat) -> [(String, Bool)] {
        format == .single ? [("", false), (".ftz", true), (".sat", false)] : [("", false)]
    }

    /// Numbers around the range of the type.
    private static func operand(_ format: FloatFormat, _ whole: Whole) -> OperandKind {
        format.width == 16 ? .float(format) : .scaled(format, -3...whole.bits + 2)
    }

    private static var toFloat: [ArithmeticOperation] {
        var made: [ArithmeticOperation] = []
        for (name, format) in floats {
            for whole in Whole.all {
                for direction in RoundingDirection.usual {
                    let rule = ArithmeticOperation.Rule.exact { a, _, _ in
                        format.bits(.finite(whole.number(a)), direction)
                    }
                    made.append(
                        ArithmeticOperation(
                            "cvt.\(direction.rawValue).\(name).\(whole.name)", [.whole(whole.bits)], .float(format),
                            parts: 4, rule))
                }
            }
        }
        return made
    }
}
