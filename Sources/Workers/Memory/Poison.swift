/// A byte pattern for memory whose contents a candidate must not rely on.
public enum Poison: Sendable, Hashable, CaseIterable {
    /// All bits set: not-a-number in every floating-point type, -1 in integers.
    case ones
    /// A repeated byte that is a large finite number in every type.
    case large
    /// All bits clear: catches code that reads memory that was never cleared by chance only in production.
    case zeros

    /// The repeated byte.
    public var byte: UInt8 {
        switch self {
        case .ones: 0xFF
        case .large: 0x7E
        case .zeros: 0x00
        }
    }
}
