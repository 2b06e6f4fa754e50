/// What one block of a kernel asks of an SM.
public struct KernelResources: Sendable, Hashable, Codable {
    public var threadsPerBlock: Int
    /// 32-bit registers per thread, as ptxas or cuobjdump reports them.
    public var registersPerThread: Int
    /// Shared memory that the kernel declares, in bytes, without the driver's reserve.
    public var staticSharedBytes: Int
    /// Shared memory that the launch adds, in bytes.
    public var dynamicSharedBytes: Int
    /// The carve-out that the program asks for, in bytes; nil leaves the choice to the driver.
    public var preferredCarveOutBytes: Int?
    /// Local memory of a thread, in bytes: arrays, spilled registers, the stack of calls; nil where nobody has said.
    public var localBytesPerThread: Int?

    public init(
        threadsPerBlock: Int, registersPerThread: Int, staticSharedBytes: Int = 0, dynamicSharedBytes: Int = 0,
        preferredCarveOutBytes: Int? = nil, localBytesPerThread: Int? = nil
    ) {
        self.threadsPerBlock = threadsPerBlock
        self.registersPerThread = registersPerThread
        self.staticSharedBytes = staticSharedBytes
        self.dynamicSharedBytes = dynamicSharedBytes
        self.preferredCarveOutBytes = preferredCarveOutBytes
        self.localBytesPerThread = localBytesPerThread
    }

    /// Warps of a block; the last one may be partly filled.
    public var warpsPerBlock: Int { (threadsPerBlock + GPUModel.warpSize - 1) / GPUModel.warpSize }

    /// Shared memory of a block without the driver's reserve, in bytes.
    public var sharedBytes: Int { staticSharedBytes + dynamicSharedBytes }
}
