/// Rates, sizes and latencies of the memory levels of a GPU.
public struct MemoryRates: Sendable, Hashable {
    /// Bytes of a cache line, at every level.
    public static let lineBytes = 128
    /// Bytes of a sector: the unit that moves between levels, at every level.
    public static let sectorBytes = 32

    /// What device memory sustains, reading and writing mixed, in bytes per second.
    public var dramBytesPerSecond: Double
    /// What L2 sustains to all SMs together, in bytes per second.
    public var l2BytesPerSecond: Double
    /// What L1 returns to the registers of its SM for global loads, in bytes per cycle.
    public var l1BytesPerCycle: Double
    /// Lines whose tags L1 looks up per cycle.
    ///
    /// "The L1 tag stage can resolve 4 sets × 4 sectors per cycle" (NVIDIA, forums.developer.nvidia.com thread
    /// 312884); gpu-benches' gpu-strides agrees on A40, A100 and H200: 32 lines take 8.0 to 8.3 tag wavefronts.
    public var tagLinesPerCycle = 4.0
    /// Capacity of L2, in bytes.
    public var l2Bytes: Int
    /// Cycles of the SM clock from a load in shared memory to its use.
    public var sharedLatencyCycles: Double
    /// Cycles from a global load to its use when L1 has the sector.
    public var l1LatencyCycles: Double
    /// Cycles from a global load to its use when L2 has the sector, in the near partition where L2 has two.
    public var l2LatencyCycles: Double
    /// Seconds from a global load to its use when device memory must answer, unloaded.
    public var dramLatencySeconds: Double

    public init(
        dramBytesPerSecond: Double, l2BytesPerSecond: Double, l1BytesPerCycle: Double, l2Bytes: Int,
        sharedLatencyCycles: Double, l1LatencyCycles: Double, l2LatencyCycles: Double, dramLatencySeconds: Double
    ) {
        self.dramBytesPerSecond = dramBytesPerSecond
        self.l2BytesPerSecond = l2BytesPerSecond
        self.l1BytesPerCycle = l1BytesPerCycle
        self.l2Bytes = l2Bytes
        self.sharedLatencyCycles = sharedLatencyCycles
        self.l1LatencyCycles = l1LatencyCycles
        self.l2LatencyCycles = l2LatencyCycles
        self.dramLatencySeconds = dramLatencySeconds
    }
}
