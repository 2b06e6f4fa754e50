/// What a block did to global memory: the sectors of each access, warp by warp, and the lines it touched.
struct BlockStream {
    /// Sectors of one line that one access touches.
    struct Item {
        var line: UInt64
        /// Bit i stands for sector i of the line.
        var sectors: UInt64
        var access: CacheModel.Access
        /// Whether the access has no further line.
        var isLast: Bool
    }

    /// The linear index of the block.
    let block: Int
    /// By warp, the accesses in order; packed, as there are many.
    private(set) var warps: [[UInt64]] = []
    /// By line, the sectors that were read before the block wrote them (low four bits), and those it wrote (high four).
    private(set) var lines: [UInt64: UInt8] = [:]

    init(block: Int) { self.block = block }

    static let sectorsPerLine = UInt64(MemoryRates.lineBytes / MemoryRates.sectorBytes)

    /// Adds one access of a warp.
    mutating func append(_ lanes: WarpAccess, _ access: CacheModel.Access, warp: Int) {
        while warps.count <= warp { warps.append([]) }
        var open: Item?
        for sector in lanes.units(of: MemoryRates.sectorBytes) {
            let line = sector / Self.sectorsPerLine
            let bit = UInt64(1) << (sector % Self.sectorsPerLine)
            if open?.line == line {
                open?.sectors |= bit
            } else {
                if let open { add(open, warp) }
                open = Item(line: line, sectors: bit, access: access, isLast: false)
            }
        }
        guard var last = open else { return }
        last.isLast = true
        add(last, warp)
    }

    private mutating func add(_ item: Item, _ warp: Int) {
        warps[warp].append(item.packed)
        let sectors = UInt8(truncatingIfNeeded: item.sectors)
        var touched = lines[item.line] ?? 0
        if item.access != .store { touched |= sectors & ~(touched >> 4) & 0xf }
        if item.access == .store || item.access == .atomic { touched |= sectors << 4 }
        lines[item.line] = touched
    }
}

extension BlockStream.Item {
    /// Line from bit 7 up, then whether it is the last, two bits for the access, four for the sectors.
    var packed: UInt64 { line << 7 | (isLast ? 1 << 6 : 0) | access.code << 4 | sectors }

    init(packed: UInt64) {
        self.init(
            line: packed >> 7, sectors: packed & 0xf, access: CacheModel.Access(code: packed >> 4 & 3),
            isLast: packed >> 6 & 1 != 0)
    }
}

extension CacheModel.Access {
    fileprivate var code: UInt64 {
        switch self {
        case .load: 0
        case .loadPastL1: 1
        case .store: 2
        case .atomic: 3
        }
    }

    fileprivate init(code: UInt64) {
        switch code {
        case 0: self = .load
        case 1: self = .loadPastL1
        case 2: self = .store
        default: self = .atomic
        }
    }
}
