/// A part of a kernel, such as a source line or a loop, and what a warp does in it.
public struct KernelRegion: Sendable, Hashable {
    /// How many instructions of a warp are under way at once when it waits, on average; each at least 1.
    public struct Parallelism: Sendable, Hashable {
        /// Independent arithmetic instructions.
        public var arithmetic: Double
        /// Loads of global or local memory before the first use of any of them.
        public var memory: Double
        /// Loads of shared memory before the first use of any of them.
        public var shared: Double

        public init(arithmetic: Double = 1, memory: Double = 1, shared: Double = 1) {
            self.arithmetic = arithmetic
            self.memory = memory
            self.shared = shared
        }
    }

    /// What a report calls it: `sgemm.cu:23`, `main loop`.
    public var name: String
    /// What an average warp executes here over the whole launch.
    public var perWarp: WarpCounts
    public var parallelism: Parallelism
    /// Intervals between two barriers in which warps wait for global loads of the same interval, per block.
    ///
    /// The whole block waits then: other warps of it cannot go past the barrier and fill the time.
    public var exposedPhases: Double
    /// Instructions of a warp between such a load and its first use, per phase: they hide a part of the wait.
    public var hiddenInstructions: Double
    /// Latencies of asynchronous copies that a warp spends here at least, see `CodeCost.copyWaits`.
    public var copyWaits: Double

    public init(
        name: String, perWarp: WarpCounts, parallelism: Parallelism = Parallelism(), exposedPhases: Double = 0,
        hiddenInstructions: Double = 0, copyWaits: Double = 0
    ) {
        self.name = name
        self.perWarp = perWarp
        self.parallelism = parallelism
        self.exposedPhases = exposedPhases
        self.hiddenInstructions = hiddenInstructions
        self.copyWaits = copyWaits
    }
}
