import KernelIR

/// Shared memory of a size that only the launch says, where arrays of fixed sizes would be refused.
///
/// Source: CUDA C++ Programming Guide, "Shared Memory" of each compute capability: 48 KB are for arrays of a fixed size,
/// more must be dynamic, and allowed by `cudaFuncAttributeMaxDynamicSharedMemorySize` before the launch.
extension CUDADialect {
    private static let greatestStaticBytes = 48 << 10

    func dynamicBytes(_ arrays: LocalArrays) -> Int {
        arrays.byteCount > Self.greatestStaticBytes ? arrays.byteCount : 0
    }

    func declarations(_ arrays: LocalArrays, _ names: [String]) -> [String] {
        guard dynamicBytes(arrays) > 0 else {
            return arrays.buffers.indices.map { number in
                array(names[number], arrays.types[number], count: arrays.buffers[number].count, isShared: true) + ";"
            }
        }
        let parts = arrays.buffers.indices.map { number in
            let type = storageType(arrays.types[number])
            return
                "\(type) *const \(names[number]) = reinterpret_cast<\(type) *>(kw_shared + \(arrays.offsets[number]));"
        }
        return ["extern __shared__ __align__(16) unsigned char kw_shared[];"] + parts
    }
}
