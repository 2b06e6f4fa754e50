/// What one SM can hold at once, and in which units it is handed out.
///
/// Source of the rules and granularities: NVIDIA's `cuda_occupancy.h` (CUDA 13.5); of the sizes: the CUDA programming
/// guide, table "Technical Specifications per Compute Capability".
public struct ResidencyLimits: Sendable, Hashable {
    /// Warps that an SM holds.
    public var warps: Int
    /// Blocks that an SM holds.
    public var blocks: Int
    /// Carve-outs for shared memory that the unified storage supports, in bytes, ascending.
    public var carveOutBytes: [Int]
    /// Unified storage of L1 cache and shared memory, in bytes.
    public var unifiedBytes: Int
    /// Threads that one block may have.
    public var threadsPerBlock = 1024
    /// 32-bit registers of an SM; one block may use all of them.
    public var registers = 65_536
    /// Registers that one thread may use.
    public var registersPerThread = 255
    /// Registers are handed to a warp in multiples of this.
    public var registerUnit = 256
    /// Sub-partitions of an SM, each with its own scheduler, units and an equal part of the registers.
    public var partitions = 4
    /// Shared memory is handed to a block in multiples of this many bytes.
    public var sharedUnitBytes = 128
    /// Shared memory that the driver keeps for itself in every block, in bytes.
    public var reservedSharedBytes = 1024

    public init(warps: Int, blocks: Int, carveOutBytes: [Int], unifiedBytes: Int) {
        self.warps = warps
        self.blocks = blocks
        self.carveOutBytes = carveOutBytes
        self.unifiedBytes = unifiedBytes
    }

    /// Shared memory of an SM at the largest carve-out, in bytes.
    public var sharedBytes: Int { carveOutBytes.last ?? 0 }

    /// Shared memory that one block may use, opt-in included, in bytes.
    public var sharedBytesPerBlock: Int { sharedBytes - reservedSharedBytes }
}
