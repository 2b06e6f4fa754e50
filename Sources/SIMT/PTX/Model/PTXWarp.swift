/// How `shfl` picks the lane to read from.
public enum PTXShuffleMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Lower lane number, higher lane number, exclusive or of lane numbers, a lane number.
    case up, down
    case butterfly = "bfly"
    case index = "idx"
}

/// What `vote` gives.
public enum PTXVoteMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// A predicate: all true, any true, all equal.
    case all, any
    case uniform = "uni"
    /// A mask of the lanes where it is true.
    case ballot
}

/// The modifiers of `match`.
public struct PTXMatch: Sendable, Hashable {
    /// `match.all`: the full mask if all values are equal, else 0; otherwise the mask of the lanes with an equal value.
    public var isAll: Bool
    /// `b32` or `b64`.
    public var type: PTXType

    public init(isAll: Bool, type: PTXType) {
        self.isAll = isAll
        self.type = type
    }
}

/// The modifiers of `redux`: a reduction over the lanes of a mask.
public struct PTXReduction: Sendable, Hashable {
    /// The operator.
    public enum Operator: String, Sendable, Hashable, Codable, CaseIterable {
        case add, min, max, and, or, xor
    }

    public var operation: Operator
    public var type: PTXType
    /// `.abs`: magnitudes are reduced; f32 only.
    public var takesMagnitudes: Bool
    public var propagatesNaN: Bool

    public init(operation: Operator, type: PTXType, takesMagnitudes: Bool = false, propagatesNaN: Bool = false) {
        self.operation = operation
        self.type = type
        self.takesMagnitudes = takesMagnitudes
        self.propagatesNaN = propagatesNaN
    }
}
