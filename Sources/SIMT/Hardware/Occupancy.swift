/// How many blocks of a kernel an SM holds at once, and why not more.
///
/// Follows the rules of NVIDIA's `cuda_occupancy.h` (CUDA 13.5) for compute capabilities 8.0 to 9.0. Its limit of block
/// barriers on 9.0 is left out: kernels with more than one named barrier are rare, and none reaches it.
public struct Occupancy: Sendable, Hashable {
    /// What keeps one more block off an SM.
    public enum Limiter: String, Sendable, Hashable, Codable, CaseIterable {
        case warps, blocks, registers, sharedMemory
    }

    public let resources: KernelResources
    /// Blocks that an SM holds at once; at least 1.
    public let blocksPerSM: Int
    /// Warps of the resident blocks.
    public let activeWarps: Int
    /// Warps that an SM could hold.
    public let maximumWarps: Int
    /// The limits that equal `blocksPerSM`, in the order of `Limiter`.
    public let limiters: [Limiter]
    /// Blocks per SM that the warp slots allow.
    public let blocksByWarps: Int
    /// Blocks per SM that the block slots allow.
    public let blocksBySlots: Int
    /// Blocks per SM that the registers allow.
    public let blocksByRegisters: Int
    /// Blocks per SM that shared memory allows.
    public let blocksBySharedMemory: Int
    /// Registers handed to one block.
    public let allocatedRegistersPerBlock: Int
    /// Shared memory handed to one block with the driver's reserve, in bytes.
    public let allocatedSharedBytesPerBlock: Int
    /// The carve-out for shared memory, in bytes.
    public let carveOutBytes: Int
    /// What is left for L1, in bytes.
    public let l1Bytes: Int
    /// For each limiter, what would let one more block in.
    public let requirements: [OccupancyRequirement]

    /// Computes the occupancy of a kernel; throws where not even one block fits.
    ///
    /// Without a preferred carve-out the smallest one is taken that does not cost a resident block. The driver's own
    /// choice is not documented; this is the one that leaves the most to L1 at the same occupancy.
    public init(of resources: KernelResources, on gpu: GPUModel) throws(LaunchError) {
        let limits = gpu.residency
        let blockWarps = resources.warpsPerBlock
        try Self.check(resources, limits)

        let registersPerWarp = limits.registerAllocation(perThread: resources.registersPerThread)
        let sharedPerBlock = limits.sharedAllocation(perBlock: resources.sharedBytes)
        let warpsByRegisters =
            registersPerWarp == 0
            ? Int.max : limits.registers / limits.partitions / registersPerWarp * limits.partitions
        let largest = try Self.largestCarveOut(resources, limits, needed: sharedPerBlock)

        blocksByWarps = limits.warps / blockWarps
        blocksBySlots = limits.blocks
        blocksByRegisters = warpsByRegisters == Int.max ? Int.max : warpsByRegisters / blockWarps
        blocksBySharedMemory = largest / sharedPerBlock
        let blocks = min(blocksByWarps, blocksBySlots, blocksByRegisters, blocksBySharedMemory)

        self.resources = resources
        blocksPerSM = blocks
        activeWarps = blocks * blockWarps
        maximumWarps = limits.warps
        allocatedRegistersPerBlock = registersPerWarp * blockWarps
        allocatedSharedBytesPerBlock = sharedPerBlock
        // The driver's reserve takes its place even where the kernel has no shared memory of its own.
        let enough = limits.carveOutBytes.first { $0 >= blocks * sharedPerBlock } ?? largest
        carveOutBytes = resources.preferredCarveOutBytes == nil ? enough : largest
        l1Bytes = gpu.l1Bytes(besideCarveOut: carveOutBytes)

        let byLimiter: [(Limiter, Int)] = [
            (.warps, blocksByWarps), (.blocks, blocksBySlots), (.registers, blocksByRegisters),
            (.sharedMemory, blocksBySharedMemory),
        ]
        limiters = byLimiter.filter { $0.1 == blocks }.map(\.0)
        requirements = limiters.map {
            OccupancyRequirement($0, blocks: blocks + 1, resources: resources, limits: limits, carveOutBytes: largest)
        }
    }

    /// Resident warps over the warps an SM could hold, 0…1.
    public var fraction: Double { Double(activeWarps) / Double(maximumWarps) }

    private static func check(_ resources: KernelResources, _ limits: ResidencyLimits) throws(LaunchError) {
        guard resources.threadsPerBlock > 0, resources.registersPerThread >= 0, resources.staticSharedBytes >= 0,
            resources.dynamicSharedBytes >= 0
        else {
            throw LaunchError(.extent, "a block of nothing", hint: "threads must be positive, the rest not negative")
        }
        guard resources.threadsPerBlock <= limits.threadsPerBlock else {
            throw LaunchError(
                .threads, "\(resources.threadsPerBlock) threads per block", hint: "at most \(limits.threadsPerBlock)")
        }
        guard resources.registersPerThread <= limits.registersPerThread else {
            throw LaunchError(
                .registers, "\(resources.registersPerThread) registers per thread",
                hint: "at most \(limits.registersPerThread)")
        }
        // The hardware's check assumes that every partition gets as many warps as the fullest one.
        let warps = (resources.warpsPerBlock + limits.partitions - 1) / limits.partitions * limits.partitions
        let registers = limits.registerAllocation(perThread: resources.registersPerThread) * warps
        guard registers <= limits.registers else {
            throw LaunchError(
                .registers, "\(registers) registers per block",
                hint: "at most \(limits.registers): fewer threads or fewer registers per thread")
        }
        guard resources.sharedBytes <= limits.sharedBytesPerBlock else {
            throw LaunchError(
                .sharedMemory, "\(resources.sharedBytes) bytes of shared memory per block",
                hint: "at most \(limits.sharedBytesPerBlock)")
        }
    }

    /// The carve-out that decides how many blocks fit: all of it, or the supported size at or above the preferred one.
    /// One that holds not even one block is raised until it does.
    private static func largestCarveOut(
        _ resources: KernelResources, _ limits: ResidencyLimits, needed: Int
    ) throws(LaunchError) -> Int {
        guard let preferred = resources.preferredCarveOutBytes else { return limits.sharedBytes }
        guard let size = limits.carveOutBytes.first(where: { $0 >= max(preferred, needed) }) else {
            throw LaunchError(
                .carveOut, "a carve-out of \(preferred) bytes", hint: "at most \(limits.sharedBytes)")
        }
        return size
    }
}

extension ResidencyLimits {
    /// Registers handed to a warp whose threads use this many each.
    func registerAllocation(perThread registers: Int) -> Int {
        (registers * GPUModel.warpSize + registerUnit - 1) / registerUnit * registerUnit
    }

    /// Shared memory handed to a block that uses this many bytes, with the driver's reserve, in bytes.
    func sharedAllocation(perBlock bytes: Int) -> Int {
        (bytes + reservedSharedBytes + sharedUnitBytes - 1) / sharedUnitBytes * sharedUnitBytes
    }
}
