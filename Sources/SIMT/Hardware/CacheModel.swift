/// The caches of a GPU, fed with the sectors that sampled blocks touch, in the order they touch them.
///
/// L1 is one per SM, writes through and takes no sector in for a store; atomics are done in L2 (CUDA programming guide,
/// "Global Memory" of compute capability 5.x and later). L2 is one for all SMs, writes back, and takes a written sector
/// in without reading it: stores are counted as if they filled their sectors. Both replace the least recently used
/// line; the hardware's own replacement is not documented. Time plays no part, so sectors on their way count as there.
public struct CacheModel: Sendable {
    /// How an instruction reaches memory.
    public enum Access: String, Sendable, Hashable, Codable, CaseIterable {
        case load
        /// A load that skips L1: `ld.cg`, `ld.volatile`, `cp.async.cg`.
        case loadPastL1
        case store
        /// A read-modify-write in L2, with or without a result.
        case atomic
    }

    /// Lines of a set: GPGPU-Sim's tested configurations have 16 in L2. L1 has four sets of very many lines on Volta (Jia et al.,
    /// arXiv:1804.06826, table 3.1), so that strides of a power of two hardly collide: it gets sets that are spread, as L2.
    private static let ways = 16

    /// What moved so far.
    public private(set) var traffic = CacheTraffic()
    private var l1: [SectorCache]
    private var l2: SectorCache

    /// Empty caches.
    ///
    /// - Parameters:
    ///   - gpu: gives the size of L2.
    ///   - l1Bytes: the size of each L1, as `Occupancy` gives it.
    ///   - sms: SMs that are simulated, at least 1.
    ///   - l2Share: the part of L2 that the simulated blocks have to themselves, 0…1. Where only some SMs are
    ///     simulated, the others would fill the rest with what they do not share.
    public init(gpu: GPUModel, l1Bytes: Int, sms: Int, l2Share: Double = 1) {
        let empty = SectorCache(bytes: l1Bytes, ways: Self.ways, spreadsSets: true)
        l1 = Array(repeating: empty, count: max(1, sms))
        l2 = SectorCache(bytes: Int(Double(gpu.memory.l2Bytes) * l2Share), ways: Self.ways, spreadsSets: true)
    }

    /// Passes one sector of one instruction through the caches.
    ///
    /// - Parameters:
    ///   - access: how the instruction reaches memory.
    ///   - address: any byte address in the sector.
    ///   - sm: the number of the simulated SM whose warp executes it, counted from 0.
    public mutating func access(_ access: Access, _ address: UInt64, sm: Int = 0) {
        switch access {
        case .load:
            traffic.l1Loads += 1
            if l1[sm].access(address).isHit {
                traffic.l1LoadHits += 1
            } else {
                readL2(address)
            }
        case .loadPastL1:
            readL2(address)
        case .store:
            traffic.l1Stores += 1
            _ = l1[sm].access(address, allocates: false)
            writeL2(address)
        case .atomic:
            readL2(address)
            writeL2(address)
        }
    }

    /// A kernel begins: every L1 forgets what it holds, L2 keeps it.
    public mutating func beginKernel() {
        for sm in l1.indices { l1[sm].invalidate() }
    }

    /// Writes everything back that L2 still holds and device memory has not; counts it as written to device memory.
    public mutating func writeBack() {
        traffic.dramWrites += l2.clean()
    }

    private mutating func readL2(_ address: UInt64) {
        traffic.l2Reads += 1
        let outcome = l2.access(address)
        if outcome.isHit { traffic.l2Hits += 1 } else { traffic.dramReads += 1 }
        traffic.dramWrites += outcome.writtenBackSectors
    }

    private mutating func writeL2(_ address: UInt64) {
        traffic.l2Writes += 1
        let outcome = l2.access(address, writes: true)
        if outcome.isHit { traffic.l2Hits += 1 }
        traffic.dramWrites += outcome.writtenBackSectors
    }
}
