/// How `prmt` reads its selector.
public enum PTXPermuteMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Four selectors of four bits, one per byte of the result; the highest bit spreads the sign.
    case general
    /// Forward and backward four bytes, one byte everywhere, clamped from the left and the right, one half everywhere.
    case f4e, b4e, rc8, ecl, ecr, rc16
}

/// The modifiers of `shf`: a shift of 64 bits in two registers; the result is one of them.
public struct PTXFunnelShift: Sendable, Hashable {
    public var isLeft: Bool
    /// `.wrap`: the amount counts modulo 32; otherwise it is clamped to 32.
    public var wraps: Bool

    public init(isLeft: Bool, wraps: Bool) {
        self.isLeft = isLeft
        self.wraps = wraps
    }
}

/// The modifiers of `lop3`; its fifth operand is the table of eight bits.
public struct PTXLogic: Sendable, Hashable {
    /// Combines "the result is not 0" with the last operand into the second destination; nil when there is none.
    public var combination: PTXBooleanOperator?

    public init(combination: PTXBooleanOperator? = nil) {
        self.combination = combination
    }
}

/// The modifiers of `dp4a` and `dp2a`: a dot product of small integers added to a third operand.
public struct PTXDotProduct: Sendable, Hashable {
    /// Products summed: 4 of bytes, or 2 of a 16-bit and an 8-bit element.
    public var count: Int
    /// `u32` or `s32`: the signedness of the elements of the first operand.
    public var a: PTXType
    /// `u32` or `s32`: the signedness of the elements of the second operand.
    public var b: PTXType
    /// `dp2a.hi`: the two high bytes of the second operand.
    public var usesHighHalf: Bool

    public init(count: Int, a: PTXType, b: PTXType, usesHighHalf: Bool = false) {
        self.count = count
        self.a = a
        self.b = b
        self.usesHighHalf = usesHighHalf
    }
}
