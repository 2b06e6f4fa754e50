/// What moved between the levels of the memory hierarchy, in sectors of 32 bytes.
public struct CacheTraffic: Sendable, Hashable, Codable {
    /// Sectors that loads looked for in L1.
    public var l1Loads = 0
    /// Of those, sectors that were there.
    public var l1LoadHits = 0
    /// Sectors that stores passed through L1.
    public var l1Stores = 0
    /// Sectors read from L2, by L1 misses, by loads past L1 and by atomics.
    public var l2Reads = 0
    /// Sectors written to L2.
    public var l2Writes = 0
    /// Of all sectors read from or written to L2, those that were there.
    public var l2Hits = 0
    /// Sectors read from device memory.
    public var dramReads = 0
    /// Sectors written to device memory.
    public var dramWrites = 0

    public init() {}

    /// Sectors that loads found in L1 over those they looked for there, 0…1; 0 where none looked.
    public var l1HitRate: Double { Self.rate(l1LoadHits, of: l1Loads) }

    /// Sectors that L2 had over those it was asked for or given, 0…1; 0 where there were none.
    public var l2HitRate: Double { Self.rate(l2Hits, of: l2Reads + l2Writes) }

    /// Bytes that loads and stores moved through L1.
    public var l1Bytes: Int { (l1Loads + l1Stores) * MemoryRates.sectorBytes }

    /// Bytes between the SMs and L2, both ways.
    public var l2Bytes: Int { (l2Reads + l2Writes) * MemoryRates.sectorBytes }

    /// Bytes between L2 and device memory, both ways.
    public var dramBytes: Int { (dramReads + dramWrites) * MemoryRates.sectorBytes }

    private static func rate(_ part: Int, of all: Int) -> Double { all == 0 ? 0 : Double(part) / Double(all) }
}
