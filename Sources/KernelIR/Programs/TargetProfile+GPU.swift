/// NVIDIA's devices, one for each architecture that CUDA sources are written for.
///
/// Registers are those one thread may have, in place of vector registers; cores are multiprocessors. The first-level
/// cache and shared memory are one memory. A multiprocessor has no second-level cache of its own: `l2Bytes` is its share
/// of the device's, `l3Bytes` all of it. `localBytes` is what a kernel may ask for at its launch.
///
/// Sources: CUDA C++ Programming Guide, "Technical Specifications per Compute Capability" (registers, shared memory,
/// group sizes); OpenXLA's device specifications and NVIDIA's data sheets (multiprocessors, second-level caches).
extension TargetProfile {
    /// A T4, of architecture sm_75.
    public static let sm75 = gpu(75, multiprocessors: 40, l1Kilobytes: 96, localKilobytes: 64, l2Megabytes: 4)
    /// An A100 with 80 GB, of architecture sm_80.
    public static let sm80 = gpu(80, multiprocessors: 108, l1Kilobytes: 192, localKilobytes: 163, l2Megabytes: 40)
    /// An RTX A6000, of architecture sm_86.
    public static let sm86 = gpu(86, multiprocessors: 84, l1Kilobytes: 128, localKilobytes: 99, l2Megabytes: 6)
    /// An RTX 4090, of architecture sm_89.
    public static let sm89 = gpu(89, multiprocessors: 128, l1Kilobytes: 128, localKilobytes: 99, l2Megabytes: 72)
    /// An H100 SXM, of architecture sm_90.
    public static let sm90 = gpu(90, multiprocessors: 132, l1Kilobytes: 256, localKilobytes: 227, l2Megabytes: 50)

    /// Every profile of a GPU, the oldest architecture first.
    public static let gpus: [TargetProfile] = [sm75, sm80, sm86, sm89, sm90]

    /// Whether work-items run in step by 32 and can read each other's registers.
    public var hasWarps: Bool { !prefersExplicitLanes }

    private static func gpu(
        _ architecture: Int, multiprocessors: Int, l1Kilobytes: Int, localKilobytes: Int, l2Megabytes: Int
    ) -> TargetProfile {
        TargetProfile(
            name: "gpu-sm\(architecture)", vectorWidths: [2, 4], vectorRegisters: 255, cores: multiprocessors,
            l1Bytes: l1Kilobytes << 10, l2Bytes: (l2Megabytes << 20) / multiprocessors, l3Bytes: l2Megabytes << 20,
            localBytes: localKilobytes << 10, maxGroupSize: 1024,
            matrixFormats: MatrixFormat.all(ofArchitecture: architecture), prefersExplicitLanes: false)
    }
}
