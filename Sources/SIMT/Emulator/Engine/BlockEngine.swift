import CSIMT

/// Runs blocks of a launch, one after the other, in memory that is made once.
///
/// The loop over instructions works on raw memory only: nothing in it allocates, counts references or calls through a
/// protocol. An engine belongs to one thread.
final class BlockEngine {
    /// What changes while blocks run.
    struct State {
        var block = SIMTExtent(0, 0, 0)
        var blockIndex = 0
        /// Instructions of the running block, and of all blocks.
        var blockInstructions: UInt64 = 0
        var warpInstructions: UInt64 = 0
        var threadInstructions: UInt64 = 0
        /// Threads of the block that have not ended.
        var liveThreads: Int = 0
    }

    let context: LaunchContext
    let code: KernelCode
    let operations: UnsafePointer<MicroOp>
    let accesses: UnsafePointer<kw_access>
    let products: UnsafePointer<kw_product>
    /// The end of the constants, where slots count from.
    let constants: UnsafePointer<CChar>
    let frameBytes: Int
    let state: UnsafeMutablePointer<State>

    let warpCount: Int
    let warps: UnsafeMutablePointer<Warp>
    let barriers: UnsafeMutablePointer<BlockBarrier>
    /// The lanes of each warp that arrived, 32 warps for each barrier.
    let arrivals: UnsafeMutablePointer<UInt32>
    static let barrierCount = 17

    /// Places of the lanes of the last access, in its window.
    let offsets: UnsafeMutablePointer<UInt64>
    let sharedWindow: UnsafeMutablePointer<kw_window>
    let constantWindow: UnsafePointer<kw_window>
    let parameterWindow: UnsafePointer<kw_window>
    let globalWindows: UnsafePointer<kw_window>
    let globalCount: UInt64
    let variableWindows: UnsafePointer<kw_window>
    let variableCount: UInt64

    /// Whether somebody wants to know about accesses.
    let watches: Bool
    /// Counts for each instruction; nil when nobody asked.
    let counts: UnsafeMutablePointer<SIMTInstructionCounts>?
    let observer: AccessObserver?
    let recorder: (any SIMTAccessRecorder)?

    /// Cold results, out of the loop.
    var faults: [SIMTFault] = []
    var findings = FindingLog()
    var printed: [String] = []

    private let memory: BlockMemory

    init(_ context: LaunchContext, _ recorder: (any SIMTAccessRecorder)?) {
        self.context = context
        self.recorder = recorder
        code = context.code
        operations = context.operations
        accesses = context.accesses
        products = context.products
        constants = context.constants
        frameBytes = code.frameBytes
        warpCount = (context.launch.block.count + 31) / 32
        constantWindow = context.constantWindow
        parameterWindow = context.parameterWindow
        globalWindows = context.globalWindows
        globalCount = UInt64(context.globalCount)
        variableWindows = context.variableWindows
        variableCount = UInt64(context.variableCount)
        state = .allocate(capacity: 1)
        state.initialize(to: State())
        warps = .allocate(capacity: warpCount)
        barriers = .allocate(capacity: Self.barrierCount)
        barriers.initialize(repeating: BlockBarrier(), count: Self.barrierCount)
        arrivals = .allocate(capacity: 32 * Self.barrierCount)
        arrivals.initialize(repeating: 0, count: 32 * Self.barrierCount)
        offsets = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 128).bindMemory(
            to: UInt64.self, capacity: 32)
        offsets.initialize(repeating: 0, count: 32)

        let options = context.options
        observer = options.sanitizers.isEmpty ? nil : AccessObserver(context, warpCount: warpCount)
        watches = observer != nil || recorder != nil || options.countsInstructions
        if options.countsInstructions {
            let counts = UnsafeMutablePointer<SIMTInstructionCounts>.allocate(capacity: code.instructions.count)
            counts.initialize(repeating: SIMTInstructionCounts(), count: code.instructions.count)
            self.counts = counts
        } else {
            counts = nil
        }

        memory = BlockMemory(code, warpCount: warpCount, sharedBytes: context.sharedBytes)
        for number in 0..<warpCount { (warps + number).initialize(to: memory.warp(number)) }
        sharedWindow = .allocate(capacity: 1)
        sharedWindow.initialize(to: memory.sharedWindow)
        setThreadIndices()
    }

    deinit {
        memory.deallocate()
        sharedWindow.deallocate()
        counts?.deallocate()
        offsets.deallocate()
        barriers.deallocate()
        arrivals.deallocate()
        warps.deallocate()
        state.deallocate()
    }

    private func setThreadIndices() {
        let block = context.launch.block
        for number in 0..<warpCount {
            for lane in 0..<32 {
                let place = block.place(number * 32 + lane)
                warps[number].threadIndices[lane] = UInt32(place.x)
                warps[number].threadIndices[32 + lane] = UInt32(place.y)
                warps[number].threadIndices[64 + lane] = UInt32(truncatingIfNeeded: place.z)
            }
            let left = block.count - number * 32
            warps[number].threads = left >= 32 ? ~0 : (1 << UInt32(left)) - 1
        }
    }

    /// The memory behind a slot of a frame.
    @inline(__always)
    func slot(_ offset: Slot, _ registers: UnsafeMutablePointer<CChar>) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(offset < 0 ? UnsafeMutablePointer(mutating: constants) : registers) + Int(offset)
    }

    @inline(__always)
    func words(_ offset: Slot, _ registers: UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<UInt32> {
        slot(offset, registers).assumingMemoryBound(to: UInt32.self)
    }

    @inline(__always)
    func frame(_ warp: UnsafeMutablePointer<Warp>, _ depth: Int32) -> UnsafeMutablePointer<CChar> {
        warp.pointee.registers + Int(depth) * frameBytes
    }
}
