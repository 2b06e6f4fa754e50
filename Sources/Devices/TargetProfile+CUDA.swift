import KernelIR

extension TargetProfile {
    /// A GPU, simulated or not, as schedules see a device.
    ///
    /// A multiprocessor stands for a core; its own storage, of which shared memory is a part, for both caches of one.
    ///
    /// - Parameter name: what `cuda-` stands before.
    static func cuda(
        _ name: String, multiprocessors: Int, registersPerThread: Int, storageBytes: Int, l2Bytes: Int,
        limits: DeviceLimits, matrixFormats: [MatrixFormat]
    ) -> TargetProfile {
        TargetProfile(
            name: "cuda-\(name)", vectorWidths: [2, 4], vectorRegisters: registersPerThread / 2,
            cores: multiprocessors, l1Bytes: storageBytes, l2Bytes: storageBytes, l3Bytes: l2Bytes,
            localBytes: limits.localBytes, maxGroupSize: limits.maxGroupSize, matrixFormats: matrixFormats,
            prefersExplicitLanes: false)
    }
}
