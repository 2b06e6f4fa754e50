import COpenCL
import KernelIR

extension OpenCLDevice {
    static func kind(_ type: cl_device_type) -> DeviceKind {
        if type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0 { return .cpu }
        return type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0 ? .gpu : .accelerator
    }

    /// The language, with the part of a platform's version that names LLVM.
    static func compiler(language: String, platform: String) -> String {
        let parts = platform.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
        let language = language.split(separator: " ").joined(separator: " ")
        return ([language] + parts.filter { $0.hasPrefix("LLVM") }).joined(separator: ", ")
    }

    static func limits(_ device: cl_device_id) throws(CLStatus) -> DeviceLimits {
        DeviceLimits(
            maxBlock: try device.sizes(CL_DEVICE_MAX_WORK_ITEM_SIZES),
            maxGroupSize: try device.info(CL_DEVICE_MAX_WORK_GROUP_SIZE, 0),
            localBytes: Int(clamping: try device.info(CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong(0))),
            maxBufferBytes: Int(clamping: try device.info(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong(0))),
            globalBytes: Int(clamping: try device.info(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong(0))))
    }

    /// What schedules need to know; cache sizes of a CPU come from the operating system.
    static func profile(
        _ device: cl_device_id, kind: DeviceKind, limits: DeviceLimits
    ) throws(CLStatus) -> TargetProfile {
        let lanes = Int(try device.info(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint(0)))
        let widths = [4, 8, 16].filter { $0 <= lanes }
        let topology = kind == .cpu ? CPUTopology.read() : nil
        let lastLevel = Int(clamping: try device.info(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, cl_ulong(0)))
        return TargetProfile(
            name: kind == .cpu ? cpuName(lanes: lanes) : "\(kind.rawValue)-opencl",
            vectorWidths: widths.isEmpty ? [4] : widths,
            vectorRegisters: topology?.vectorRegisters ?? 32,
            cores: Int(try device.info(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint(0))),
            l1Bytes: topology?.cacheBytes[1] ?? 32 << 10,
            l2Bytes: topology?.cacheBytes[2] ?? 1 << 20,
            l3Bytes: topology?.cacheBytes[3] ?? max(lastLevel, 1 << 20),
            localBytes: limits.localBytes, maxGroupSize: limits.maxGroupSize, prefersExplicitLanes: kind == .cpu)
    }

    private static func cpuName(lanes: Int) -> String {
        #if arch(x86_64)
            lanes >= 16 ? "cpu-avx512" : lanes >= 8 ? "cpu-avx2" : "cpu-sse"
        #else
            "cpu-neon"
        #endif
    }
}
