/// A state space: which memory an address or a variable belongs to.
public enum PTXStateSpace: String, Sendable, Hashable, Codable, CaseIterable {
    /// Registers; only declarations name it.
    case reg
    case const, global, local, param
    /// The shared memory of the thread's own block (`.shared` and `.shared::cta`).
    case shared
    /// The shared memory of any block of the cluster (`.shared::cluster`).
    case sharedCluster
    /// No space was named: the address decides.
    case generic
}

/// The threads among which an ordering holds.
public enum PTXScope: String, Sendable, Hashable, Codable {
    case cta, cluster, gpu, sys
}

/// How a memory access or a fence is ordered with others.
public enum PTXOrdering: String, Sendable, Hashable, Codable {
    /// Not ordered at all; the default of loads and stores.
    case weak
    case volatile, relaxed, acquire, release
    case acquireRelease
    case sequentiallyConsistent
    /// Relaxed at system scope and never merged, for device registers.
    case memoryMapped
}

/// A cache operator of a load or store; it changes costs, never values.
public enum PTXCacheOperator: String, Sendable, Hashable, Codable {
    /// Loads: at all levels, at L2 only, evict first, last use, do not cache.
    case ca, cg, cs, lu, cv
    /// Stores: write back, write through.
    case wb, wt
}
