import SIMT

/// Which blocks of a launch are run with every sanitizer on, so that checking a large grid ends in seconds.
///
/// Small grids are run as a whole. Of a grid that would take longer than the budget, some blocks stand for all (see
/// `BlockSample`): what they write is compared, and the verdict carries the fraction that ran.
public struct SampledCheck: Sendable, Hashable {
    /// Instructions of threads that one launch may take; about five seconds under sanitizers on one core.
    public var threadInstructions: UInt64 = 1 << 30

    public init() {}

    /// How one launch is run: block 0 to learn what a block takes, then the others that the budget allows.
    struct Runs {
        let grid: SIMTExtent
        let budget: UInt64
        /// The blocks to begin with; nil for all.
        let first: [Int]?

        /// What is left to run after the first block took so many instructions; nil where that was all.
        func rest(_ instructions: UInt64) -> (blocks: [Int], coverage: Double)? {
            guard first != nil else { return nil }
            let affordable = Int(clamping: budget / max(1, instructions))
            let blocks =
                affordable >= grid.count
                ? Array(0..<grid.count) : BlockSample(grid: grid, limit: affordable).groups.flatMap(\.blocks).sorted()
            return (blocks.filter { $0 != 0 }, Double(blocks.count) / Double(grid.count))
        }
    }

    /// - Parameter samples: whether some blocks may stand for all.
    func runs(_ launch: SIMTLaunch, samples: Bool) -> Runs {
        // Run at once, blocks are also checked for races with block 0.
        let isSmall = launch.grid.count * launch.block.count <= Self.smallLaunch
        let first: [Int]? = samples && !isSmall && launch.grid.count > 1 ? [0] : nil
        return Runs(grid: launch.grid, budget: threadInstructions, first: first)
    }

    /// Threads of a launch that is run as a whole whatever they do.
    private static let smallLaunch = 1 << 16
}
