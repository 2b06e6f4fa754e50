/// The modifiers of `bar` and `barrier`.
public struct PTXBarrier: Sendable, Hashable {
    /// What a thread does at the barrier.
    public enum Action: Sendable, Hashable {
        case sync
        /// Counts as arrived and goes on.
        case arrive
        /// Waits, and learns how many threads brought a true predicate.
        case reduceCount
        /// Waits, and learns whether all or any brought a true predicate (`and`, `or`).
        case reduce(PTXBooleanOperator)
    }

    public var action: Action
    /// Whether all threads of a warp execute the same instruction together.
    public var isAligned: Bool

    public init(action: Action, isAligned: Bool) {
        self.action = action
        self.isAligned = isAligned
    }
}

/// The modifiers of `barrier.cluster`.
public struct PTXClusterBarrier: Sendable, Hashable {
    /// `arrive` or, if false, `wait`.
    public var isArrive: Bool
    public var ordering: PTXOrdering
    public var isAligned: Bool

    public init(isArrive: Bool, ordering: PTXOrdering, isAligned: Bool) {
        self.isArrive = isArrive
        self.ordering = ordering
        self.isAligned = isAligned
    }
}

/// The modifiers of `fence` and `membar`.
public struct PTXFence: Sendable, Hashable {
    /// `acquireRelease`, `sequentiallyConsistent`, `acquire` or `release`.
    public var ordering: PTXOrdering
    public var scope: PTXScope
    /// Whether it orders accesses through different proxies, e.g. generic and asynchronous ones.
    public var isProxy: Bool

    public init(ordering: PTXOrdering, scope: PTXScope, isProxy: Bool = false) {
        self.ordering = ordering
        self.scope = scope
        self.isProxy = isProxy
    }
}

/// The modifiers of `mbarrier`: a barrier object in shared memory.
public struct PTXMbarrier: Sendable, Hashable {
    /// What is done with the object.
    public enum Action: String, Sendable, Hashable, Codable {
        case initialize, invalidate
        case arrive, arriveDrop
        case testWait, tryWait
        case expectTransactions, completeTransactions
        /// Reads the pending count out of a state; touches no memory.
        case pendingCount
    }

    public var action: Action
    public var space: PTXStateSpace
    /// `arrive.expect_tx`: the last operand raises the expected transactions first.
    public var expectsTransactions = false
    /// `.parity`: the awaited phase is given by its parity instead of a state.
    public var isParity = false
    /// `.noComplete`: the arrival must not complete the phase.
    public var mustNotComplete = false
    public var ordering: PTXOrdering?
    public var scope = PTXScope.cta

    public init(action: Action, space: PTXStateSpace) {
        self.action = action
        self.space = space
    }
}

/// What `griddepcontrol` asks of dependent grids.
public enum PTXGridDependency: String, Sendable, Hashable, Codable, CaseIterable {
    case launchDependents = "launch_dependents"
    case wait
}
