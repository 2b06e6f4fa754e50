import Synchronization

/// Hands out the blocks of a launch in order; after a fault none behind the faulting one.
final class BlockQueue: Sendable {
    /// nil means all blocks of the grid.
    private let blocks: [Int]?
    private let next = Atomic<Int>(0)
    private let end: Atomic<Int>

    init(_ blocks: [Int]?, grid: SIMTExtent) {
        self.blocks = blocks
        end = Atomic(blocks?.count ?? grid.count)
    }

    /// The next block and its position; nil if there is none left.
    func take() -> (position: Int, block: Int)? {
        let position = next.add(1, ordering: .relaxed).oldValue
        guard position < end.load(ordering: .relaxed) else { return nil }
        return (position, blocks?[position] ?? position)
    }

    func stop(at position: Int) {
        _ = end.min(position, ordering: .relaxed)
    }
}

/// Runs blocks on one thread.
struct BlockWorker {
    /// What one thread did.
    struct Result: Sendable {
        var fault: SIMTFault?
        /// The position of the block with the fault among those to run.
        var faultingBlock = Int.max
        var findings: [SIMTFault] = []
        var findingCount = 0
        var warpInstructions: UInt64 = 0
        var threadInstructions: UInt64 = 0
        /// Those of the first block to run; 0 on a thread that has other blocks only.
        var firstThreadInstructions: UInt64 = 0
        var blocksCompleted = 0
        var counts: [SIMTInstructionCounts]?
        var writes: [SIMTWrites] = []
        var printed: [String] = []
    }

    private let context: LaunchContext
    private let queue: BlockQueue

    private let recorder: (any SIMTAccessRecorder)?

    init(_ context: LaunchContext, _ queue: BlockQueue, _ recorder: (any SIMTAccessRecorder)?) {
        self.context = context
        self.queue = queue
        self.recorder = recorder
    }

    func run() -> Result {
        let engine = BlockEngine(context, recorder)
        var result = Result()
        while let (position, block) = queue.take() {
            if engine.run(block: block) {
                result.blocksCompleted += 1
                if position == 0 { result.firstThreadInstructions = engine.state.pointee.threadInstructions }
            } else {
                queue.stop(at: position)
                result.fault = engine.faults.first
                result.faultingBlock = position
                break
            }
        }
        result.findings = engine.findings.kept
        result.findingCount = engine.findings.count
        result.warpInstructions = engine.state.pointee.warpInstructions
        result.threadInstructions = engine.state.pointee.threadInstructions
        result.printed = engine.printed
        if context.options.countsWrites { result.writes = engine.observer?.writes ?? [] }
        if let counts = engine.counts {
            result.counts = Array(UnsafeBufferPointer(start: counts, count: context.code.instructions.count))
        }
        return result
    }
}
