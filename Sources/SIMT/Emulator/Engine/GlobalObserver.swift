import CSIMT

/// The sanitizers of global memory: conflicts between blocks, and reads of scratch that nobody wrote.
///
/// Blocks run one after the other, so one shadow serves all. A block is ordered after another if the other one ran a
/// fence and then an atomic operation on some word, and this one then ran an atomic operation on the same word.
final class GlobalObserver {
    /// What blocks did to the words of an allocation.
    private struct Shadow {
        var cells: UnsafeMutablePointer<kw_block_shadow>
        /// The records of upper halves; made at the first access to less than a word.
        var upper: UnsafeMutablePointer<kw_block_record>?
        /// Words.
        var count: Int
    }

    private let checksRaces: Bool
    private let scratch: [Bool]
    private let checksReads: Bool
    private var shadows: [UInt64: Shadow] = [:]
    private var written: [UInt64: UnsafeMutableBufferPointer<UInt8>] = [:]
    /// Which blocks the running one is ordered after.
    private let known: UnsafeMutableBufferPointer<UInt8>
    private var knownBlocks: [Int] = []
    private var releases: [UInt64: [Int]] = [:]
    private var block = 0
    private var hasFence = false

    /// nil if the options ask for nothing that concerns global memory.
    init?(_ context: LaunchContext) {
        let sanitizers = context.options.sanitizers
        guard !sanitizers.isDisjoint(with: [.globalRaces, .uninitializedReads]) else { return nil }
        checksRaces = sanitizers.contains(.globalRaces)
        checksReads = sanitizers.contains(.uninitializedReads)
        scratch = context.scratch
        known = .allocate(capacity: max(context.launch.grid.count, 1))
        known.initialize(repeating: 0)
    }

    deinit {
        known.deallocate()
        for shadow in shadows.values {
            shadow.cells.deallocate()
            shadow.upper?.deallocate()
        }
        for bytes in written.values { bytes.deallocate() }
    }

    func beginBlock(_ index: Int) {
        block = index
        hasFence = false
        for other in knownBlocks { known[other] = 0 }
        knownBlocks = []
    }

    func fence() { hasFence = true }

    /// What blocks wrote, by allocation in the order of addresses; O(bytes of what was touched).
    var writes: [SIMTWrites] {
        shadows.sorted { $0.key < $1.key }.compactMap { address, shadow -> SIMTWrites? in
            let bytes = Self.writtenBytes(shadow)
            return bytes.isEmpty ? nil : SIMTWrites(address: address, bytes: bytes)
        }
    }

    private static func writtenBytes(_ shadow: Shadow) -> [Int: Int] {
        var bytes: [Int: Int] = [:]
        // Neighbouring words mostly have the same writer.
        var (last, sum): (UInt32, Int) = (0, 0)
        func count(_ writer: UInt32, _ mask: UInt8) {
            guard mask != 0 else { return }
            if writer != last {
                if sum > 0 { bytes[Int(last) - 1, default: 0] += sum }
                (last, sum) = (writer, 0)
            }
            sum += mask.nonzeroBitCount
        }
        for word in 0..<shadow.count {
            let cell = shadow.cells[word]
            guard cell.writerBytes != 0 else { continue }
            guard cell.isSplit != 0, let upper = shadow.upper else {
                count(cell.record.writer, cell.writerBytes)
                continue
            }
            count(cell.record.writer, cell.writerBytes & 3)
            count(upper[word].writer, cell.writerBytes & 12)
        }
        if sum > 0 { bytes[Int(last) - 1, default: 0] += sum }
        return bytes
    }

    func see(
        _ effect: kw_effect, _ window: UnsafePointer<kw_window>, _ active: UInt32, _ offsets: UnsafePointer<UInt64>,
        _ span: UInt32, _ used: UInt64, _ conflict: inout kw_conflict
    ) -> Bool {
        let base = window.pointee.base
        if checksReads, isScratch(window) {
            let bytes = written(window)
            if kw_see_written(bytes.baseAddress!, active, offsets, span, used, effect, &conflict) != 0 { return true }
        }
        guard checksRaces else { return false }
        if effect == KW_EFFECT_ATOMIC { order(base, active, offsets) }
        let shadow = shadow(window, hasHalves: span < 4)
        return kw_see_global(
            shadow.cells, shadow.upper, active, offsets, span, effect, UInt32(block), known.baseAddress!, &conflict)
            != 0
    }

    private func isScratch(_ window: UnsafePointer<kw_window>) -> Bool {
        let number = Int(window.pointee.allocation)
        return number < scratch.count && scratch[number]
    }

    private func order(_ base: UInt64, _ active: UInt32, _ offsets: UnsafePointer<UInt64>) {
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 {
            let address = base + offsets[lane]
            for other in releases[address] ?? [] where known[other] == 0 && other != block {
                known[other] = 1
                knownBlocks.append(other)
            }
            if hasFence, releases[address]?.last != block { releases[address, default: []].append(block) }
        }
    }

    private func shadow(_ window: UnsafePointer<kw_window>, hasHalves: Bool) -> Shadow {
        let count = Int(window.pointee.bytes) / 4 + 1
        var shadow: Shadow
        if let known = shadows[window.pointee.base] {
            guard hasHalves, known.upper == nil else { return known }
            shadow = known
        } else {
            shadow = Shadow(cells: .allocate(capacity: count), upper: nil, count: count)
            shadow.cells.initialize(repeating: kw_block_shadow(), count: count)
        }
        // Whoever splits a cell writes the record of its upper half.
        if hasHalves { shadow.upper = .allocate(capacity: count) }
        shadows[window.pointee.base] = shadow
        return shadow
    }

    private func written(_ window: UnsafePointer<kw_window>) -> UnsafeMutableBufferPointer<UInt8> {
        if let known = written[window.pointee.base] { return known }
        let made = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(Int(window.pointee.bytes), 1))
        made.initialize(repeating: 0)
        written[window.pointee.base] = made
        return made
    }
}
