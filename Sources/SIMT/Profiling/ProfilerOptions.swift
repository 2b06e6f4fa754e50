/// How much of a launch is run to profile it.
public struct ProfilerOptions: Sendable, Hashable {
    /// Blocks at most; smaller grids are run as a whole, as far as the instructions allow.
    public var blocks = 64
    /// Instructions of threads in all blocks together, as far as the first block tells how many one has. At least three
    /// blocks are run.
    public var threadInstructions: UInt64 = 1 << 25
    /// Accesses of one instruction in one block whose addresses are looked at; the rest is taken to be like them. More
    /// than tiles and rows have, and so few that a whole workload in one block takes seconds.
    public var accesses = 1 << 15
    /// Warp instructions that one block may run before it counts as hanging, e.g. because it waits for blocks that are
    /// not run.
    public var instructionLimit: UInt64 = 1 << 28

    public init() {}

    /// The blocks that stand for a grid.
    ///
    /// - Parameter instructions: those that the threads of the first block execute, which is what every block is taken
    ///   to cost.
    public func sample(of grid: SIMTExtent, first instructions: UInt64) -> BlockSample {
        let affordable = threadInstructions / max(1, instructions)
        return BlockSample(grid: grid, limit: min(blocks, Int(clamping: affordable)))
    }
}
