import KernelIR

/// The text of a C expression with what is needed to combine it with others.
struct Value: Sendable, Hashable {
    /// How tightly C binds the outermost operator of a text, loosest first.
    enum Precedence: Int, Sendable, Comparable {
        case conditional, logicalOr, logicalAnd, bitwise, equality, relational, additive, multiplicative, unary
        case primary

        static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
    }

    var text: String
    var type: DType
    /// Lanes; 1 for a scalar. Boolean vectors are masks: all bits of a lane are its value.
    var width: Int
    var precedence: Precedence

    init(_ text: String, _ type: DType, width: Int = 1, _ precedence: Precedence = .primary) {
        self.text = text
        self.type = type
        self.width = width
        self.precedence = precedence
    }

    /// The text, in parentheses where an operator of that precedence would tear it apart.
    func text(within outer: Precedence) -> String { precedence < outer ? "(\(text))" : text }

    /// The text in parentheses unless it already binds tighter than the operator; for right operands.
    func text(above outer: Precedence) -> String { precedence <= outer ? "(\(text))" : text }

    /// Whether repeating the text costs nothing: a name, a literal or a part of a register.
    var isSimple: Bool {
        precedence == .primary && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    }

    /// The sum of an integer value and a constant.
    func shifted(by offset: Int) -> Value {
        guard offset != 0 else { return self }
        return .infix(offset < 0 ? "-" : "+", self, Value(String(offset.magnitude), type), .additive)
    }

    /// `left operator right`, both of one type; the result is as wide as the wider operand.
    static func infix(_ symbol: String, _ left: Value, _ right: Value, _ precedence: Precedence) -> Value {
        Value(
            "\(left.text(within: precedence)) \(symbol) \(right.text(above: precedence))", left.type,
            width: max(left.width, right.width), precedence)
    }
}
