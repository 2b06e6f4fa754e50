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
    /// Atomics on the word that most of them update, counted per lane.
    public var hottestAtomics: Double

    public init(
        l1HitRate: Double = 0, l2HitRate: Double = 0, l2Bytes: Double = 0, dramReadBytes: Double = 0,
        dramWrittenBytes: Double = 0, hottestAtomics: Double = 0
    ) {
        self.l1HitRate = l1HitRate
        self.l2HitRate = l2HitRate
        self.l2Bytes = l2Bytes
        self.dramReadBytes = dramReadBytes
        self.dramWrittenBytes = dramWrittenBytes
        self.hottestAtomics = hottestAtomics
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

    /// Seconds that L2 takes: for its bytes, or for the atomics on one word where those take longer.
    func l2Seconds(on gpu: GPUModel) -> Double { max(byteSeconds(on: gpu), atomicSeconds(on: gpu)) }

    /// Whether atomics on one word keep L2 busy longer than its bytes do.
    func isBoundByAtomics(on gpu: GPUModel) -> Bool { atomicSeconds(on: gpu) > byteSeconds(on: gpu) }

    private func byteSeconds(on gpu: GPUModel) -> Double { l2Bytes / gpu.memory.l2BytesPerSecond }

    /// One cycle for each lane's atomic on one word.
    ///
    /// Atomics on one address are serialized (CUDA programming guide, "SIMT Architecture"); the rate is an assumption.
    /// It knows nothing of the sums of a warp that a compiler or L2 may make of reductions without a result.
    private func atomicSeconds(on gpu: GPUModel) -> Double { hottestAtomics / gpu.clockHertz }
}
