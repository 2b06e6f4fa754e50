/// What a whole launch moves between the memory levels.
public struct MemoryTraffic: Sendable, Hashable {
    /// Sectors that loads find in L1 over those they look for, 0…1.
    public var l1HitRate: Double
    /// Sectors that L2 has over those it is asked for, 0…1.
    public var l2HitRate: Double
    /// Bytes between the SMs and L2, both ways.
    public var l2Bytes: Double
    /// Bytes read from device memory.
    public var dramReadBytes: Double
    /// Bytes written to device memory.
    public var dramWrittenBytes: Double

    public init(
        l1HitRate: Double = 0, l2HitRate: Double = 0, l2Bytes: Double = 0, dramReadBytes: Double = 0,
        dramWrittenBytes: Double = 0
    ) {
        self.l1HitRate = l1HitRate
        self.l2HitRate = l2HitRate
        self.l2Bytes = l2Bytes
        self.dramReadBytes = dramReadBytes
        self.dramWrittenBytes = dramWrittenBytes
    }

    /// The traffic of a launch of which some blocks went through a cache model.
    ///
    /// - Parameter scale: blocks of the launch over blocks that were simulated, at least 1.
    public init(_ traffic: CacheTraffic, scale: Double) {
        let sector = Double(MemoryRates.sectorBytes) * scale
        self.init(
            l1HitRate: traffic.l1HitRate, l2HitRate: traffic.l2HitRate, l2Bytes: Double(traffic.l2Bytes) * scale,
            dramReadBytes: Double(traffic.dramReads) * sector, dramWrittenBytes: Double(traffic.dramWrites) * sector)
    }

    /// Bytes between L2 and device memory, both ways.
    public var dramBytes: Double { dramReadBytes + dramWrittenBytes }
}
