/// The modifiers of `ld`, `ldu` and `st`.
public struct PTXMemoryAccess: Sendable, Hashable {
    public var space: PTXStateSpace
    /// The type of one element; the register may be wider.
    public var type: PTXType
    /// Elements per thread: 1, 2, 4 or 8.
    public var vectorWidth = 1
    public var ordering = PTXOrdering.weak
    /// The threads among which an ordered access is ordered.
    public var scope: PTXScope?
    public var cache: PTXCacheOperator?
    /// `.nc`: through the read-only cache.
    public var isNonCoherent = false
    /// Bytes that `.L2::64B` to `.L2::256B` asks to bring to L2; 0 when there is none.
    public var prefetchBytes = 0
    /// Whether the last operand is a cache policy.
    public var hasCachePolicy = false

    public init(space: PTXStateSpace, type: PTXType) {
        self.space = space
        self.type = type
    }

    /// Bytes that one thread touches.
    public var byteCount: Int { type.byteCount * vectorWidth }
}

/// What an atomic operation does with the old value and the operand.
public enum PTXAtomicOperator: String, Sendable, Hashable, Codable, CaseIterable {
    case and, or, xor, exch, cas, add, min, max
    /// `old >= operand ? 0 : old + 1`
    case inc
    /// `old == 0 || old > operand ? operand : old - 1`
    case dec
}

/// The modifiers of `atom` and `red`.
public struct PTXAtomic: Sendable, Hashable {
    public var operation: PTXAtomicOperator
    public var space: PTXStateSpace
    public var type: PTXType
    /// Elements per thread, each atomic on its own: 1, 2, 4 or 8.
    public var vectorWidth = 1
    /// `relaxed` when none is written.
    public var ordering = PTXOrdering.relaxed
    /// `gpu` when none is written.
    public var scope = PTXScope.gpu
    /// `.noftz`: subnormals are kept.
    public var keepsSubnormals = false
    /// Whether the last operand is a cache policy.
    public var hasCachePolicy = false

    public init(operation: PTXAtomicOperator, space: PTXStateSpace, type: PTXType) {
        self.operation = operation
        self.space = space
        self.type = type
    }
}

/// Where `prefetch` and its relatives work; they change costs, never values.
public struct PTXPrefetch: Sendable, Hashable {
    /// The instruction.
    public enum Action: String, Sendable, Hashable, Codable {
        case prefetch, prefetchUniform, discard, applyPriority
    }

    public var action: Action
    public var space: PTXStateSpace
    /// 1 or 2.
    public var cacheLevel: Int

    public init(action: Action, space: PTXStateSpace, cacheLevel: Int) {
        self.action = action
        self.space = space
        self.cacheLevel = cacheLevel
    }
}

/// The modifiers of `cp.async`: global to shared memory, without registers.
public struct PTXAsyncCopy: Sendable, Hashable {
    /// `.cg`: only through L2; otherwise at all levels.
    public var bypassesL1: Bool
    /// Bytes that `.L2::64B` to `.L2::256B` asks to bring to L2; 0 when there is none.
    public var prefetchBytes: Int
    /// Whether the last operand is a cache policy.
    public var hasCachePolicy: Bool

    public init(bypassesL1: Bool, prefetchBytes: Int = 0, hasCachePolicy: Bool = false) {
        self.bypassesL1 = bypassesL1
        self.prefetchBytes = prefetchBytes
        self.hasCachePolicy = hasCachePolicy
    }
}
