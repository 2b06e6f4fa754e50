/// What a launch did.
public struct SIMTReport: Sendable, Hashable {
    /// The fault that ended the launch, if one did, of the first block that had one; then the findings of sanitizers.
    public var faults: [SIMTFault] = []
    /// Findings in all, those included that were not kept.
    public var findingCount = 0
    /// Instructions issued by warps.
    public var warpInstructions: UInt64 = 0
    /// Instructions executed by threads: the active lanes of every warp instruction.
    public var threadInstructions: UInt64 = 0
    /// Those of the first block that ran, if it did to its end.
    public var firstThreadInstructions: UInt64 = 0
    /// Blocks that ran to their end.
    public var blocksCompleted = 0
    /// Per instruction of the kernel, if the options asked for it.
    public var counters: SIMTCounters?
    /// What blocks wrote, by allocation, if the options asked for it.
    public var writes: [SIMTWrites] = []
    /// What `vprintf` was asked to print: the format strings, without their values; on one core in the order of blocks.
    public var printed: [String] = []

    /// Whether every block ran to its end; findings of sanitizers do not count against it.
    public var isComplete: Bool { !faults.contains { !$0.kind.isFinding } }
}

/// How often an instruction ran and what its accesses cost.
public struct SIMTInstructionCounts: Sendable, Hashable {
    /// Times a warp issued it.
    public var warps: UInt64 = 0
    /// Lanes that executed it.
    public var threads: UInt64 = 0
    /// Accesses of warps to global or shared memory: one for each time at least one lane was active.
    public var requests: UInt64 = 0
    /// Sectors of 32 bytes that its requests to global memory touched.
    public var sectors: UInt64 = 0
    /// Passes through the banks that its requests to shared memory needed.
    public var wavefronts: UInt64 = 0

    public init() {}

    static func += (left: inout SIMTInstructionCounts, right: SIMTInstructionCounts) {
        left.warps += right.warps
        left.threads += right.threads
        left.requests += right.requests
        left.sectors += right.sectors
        left.wavefronts += right.wavefronts
    }
}

/// Counters of a launch, instruction by instruction.
public struct SIMTCounters: Sendable, Hashable {
    /// One instruction of the kernel or of a function it calls.
    public struct Entry: Sendable, Hashable {
        public var function: String
        /// The line of the PTX text.
        public var line: Int
        /// The place in the CUDA source, if the text has it.
        public var location: PTXSourceLocation?
        public var opcode: String
        public var unit: InstructionClass
        public var counts: SIMTInstructionCounts
    }

    /// In the order of the text, the kernel first.
    public var entries: [Entry]

    /// The sums by unit.
    public var byUnit: [InstructionClass: SIMTInstructionCounts] {
        entries.reduce(into: [:]) { $0[$1.unit, default: SIMTInstructionCounts()] += $1.counts }
    }

    /// The sums by line of the CUDA source; instructions without a place are left out.
    public var bySourceLine: [Int: SIMTInstructionCounts] {
        entries.reduce(into: [:]) {
            if let line = $1.location?.line { $0[line, default: SIMTInstructionCounts()] += $1.counts }
        }
    }

    public var total: SIMTInstructionCounts { entries.reduce(into: SIMTInstructionCounts()) { $0 += $1.counts } }
}
