/// Something that a kernel cannot be faster than.
public enum TimingLimit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Issue slots of the schedulers.
    case issue
    /// FP32 lanes.
    case single
    /// Packed 16-bit lanes.
    case half
    /// FP64 lanes.
    case double
    /// Integer lanes.
    case integer
    /// Special functions and conversions.
    case special
    /// Tensor cores.
    case tensor
    /// Wavefronts of global and local accesses in L1.
    case l1
    /// Wavefronts of shared memory, bank conflicts included.
    case sharedMemory
    /// The load/store pipe that L1, shared memory and shuffles have in common.
    case loadStore
    /// The longest chain of dependent instructions, as far as resident warps cannot overlap it.
    case latency
    /// Waits for memory that a barrier exposes.
    case barriers
    /// Bytes between the SMs and L2.
    case l2
    /// Bytes between L2 and device memory.
    case dram
    /// Launching.
    case launch
}
