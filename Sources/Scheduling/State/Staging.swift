import KernelIR

/// A buffer whose part for one iteration of a loop the work-items of a group copy into local memory first.
public struct Staging: Sendable, Hashable, Codable {
    /// What is copied, where and how.
    public var copy: StageOperand
    /// Iterations whose parts are in local memory at a time; 1 where each is copied when its iteration begins.
    public var stages: Int
}

/// How the dimensions of a local copy lie in memory.
///
/// Local memory has banks of four bytes. Work-items side by side that access one column of a matrix meet in one bank
/// where its rows are a multiple of all banks long; both `padded` and `swizzled` spread such a column over the banks.
public enum StagedLayout: Sendable, Hashable {
    /// One row behind the other.
    case plain
    /// So many unused elements behind each row; multiples of 16 bytes keep rows aligned for accesses of vectors.
    case padded(Int)
    /// Groups of 16 bytes of a row change places by the exclusive or of their number and the row's; of rows shorter
    /// than all banks, as many as fill these exchange groups alike.
    case swizzled
}

extension StagedLayout: LosslessStringConvertible {
    /// `plain`, `padded(4)`, or `swizzled`.
    public var description: String {
        switch self {
        case .plain: "plain"
        case .padded(let elements): "padded(\(elements))"
        case .swizzled: "swizzled"
        }
    }

    public init?(_ description: String) {
        switch description {
        case "plain": self = .plain
        case "swizzled": self = .swizzled
        default:
            guard let elements = description.parameter(of: "padded") else { return nil }
            self = .padded(elements)
        }
    }
}

extension StagedLayout: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.described(as: "layout", examples: "plain padded(4) swizzled")
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
