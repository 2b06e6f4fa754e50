/// A comparison of two values.
public enum PTXComparator: String, Sendable, Hashable, Codable, CaseIterable {
    case eq, ne, lt, le, gt, ge
    /// Unsigned orders.
    case lo, ls, hi, hs
    /// Floating point, true when an input is a NaN.
    case equ, neu, ltu, leu, gtu, geu
    /// Floating point: neither input, or at least one input, is a NaN.
    case num, nan

    /// Whether a NaN input makes the comparison true.
    public var isUnordered: Bool {
        switch self {
        case .equ, .neu, .ltu, .leu, .gtu, .geu, .nan: true
        default: false
        }
    }
}

/// How a comparison is combined with a predicate.
public enum PTXBooleanOperator: String, Sendable, Hashable, Codable, CaseIterable {
    case and, or, xor
}

/// The modifiers of `setp` and `set`.
public struct PTXComparison: Sendable, Hashable {
    public var comparator: PTXComparator
    /// The type of both compared operands.
    public var type: PTXType
    /// Combines the result with the predicate in the last operand; nil when there is none.
    public var combination: PTXBooleanOperator?
    public var flushesSubnormals: Bool

    public init(
        comparator: PTXComparator, type: PTXType, combination: PTXBooleanOperator? = nil,
        flushesSubnormals: Bool = false
    ) {
        self.comparator = comparator
        self.type = type
        self.combination = combination
        self.flushesSubnormals = flushesSubnormals
    }
}

/// A question of `testp` about a floating-point value.
public enum PTXFloatTest: String, Sendable, Hashable, Codable, CaseIterable {
    case finite, infinite, number, notanumber, normal, subnormal
}
