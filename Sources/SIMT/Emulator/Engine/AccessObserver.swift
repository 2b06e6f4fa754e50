import CSIMT

/// The sanitizers of one engine: who touched what, and which barriers order it.
///
/// Order among the warps of a block is kept as vector clocks: a warp's own clock goes on at every barrier and `.sync`
/// instruction, and a barrier makes those who waited there know the clocks of all who arrived.
final class AccessObserver {
    /// Something a sanitizer found, at the instruction that runs.
    struct Finding {
        var kind: SIMTFault.Kind
        var lane: Int
        /// The generic address.
        var address: UInt64?
        var byteCount: Int
        var detail: String
    }

    let checksSynchronization: Bool
    private let context: LaunchContext
    private let warpCount: Int
    private let sharedChecks: UInt32
    private let cells: UnsafeMutablePointer<kw_word_shadow>
    /// The records of upper halves; nothing until a cell is split.
    private let upper: UnsafeMutablePointer<kw_word_record>
    private let cellCount: Int
    /// `warpCount` clocks for each warp, barrier and, later, barrier object.
    private let clocks: UnsafeMutablePointer<UInt32>
    private var barrierClocks: [[UInt32]]
    private var waiting: [UInt32]
    private var objectClocks: [Int: [UInt32]] = [:]
    /// Words that asynchronous copies of each warp still fill: those of the open group, and those of committed ones.
    private var openCopies: [[Int]]
    private var committedCopies: [[[Int]]]
    /// Groups of copies of a warp that are told apart.
    private static let groupLimit = 256
    private var localWritten: [UnsafeMutablePointer<UInt8>] = []
    private let localBytes: Int
    private let global: GlobalObserver?

    init(_ context: LaunchContext, warpCount: Int) {
        self.context = context
        self.warpCount = warpCount
        let sanitizers = context.options.sanitizers
        checksSynchronization = sanitizers.contains(.synchronization)
        sharedChecks =
            (sanitizers.contains(.uninitializedReads) ? KW_CHECK_WRITTEN.rawValue : 0)
            | (sanitizers.contains(.sharedRaces) ? KW_CHECK_RACES.rawValue : 0)
        cellCount = (context.sharedBytes + 3) / 4
        cells = .allocate(capacity: max(cellCount, 1))
        cells.initialize(repeating: kw_word_shadow(), count: max(cellCount, 1))
        upper = .allocate(capacity: max(cellCount, 1))
        clocks = .allocate(capacity: 32 * 32)
        clocks.initialize(repeating: 0, count: 32 * 32)
        barrierClocks = Array(repeating: Array(repeating: 0, count: 32), count: BlockEngine.barrierCount)
        waiting = Array(repeating: 0, count: BlockEngine.barrierCount)
        openCopies = Array(repeating: [], count: warpCount)
        committedCopies = Array(repeating: [], count: warpCount)
        global = GlobalObserver(context)
        let localBytes =
            sanitizers.contains(.uninitializedReads) ? context.code.localFrameBytes * context.code.frameCount * 32 : 0
        self.localBytes = localBytes
        if localBytes > 0 {
            localWritten = (0..<warpCount).map { _ in
                let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: localBytes)
                bytes.initialize(repeating: 0, count: localBytes)
                return bytes
            }
        }
    }

    deinit {
        cells.deallocate()
        upper.deallocate()
        clocks.deallocate()
        for bytes in localWritten { bytes.deallocate() }
    }

    func beginBlock(_ index: Int) {
        cells.update(repeating: kw_word_shadow(), count: max(cellCount, 1))
        clocks.update(repeating: 0, count: 32 * 32)
        for warp in 0..<warpCount { clocks[32 * warp + warp] = 1 }
        for number in barrierClocks.indices { resetBarrier(number) }
        objectClocks = [:]
        for warp in 0..<warpCount {
            openCopies[warp] = []
            committedCopies[warp] = []
        }
        for bytes in localWritten { bytes.update(repeating: 0, count: localBytes) }
        global?.beginBlock(index)
    }

    // MARK: Order

    /// The lanes of a warp met.
    func synchronize(_ warp: Int) { clocks[33 * warp] &+= 1 }

    /// A warp arrived at a barrier of the block.
    func arrive(_ warp: Int, barrier: Int, waits: Bool) {
        join(&barrierClocks[barrier], clocks + 32 * warp)
        if waits { waiting[barrier] |= 1 << UInt32(warp) }
        synchronize(warp)
    }

    /// A barrier let everybody go.
    func release(barrier: Int) {
        for warp in 0..<warpCount where waiting[barrier] >> UInt32(warp) & 1 != 0 {
            learn(warp, barrierClocks[barrier])
        }
        resetBarrier(barrier)
    }

    /// A warp arrived at a barrier object.
    func release(_ warp: Int, object: Int) {
        var known = objectClocks[object] ?? Array(repeating: 0, count: 32)
        join(&known, clocks + 32 * warp)
        objectClocks[object] = known
        synchronize(warp)
    }

    /// A warp found the phase of a barrier object finished.
    func acquire(_ warp: Int, object: Int) {
        if let known = objectClocks[object] { learn(warp, known) }
        synchronize(warp)
    }

    func fence() { global?.fence() }

    /// What blocks wrote to global memory, as far as races there are looked for.
    var writes: [SIMTWrites] { global?.writes ?? [] }

    private func resetBarrier(_ number: Int) {
        for warp in 0..<32 { barrierClocks[number][warp] = 0 }
        waiting[number] = 0
    }

    private func join(_ known: inout [UInt32], _ other: UnsafePointer<UInt32>) {
        for warp in 0..<warpCount { known[warp] = max(known[warp], other[warp]) }
    }

    private func learn(_ warp: Int, _ known: [UInt32]) {
        let own = clocks + 32 * warp
        for other in 0..<warpCount where other != warp { own[other] = max(own[other], known[other]) }
    }

    // MARK: Accesses

    /// Looks at an access whose places are in `offsets`, and remembers it; `used` has a bit for each byte of a lane.
    func see(
        _ effect: BlockEngine.Effect, _ warp: UnsafeMutablePointer<Warp>, _ window: UnsafePointer<kw_window>,
        _ isShared: Bool, _ active: UInt32, _ offsets: UnsafePointer<UInt64>, _ span: UInt32, used: UInt64
    ) -> Finding? {
        var conflict = kw_conflict()
        let number = Int(warp.pointee.number)
        let kind = effect == .load ? KW_EFFECT_LOAD : effect == .store ? KW_EFFECT_STORE : KW_EFFECT_ATOMIC
        if isShared {
            guard sharedChecks != 0,
                kw_see_shared(
                    cells, upper, active, offsets, span, used, kind, UInt32(number), clocks + 32 * number,
                    sharedChecks, &conflict) != 0
            else { return nil }
            return finding(conflict, AddressMap.shared + window.pointee.base, span, "shared memory")
        }
        if window.pointee.base == AddressMap.localStart {
            guard localBytes > 0,
                kw_see_written(localWritten[number], active, offsets, span, used, kind, &conflict) != 0
            else { return nil }
            return finding(conflict, AddressMap.local + window.pointee.base, span, "local memory")
        }
        guard window.pointee.base >> AddressMap.slotBits != 0, let global,
            global.see(kind, window, active, offsets, span, used, &conflict)
        else { return nil }
        return finding(conflict, window.pointee.base, span, context.name(of: window, isShared: false))
    }

    // MARK: Asynchronous copies

    /// Nobody may touch these words before the copies are awaited; `offsets` holds their places.
    func beginCopy(_ warp: Int, _ active: UInt32, _ offsets: UnsafePointer<UInt64>, _ span: UInt32) {
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 {
            let first = Int(offsets[lane] / 4)
            // A word waits for the first copy that fills it.
            for word in first..<first + Int(span) / 4 where cells[word].isPending == 0 {
                cells[word].isPending = 1
                openCopies[warp].append(word)
            }
        }
    }

    func commitCopies(_ warp: Int) {
        committedCopies[warp].append(openCopies[warp])
        openCopies[warp] = []
        // Nobody leaves that many groups pending: the two oldest go on as one.
        guard committedCopies[warp].count > Self.groupLimit else { return }
        let oldest = committedCopies[warp].removeFirst()
        committedCopies[warp][0] += oldest
    }

    /// The oldest groups are done, up to the `pending` last ones; −1 means all copies, in a group or not.
    func awaitCopies(_ warp: Int, pending: Int) {
        if pending < 0 { commitCopies(warp) }
        let done = max(committedCopies[warp].count - max(pending, 0), 0)
        for word in committedCopies[warp].prefix(done).joined() { cells[word].isPending = 0 }
        committedCopies[warp].removeFirst(done)
    }

    /// Bytes that were written in another way than by a store.
    func written(_ window: UnsafePointer<kw_window>, _ offset: UInt64, _ count: Int) {
        for word in Int(offset / 4)..<Int(offset / 4) + count / 4 where word < cellCount { cells[word].written = 15 }
    }

    private func finding(_ conflict: kw_conflict, _ base: UInt64, _ span: UInt32, _ name: String) -> Finding {
        let isGlobal = base >> AddressMap.slotBits != 0
        let other =
            isGlobal
            ? "block \(context.launch.grid.place(Int(conflict.other)))"
            : "thread \(context.launch.block.place(Int(conflict.other & 1023)))"
        let detail: String
        var kind = isGlobal ? SIMTFault.Kind.globalRace : .sharedRace
        switch conflict.kind {
        case KW_CONFLICT_READ_AFTER_WRITE: detail = "reads what \(other) wrote, and nothing orders them"
        case KW_CONFLICT_WRITE_AFTER_WRITE: detail = "writes where \(other) wrote, and nothing orders them"
        case KW_CONFLICT_PENDING: detail = "touches what an asynchronous copy fills that nobody waited for"
        case KW_CONFLICT_WRITE_AFTER_READ: detail = "writes where \(other) reads, and nothing orders them"
        default:
            kind = .uninitializedRead
            detail = "reads what nobody wrote"
        }
        return Finding(
            kind: kind, lane: Int(conflict.lane), address: base + conflict.offset, byteCount: Int(span),
            detail: detail + ", byte \(conflict.offset) of \(name)")
    }

    /// A barrier that only some lanes of a warp reached together.
    func divergence(_ active: UInt32, _ warp: UnsafeMutablePointer<Warp>, _ number: UInt32) -> Finding {
        Finding(
            kind: .barrierDivergence, lane: active.trailingZeroBitCount, address: nil, byteCount: 0,
            detail: "barrier \(number) is reached by lanes 0x\(String(active, radix: 16)) of "
                + "0x\(String(warp.pointee.live, radix: 16)) of warp \(warp.pointee.number)")
    }
}
