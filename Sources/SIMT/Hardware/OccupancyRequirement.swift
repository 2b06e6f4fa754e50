/// What would let one more block of a kernel onto an SM, for one of the limits that keep it off.
public struct OccupancyRequirement: Sendable, Hashable, CustomStringConvertible {
    public let limiter: Occupancy.Limiter
    /// What the kernel uses now: threads per block, blocks per SM, registers per thread or bytes of shared memory.
    public let used: Int
    /// The most it may use for one more block to fit; nil where the hardware holds no more whatever the kernel uses.
    public let allowed: Int?

    public init(_ limiter: Occupancy.Limiter, used: Int, allowed: Int?) {
        self.limiter = limiter
        self.used = used
        self.allowed = allowed
    }

    /// Solves the rules of `Occupancy` for the use that admits a number of blocks.
    init(
        _ limiter: Occupancy.Limiter, blocks: Int, resources: KernelResources, limits: ResidencyLimits,
        carveOutBytes: Int
    ) {
        switch limiter {
        case .warps:
            let warps = limits.warps / blocks
            self.init(
                limiter, used: resources.threadsPerBlock, allowed: warps > 0 ? warps * GPUModel.warpSize : nil)
        case .blocks:
            self.init(limiter, used: blocks - 1, allowed: nil)
        case .registers:
            let warps = resources.warpsPerBlock * blocks
            let perPartition = (warps + limits.partitions - 1) / limits.partitions
            let units = limits.registers / limits.partitions / perPartition / limits.registerUnit
            let registers = units * limits.registerUnit / GPUModel.warpSize
            self.init(limiter, used: resources.registersPerThread, allowed: registers > 0 ? registers : nil)
        case .sharedMemory:
            let units = carveOutBytes / blocks / limits.sharedUnitBytes
            let bytes = units * limits.sharedUnitBytes - limits.reservedSharedBytes
            self.init(limiter, used: resources.sharedBytes, allowed: bytes >= 0 ? bytes : nil)
        }
    }

    public var description: String {
        guard let allowed else { return "\(limiter.rawValue): the SM holds no more" }
        let unit =
            switch limiter {
            case .warps: "threads per block"
            case .blocks: "blocks per SM"
            case .registers: "registers per thread"
            case .sharedMemory: "bytes of shared memory per block"
            }
        return "\(limiter.rawValue): \(used) \(unit), at most \(allowed) for one more block"
    }
}
