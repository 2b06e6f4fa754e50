/// Checks that a launch can be run under, beside those of bounds, alignment and masks that always hold.
public struct SIMTSanitizers: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Reads of shared, local and scratch memory that nobody wrote before.
    public static let uninitializedReads = SIMTSanitizers(rawValue: 1)
    /// Conflicting accesses to shared memory that no barrier orders.
    public static let sharedRaces = SIMTSanitizers(rawValue: 2)
    /// Conflicting accesses of different blocks to global memory.
    public static let globalRaces = SIMTSanitizers(rawValue: 4)
    /// Barriers that a warp reaches in parts, and shuffles that read lanes which ended or that the mask leaves out.
    public static let synchronization = SIMTSanitizers(rawValue: 8)

    public static let all: SIMTSanitizers = [.uninitializedReads, .sharedRaces, .globalRaces, .synchronization]
}

/// How a launch is run.
public struct SIMTOptions: Sendable, Hashable {
    /// Cores to use; blocks are handed out in order. With more than one, the order of atomics among blocks is free.
    /// Launches under sanitizers, and those that are recorded, run on one.
    public var threads = 1
    public var sanitizers: SIMTSanitizers = []
    /// Whether instructions, sectors and wavefronts are counted for each instruction of the kernel.
    public var countsInstructions = false
    /// Whether the bytes that each block wrote are counted, which the sanitizer of global races keeps; takes time in
    /// proportion to the allocations that were touched.
    public var countsWrites = false
    /// Warp instructions that one block may run before it counts as hanging.
    public var instructionLimit: UInt64 = 1 << 32
    /// Findings of sanitizers that are kept; the rest is only counted. One place in the code is reported once.
    public var findingLimit = 32
    /// The blocks to run, by linear index; nil runs all. A sample gives counters without running the whole grid.
    public var blocks: [Int]?

    public init() {}
}
