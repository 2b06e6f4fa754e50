/// One GPU as the timing model sees it: sizes, rates and latencies, each with its unit.
///
/// The tables are in `GPUModel+Catalogue.swift`, with the source of every value.
public struct GPUModel: Sendable, Hashable {
    /// The part after `sim:` in a device's name, e.g. `a6000`.
    public var name: String
    /// The product that the table describes.
    public var product: String
    public var capability: ComputeCapability
    /// Streaming multiprocessors that the product has enabled.
    public var sms: Int
    /// The SM clock that kernels are assumed to run at: the boost clock, in cycles per second.
    public var clockHertz: Double
    public var residency: ResidencyLimits
    public var pipes: PipeRates
    /// Dense multiply-adds per SM and cycle by format; 0 where the hardware has none.
    public var tensorRates: Tally<TensorFormat>
    /// The part of the tensor rate that warp-wide `mma.sync` reaches; 1 where no wider instruction exists.
    public var warpMatrixEfficiency: Double
    public var memory: MemoryRates
    /// Seconds between two kernels queued back to back, above what the second one's own work takes.
    public var launchSeconds: Double
    /// Seconds from a free slot on an SM to the first instruction of the next block, and from its last one to the
    /// free slot.
    public var blockStartSeconds: Double
    /// Seconds that a block takes that loads one value per thread from device memory and ends, on an idle GPU.
    public var loadRoundTripSeconds: Double

    public init(
        name: String, product: String, capability: ComputeCapability, sms: Int, clockHertz: Double,
        residency: ResidencyLimits, pipes: PipeRates, tensorRates: Tally<TensorFormat>, warpMatrixEfficiency: Double,
        memory: MemoryRates, launchSeconds: Double, blockStartSeconds: Double, loadRoundTripSeconds: Double
    ) {
        self.name = name
        self.product = product
        self.capability = capability
        self.sms = sms
        self.clockHertz = clockHertz
        self.residency = residency
        self.pipes = pipes
        self.tensorRates = tensorRates
        self.warpMatrixEfficiency = warpMatrixEfficiency
        self.memory = memory
        self.launchSeconds = launchSeconds
        self.blockStartSeconds = blockStartSeconds
        self.loadRoundTripSeconds = loadRoundTripSeconds
    }

    /// Threads of a warp.
    public static let warpSize = 32

    /// FP32 operations per second that the data sheet would name: two per lane and cycle.
    public var nominalSingleFlopsPerSecond: Double { 2 * pipes.singleLanes * Double(sms) * clockHertz }

    /// FP32 operations per second that register-only code was measured to sustain on this GPU or its sibling.
    public var sustainedSingleFlopsPerSecond: Double { nominalSingleFlopsPerSecond * pipes.singleEfficiency }

    /// Dense tensor operations per second of a format: two per multiply-add; 0 where the hardware has none.
    public func tensorFlopsPerSecond(_ format: TensorFormat) -> Double {
        2 * tensorRates[format] * Double(sms) * clockHertz
    }

    /// Bytes that are left for L1 cache beside a carve-out for shared memory.
    public func l1Bytes(besideCarveOut carveOutBytes: Int) -> Int { residency.unifiedBytes - carveOutBytes }
}
