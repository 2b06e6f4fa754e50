// Sources, by their names below:
//   xla          openxla/xla, xla/backends/gpu/target_config/specs/*.txtpb
//   guide        CUDA programming guide, technical specifications and arithmetic throughput per compute capability
//   occupancy    cuda_occupancy.h of CUDA 13.5
//   gpu-benches  te42kyfo/gpu-benches, the result files of the named benchmark; each gives its recorded clock
//   hpmll        HPMLL/NVIDIA-Hopper-Benchmark, random_latency
//   gpgpu-sim    accel-sim/gpgpu-sim_distribution, configs/tested-cfgs
//   data sheet   NVIDIA's figures for the product, not measured by anybody named here
// Where a value was measured on a sibling (A40, L40, H100 PCIe, H200), the comment says so.

extension GPUModel {
    /// Every GPU in the catalogue, in the order `devices` lists them.
    public static let all: [GPUModel] = [.a100, .a6000, .h100, .rtx4090]

    /// The GPU of a name such as `a6000` or `sim:a6000`; nil where the catalogue has none.
    public static func named(_ name: String) -> GPUModel? {
        let bare = name.hasPrefix("sim:") ? String(name.dropFirst(4)) : name
        return all.first { $0.name == bare }
    }

    /// A100 SXM4 with 80 GB.
    ///
    /// Measured on the part itself, save that FP32 efficiency and the block's round trip come from the 40 GB part.
    public static let a100 = GPUModel(
        name: "a100", product: "A100 SXM4 80 GB", capability: ComputeCapability(8, 0),
        sms: 108, clockHertz: 1.41e9,  // xla
        residency: ResidencyLimits(
            warps: 64, blocks: 32, carveOutBytes: kibibytes(0, 8, 16, 32, 64, 100, 132, 164),  // occupancy
            unifiedBytes: 192 << 10),  // guide
        pipes: PipeRates(
            singleLanes: 64, singleEfficiency: 0.985,  // gpu-benches roofline, A100 40 GB: 19.2 of 19.5 TFLOP/s
            halfLanes: 128, doubleLanes: 32, integerTakesSingleLanes: false),  // guide
        tensorRates: [  // data sheet: 312, 312, 156 TFLOP/s, 624 TOP/s, 19.5 TFLOP/s
            .halfIntoSingle: 1024, .halfIntoHalf: 1024, .tf32: 512, .int8: 2048, .double: 64,
        ],
        warpMatrixEfficiency: 1,
        memory: MemoryRates(
            dramBytesPerSecond: 1.75e12,  // gpu-benches stream: 1769 reading, 1732 scaling, of 2039 GB/s
            l2BytesPerSecond: 5.4e12, l1BytesPerCycle: 128,  // gpu-benches l2-cache and strides
            l2Bytes: 40 << 20,  // xla
            sharedLatencyCycles: 23,  // Abdelkhalik et al., arXiv:2208.11174, table IV
            l1LatencyCycles: 36, l2LatencyCycles: 211,  // gpu-benches latency; the far partition takes up to 407
            dramLatencySeconds: 404e-9),  // gpu-benches latency: 570 cycles at 1.41 GHz
        launchSeconds: 2.0e-6,  // gpu-benches small-kernels: 64 KiB in 2.67 µs, less one round trip
        blockStartSeconds: 0.24e-6,  // what the round trip leaves beside memory and about 50 cycles of instructions
        loadRoundTripSeconds: 0.683e-6)  // gpu-benches stream, A100 40 GB: two warps on each SM read 81 GB/s

    /// RTX A6000.
    ///
    /// Measured values are those of the A40: the same GA102 with 84 SMs and the same 300 W, but 696 GB/s of memory.
    public static let a6000 = GPUModel(
        name: "a6000", product: "RTX A6000", capability: ComputeCapability(8, 6),
        sms: 84, clockHertz: 1.80e9,  // xla
        residency: ResidencyLimits(
            warps: 48, blocks: 16, carveOutBytes: kibibytes(0, 8, 16, 32, 64, 100),  // occupancy
            unifiedBytes: 128 << 10),  // guide
        pipes: PipeRates(
            // gpu-benches roofline, A40: 23.7 TFLOP/s of the 38.7 that the A6000 would do at its boost clock.
            singleLanes: 128, singleEfficiency: 0.612,
            halfLanes: 64, doubleLanes: 2, integerTakesSingleLanes: true),  // guide
        tensorRates: [.halfIntoSingle: 512, .halfIntoHalf: 512, .tf32: 256, .int8: 1024],  // data sheet: 155 TFLOP/s
        warpMatrixEfficiency: 1,
        memory: MemoryRates(
            dramBytesPerSecond: 0.736e12,  // gpu-benches stream, A40: 679 reading, 655 scaling, of 696; here of 768
            l2BytesPerSecond: 2.4e12, l1BytesPerCycle: 64,  // gpu-benches cache and strides, A40
            l2Bytes: 6 << 20,  // xla
            sharedLatencyCycles: 29, l1LatencyCycles: 39, l2LatencyCycles: 187,  // gpgpu-sim, SM86_RTX3070
            // Not measured on a GA102: what the round trip below leaves beside block start and instructions. It lies
            // between the L40's 254 ns and the 334 ns of gpgpu-sim's RTX 3070.
            dramLatencySeconds: 300e-9),
        launchSeconds: 1.5e-6,  // gpu-benches small-kernels, A40: 64 KiB in 2.05 µs, less one round trip
        blockStartSeconds: 0.19e-6,  // between those of A100 and L40
        loadRoundTripSeconds: 0.524e-6)  // gpu-benches stream, A40: two warps on each SM read 82 GB/s

    /// H100 SXM5.
    ///
    /// FP32 efficiency, L2 rate and round trip are those of the H200 (the same die and SMs); latencies are those of the
    /// H100 PCIe, whose measured fraction of the memory peak is applied to the SXM part's 3352 GB/s.
    public static let h100 = GPUModel(
        name: "h100", product: "H100 SXM5", capability: ComputeCapability(9, 0),
        sms: 132, clockHertz: 1.98e9,  // xla
        residency: ResidencyLimits(
            warps: 64, blocks: 32,
            carveOutBytes: kibibytes(0, 8, 16, 32, 64, 100, 132, 164, 196, 228),  // occupancy
            unifiedBytes: 256 << 10),  // guide
        pipes: PipeRates(
            singleLanes: 128, singleEfficiency: 0.637,  // gpu-benches roofline, H200: 42.6 of 66.9 TFLOP/s
            halfLanes: 128, doubleLanes: 64, integerTakesSingleLanes: false),  // guide
        // data sheet, with wgmma: 989, 989, 495 TFLOP/s, 1979 TFLOP/s and TOP/s, 67 TFLOP/s. Tensor cores clock at 1.83
        // GHz (xla); the factor gives the rate per cycle of the SM clock above.
        tensorRates: [
            .halfIntoSingle: 2048, .halfIntoHalf: 2048, .tf32: 1024, .fp8: 4096, .int8: 4096, .double: 128,
        ] * (1.83 / 1.98),
        warpMatrixEfficiency: 0.62,  // Luo et al., arXiv:2402.13499: mma.sync averages 62.9 % of the peak on Hopper
        memory: MemoryRates(
            dramBytesPerSecond: 2.98e12,  // gpu-benches stream, H100 PCIe: 1942 reading, 1704 scaling, of 2039 GB/s
            l2BytesPerSecond: 9.7e12, l1BytesPerCycle: 128,  // gpu-benches l2-cache and strides, H200
            l2Bytes: 50 << 20,  // xla
            sharedLatencyCycles: 29,  // as on GA10x; not measured on this part
            l1LatencyCycles: 34, l2LatencyCycles: 265,  // gpu-benches latency, H100 PCIe; far up to 475
            dramLatencySeconds: 366e-9),  // the same: 642 cycles at 1.755 GHz
        launchSeconds: 1.9e-6,  // gpu-benches small-kernels, H200: 64 KiB in 2.5 µs, less one round trip
        blockStartSeconds: 0.155e-6,  // what the round trip leaves beside memory and about 50 cycles of instructions
        loadRoundTripSeconds: 0.549e-6)  // gpu-benches stream, H200: two warps on each SM read 123 GB/s

    /// GeForce RTX 4090.
    ///
    /// Measured values are those of the L40, the same AD102 with 142 SMs and 300 W, save latencies.
    public static let rtx4090 = GPUModel(
        name: "rtx4090", product: "GeForce RTX 4090", capability: ComputeCapability(8, 9),
        sms: 128, clockHertz: 2.52e9,  // data sheet
        residency: ResidencyLimits(
            warps: 48, blocks: 24, carveOutBytes: kibibytes(0, 8, 16, 32, 64, 100),  // occupancy
            unifiedBytes: 128 << 10),  // guide
        pipes: PipeRates(
            singleLanes: 128, singleEfficiency: 0.63,  // gpu-benches roofline, L40: 50.9 TFLOP/s at 2.22 GHz
            halfLanes: 64, doubleLanes: 2, integerTakesSingleLanes: true),  // guide
        // data sheet: 165, 330, 82.6 TFLOP/s, 330 TFLOP/s, 660 TOP/s; GeForce sums in fp32 at half rate.
        tensorRates: [.halfIntoSingle: 256, .halfIntoHalf: 512, .tf32: 128, .fp8: 512, .int8: 1024],
        warpMatrixEfficiency: 1,
        memory: MemoryRates(
            dramBytesPerSecond: 0.947e12,  // gpu-benches stream, L40: 844 reading, 780 scaling, of 864; here of 1008
            l2BytesPerSecond: 4.7e12,  // gpu-benches l2-cache, L40: 5.2e12 for 142 SMs, scaled to 128
            l1BytesPerCycle: 64,  // gpu-benches cache, L40
            l2Bytes: 72 << 20,  // data sheet
            sharedLatencyCycles: 29,  // as on GA10x; not measured on this part
            l1LatencyCycles: 36, l2LatencyCycles: 285,  // hpmll, RTX 4090
            dramLatencySeconds: 244e-9),  // the same: 521 to 572 cycles at 2.235 GHz
        launchSeconds: 1.2e-6,  // gpu-benches small-kernels, L40: 64 KiB in 1.64 µs, less one round trip
        blockStartSeconds: 0.17e-6,  // what the round trip leaves beside memory and about 50 cycles of instructions
        loadRoundTripSeconds: 0.446e-6)  // gpu-benches stream, L40: two warps on each SM read 163 GB/s

    private static func kibibytes(_ sizes: Int...) -> [Int] { sizes.map { $0 << 10 } }
}
