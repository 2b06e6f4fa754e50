/// The constants of the timing model that no data sheet gives.
public struct TimingConstants: Sendable, Hashable {
    /// The wait that a barrier exposes, in round trips to device memory (`GPUModel.loadRoundTripSeconds`).
    ///
    /// Not fitted: the round trip holds more than the load (a block's start and end), a phase does as well (the store
    /// to shared memory, two barriers, the refill of the pipes), and one is taken for the other. On the ten kernels of
    /// the sgemm ladder any value from 0.8 to 1.3 errs by 9 to 11 % on average, and 0 by 28 %.
    public var barrierRoundTrips = 1.0
    /// Cycles until a dependent FP32, 16-bit or integer instruction can issue: 4 on 8.x (GPGPU-Sim's SM86_RTX3070, and
    /// Abdelkhalik et al., arXiv:2208.11174, table V).
    public var arithmeticLatencyCycles = 4.0
    /// The same for special functions and conversions (SM86_RTX3070).
    public var specialLatencyCycles = 21.0
    /// The same for FP64 (Abdelkhalik et al.: 4 between independent ones, 8 and more dependent).
    public var doubleLatencyCycles = 8.0
    /// The same for matrix instructions: HMMA.16816 takes about 33 cycles on 8.x (Sun et al., arXiv:2206.02874).
    public var tensorLatencyCycles = 33.0
    /// Cycles that a warp is held at a barrier at which no other warp is late: about a trip to shared memory.
    public var barrierCycles = 30.0
    /// From this part of the load/store pipe's time on, the bottleneck is named by the part instead of the pipe.
    public var namingShare = 0.8

    public init() {}
}
