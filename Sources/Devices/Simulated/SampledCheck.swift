import SIMT

/// Which blocks of a launch are run with every sanitizer on, so that checking a large grid ends in seconds.
///
/// Small grids are run as a whole. Of a grid that would take longer than the budget, some blocks stand for all (see
/// `BlockSample`), and beside them run all those that the time is predicted from: what they write is compared, and the
/// verdict carries the fraction that ran. Where these do not account for the outputs (`OutputSample`), the grid is run
/// as a whole if that takes a few times the budget only.
public struct SampledCheck: Sendable, Hashable {
    /// Instructions of threads that one launch may take; about five seconds under sanitizers on one core.
    public var threadInstructions: UInt64 = 1 << 30
    /// How many times as many a whole grid may take of which a sample does not tell enough.
    public var wholeFactor = 4.0

    public init() {}

    /// How one launch is run that may be sampled: block 0 to learn what a block takes, then all that the budget allows.
    struct Runs {
        let grid: SIMTExtent
        let check: SampledCheck

        /// Blocks that stand for all.
        struct Sample {
            /// Ascending, with block 0 once more: its races with the others show only beside them.
            let blocks: [Int]
            /// The fraction of the grid that they are, less than 1.
            let coverage: Double
            /// The blocks that the time is predicted from, all of which are among them.
            let basis: BlockSample
        }

        /// The blocks to run when the first one took so many instructions; nil for all.
        ///
        /// - Parameter options: those that the launch is predicted with.
        func sample(after instructions: UInt64, predicting options: ProfilerOptions) -> Sample? {
            let affordable = Int(clamping: check.threadInstructions / max(1, instructions))
            guard affordable < grid.count else { return nil }
            let basis = options.sample(of: grid, first: instructions)
            let groups = BlockSample(grid: grid, limit: affordable).groups + basis.groups
            let blocks = Set(groups.flatMap(\.blocks)).sorted()
            guard blocks.count < grid.count else { return nil }
            return Sample(blocks: blocks, coverage: Double(blocks.count) / Double(grid.count), basis: basis)
        }

        /// Whether the whole grid may run, if its blocks take what some took on average.
        func mayRunAll(ifOf blocks: Int, take instructions: UInt64) -> Bool {
            let whole = Double(instructions) / Double(max(1, blocks)) * Double(grid.count)
            return whole <= check.wholeFactor * Double(check.threadInstructions)
        }
    }

    /// How a launch is run of which some blocks may stand for all; nil for one that is small enough to run as a whole
    /// whatever its blocks do.
    func runs(_ launch: SIMTLaunch) -> Runs? {
        let isSmall = launch.grid.count * launch.block.count <= Self.smallLaunch
        return isSmall || launch.grid.count == 1 ? nil : Runs(grid: launch.grid, check: self)
    }

    /// Threads of such a launch.
    private static let smallLaunch = 1 << 16
}
