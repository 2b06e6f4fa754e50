/// Everything the timing model wants to know about one launch of one kernel.
public struct KernelProfile: Sendable, Hashable {
    public var name: String
    /// Blocks of the grid.
    public var blocks: Int
    public var resources: KernelResources
    /// The parts of the kernel; together they are all of it.
    public var regions: [KernelRegion]
    public var traffic: MemoryTraffic
    /// Where the instruction counts of the regions come from.
    public var source: InstructionSource
    /// The part of the blocks that was executed to get the counts, 0…1.
    public var coverage: Double
    /// Instructions of threads in all blocks, if those that were executed stand for them.
    public var threadInstructions: Double

    public init(
        name: String, blocks: Int, resources: KernelResources, regions: [KernelRegion],
        traffic: MemoryTraffic, source: InstructionSource, coverage: Double = 1,
        threadInstructions: Double = 0
    ) {
        self.name = name
        self.blocks = blocks
        self.resources = resources
        self.regions = regions
        self.traffic = traffic
        self.source = source
        self.coverage = coverage
        self.threadInstructions = threadInstructions
    }

    /// What an average warp executes in the whole kernel.
    public var perWarp: WarpCounts { regions.reduce(into: WarpCounts()) { $0 += $1.perWarp } }

    /// Warps of the whole launch.
    public var warps: Int { blocks * resources.warpsPerBlock }
}
