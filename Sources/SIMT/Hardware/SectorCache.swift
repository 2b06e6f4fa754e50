/// A set-associative cache of 128-byte lines with four sectors each and exact least-recently-used replacement of lines.
///
/// A lookup looks at the ways of one set, so its work does not grow with the cache or the stream.
public struct SectorCache: Sendable {
    /// What a lookup found, and what it pushed out.
    public struct Outcome: Sendable, Hashable {
        /// Whether the sector was there.
        public var isHit: Bool
        /// Sectors that were written to and had to leave.
        public var writtenBackSectors: Int
    }

    /// A line that holds nothing: no address has this line number.
    private static let emptyTag = UInt64.max
    private static let sectorsPerLine = UInt64(MemoryRates.lineBytes / MemoryRates.sectorBytes)

    private let ways: Int
    private let sets: Int
    private let spreadsSets: Bool
    private var tags: [UInt64]
    private var lastUses: [UInt64]
    private var validSectors: [UInt8]
    private var dirtySectors: [UInt8]
    private var time: UInt64 = 0

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - bytes: its capacity; rounded down to whole sets, at least one.
    ///   - ways: lines of a set.
    ///   - spreadsSets: whether the set of a line depends on all bits of its number, as in L2, so that strides of a
    ///     power of two do not collide; otherwise it is the number modulo the sets.
    public init(bytes: Int, ways: Int, spreadsSets: Bool) {
        self.ways = ways
        self.spreadsSets = spreadsSets
        sets = max(1, bytes / MemoryRates.lineBytes / ways)
        let lines = sets * ways
        tags = Array(repeating: Self.emptyTag, count: lines)
        lastUses = Array(repeating: 0, count: lines)
        validSectors = Array(repeating: 0, count: lines)
        dirtySectors = Array(repeating: 0, count: lines)
    }

    /// The capacity in bytes.
    public var byteCount: Int { tags.count * MemoryRates.lineBytes }

    /// Looks a sector up and makes it the most recently used.
    ///
    /// - Parameters:
    ///   - address: any byte address in the sector.
    ///   - allocates: whether a missing sector is brought in.
    ///   - writes: whether the sector differs from the level below from now on (if it is there).
    public mutating func access(_ address: UInt64, allocates: Bool = true, writes: Bool = false) -> Outcome {
        let line = address / UInt64(MemoryRates.lineBytes)
        let sector = UInt8(1) << UInt8(address / UInt64(MemoryRates.sectorBytes) % Self.sectorsPerLine)
        let first = setNumber(line) * ways
        time += 1
        var victim = first
        for way in first..<first + ways {
            if tags[way] == line {
                let isHit = validSectors[way] & sector != 0
                if isHit || allocates {
                    validSectors[way] |= sector
                    if writes { dirtySectors[way] |= sector }
                    lastUses[way] = time
                }
                return Outcome(isHit: isHit, writtenBackSectors: 0)
            }
            if lastUses[way] < lastUses[victim] { victim = way }
        }
        guard allocates else { return Outcome(isHit: false, writtenBackSectors: 0) }
        let leaving = dirtySectors[victim].nonzeroBitCount
        tags[victim] = line
        validSectors[victim] = sector
        dirtySectors[victim] = writes ? sector : 0
        lastUses[victim] = time
        return Outcome(isHit: false, writtenBackSectors: leaving)
    }

    /// Cleans all sectors that were written to; they stay. Gives their number.
    public mutating func clean() -> Int {
        let sectors = dirtySectors.reduce(0) { $0 + $1.nonzeroBitCount }
        dirtySectors = Array(repeating: 0, count: dirtySectors.count)
        return sectors
    }

    /// Forgets everything without writing anything back.
    public mutating func invalidate() {
        self = SectorCache(bytes: byteCount, ways: ways, spreadsSets: spreadsSets)
    }

    private func setNumber(_ line: UInt64) -> Int {
        guard spreadsSets else { return Int(line % UInt64(sets)) }
        // Multiplying by 2⁶⁴ over the golden ratio carries every bit into the high half (Knuth, TAOCP 6.4).
        return Int(((line &* 0x9e37_79b9_7f4a_7c15) >> 32) % UInt64(sets))
    }
}
