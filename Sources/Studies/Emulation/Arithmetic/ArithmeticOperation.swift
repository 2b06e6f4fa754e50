/// An operation of PTX, and what it has to give.
struct ArithmeticOperation: Sendable {
    /// What a result is.
    enum Result: Sendable, Hashable {
        case float(FloatFormat)
        /// Two numbers of 16 bits.
        case pair(FloatFormat)
        /// Bits, whatever they mean.
        case bits(Int)

        /// Bits of the register.
        var width: Int {
            switch self {
            case .float(let format): format.width
            case .pair: 32
            case .bits(let width): width
            }
        }
    }

    enum Rule: Sendable {
        /// The only right result, of whole registers; any NaN stands for every other.
        case exact(@Sendable (UInt64, UInt64, UInt64) -> UInt64)
        /// What each element may be.
        case bounded(ErrorBound, @Sendable (UInt64, UInt64) -> ErrorBound.Wanted)
    }

    /// As PTX writes it, without operands.
    var name: String
    /// The instructions; operands are in `%a`, `%b` and `%c`, the result goes to `%d`; `%p1`, `%p2`, `%h<4>` are free.
    var text: String
    var operands: [OperandKind]
    var result: Result
    var rule: Rule
    /// Variants of one operation share its cases: this one takes one part of so many.
    var parts = 1

    /// An instruction with as many operands as there are kinds.
    init(_ name: String, _ operands: [OperandKind], _ result: Result, parts: Int = 1, _ rule: Rule) {
        self.name = name
        self.operands = operands
        self.result = result
        self.rule = rule
        self.parts = parts
        text = name + " %d, " + ["%a", "%b", "%c"].prefix(operands.count).joined(separator: ", ") + ";"
    }

    /// How many patterns there are, if they are few enough to try them all.
    var patterns: Int? { operands.count == 1 ? operands[0].patterns : nil }

    /// The same operation with another text.
    func written(_ text: String) -> ArithmeticOperation {
        var copy = self
        copy.text = text
        return copy
    }
}

extension ArithmeticOperation.Rule {
    /// A rule for elements of 16 bits applied to both of a pair.
    static func both(_ element: @escaping @Sendable (UInt64, UInt64, UInt64) -> UInt64) -> Self {
        .exact { a, b, c in
            element(a & 0xffff, b & 0xffff, c & 0xffff)
                | element(a >> 16 & 0xffff, b >> 16 & 0xffff, c >> 16 & 0xffff) << 16
        }
    }
}
