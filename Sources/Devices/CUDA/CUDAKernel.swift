import CCUDADriver
import KernelIR
import Rendering

/// A kernel of a loaded program, and what the driver tells of it.
struct CUDAKernel {
    let name: String
    private let raw: OpaquePointer
    /// Keeps the code loaded.
    private let module: CUDAModule
    /// Bytes of each parameter, in order.
    private let parameterBytes: [Int]
    /// Threads of a block, by the registers and bounds of the kernel.
    private let maxThreads: Int
    /// Bytes of shared memory that the kernel itself declares.
    private let sharedBytes: Int

    init(_ name: String, _ raw: OpaquePointer, in module: CUDAModule) throws(CUDAStatus) {
        let driver = module.context.driver
        func attribute(_ key: Int32) throws(CUDAStatus) -> Int {
            var value: Int32 = 0
            try driver.check(ccuda_kernel_attribute(driver.raw, &value, key, raw))
            return Int(value)
        }
        (self.name, self.raw, self.module) = (name, raw, module)
        maxThreads = try attribute(CCUDA_KERNEL_THREADS_PER_BLOCK)
        sharedBytes = try attribute(CCUDA_KERNEL_SHARED_BYTES)
        parameterBytes = try Self.parameterBytes(raw, driver)
    }

    /// The first contradiction between a launch and the kernel or the device, or nil.
    func firstProblem(in launch: Solution.Launch, limits: DeviceLimits, maxGrid: [Int]) -> String? {
        guard launch.arguments.count == parameterBytes.count else {
            return "the kernel has \(parameterBytes.count) parameters, the launch gives \(launch.arguments.count)"
        }
        for (index, argument) in launch.arguments.enumerated() {
            if let problem = problem(argument, index) { return problem }
        }
        if let problem = Self.extentProblem("grid", launch.grid, maxGrid) { return problem }
        if let problem = Self.extentProblem("block", launch.block, limits.maxBlock) { return problem }
        guard launch.block.reduce(1, *) <= maxThreads else {
            return "block \(launch.block) exceeds this kernel's \(maxThreads) threads"
        }
        guard launch.sharedBytes >= 0, sharedBytes + launch.sharedBytes <= limits.localBytes else {
            return "\(sharedBytes) and \(launch.sharedBytes) bytes of shared memory exceed \(limits.localBytes)"
        }
        return nil
    }

    /// Lets launches add as much shared memory; beyond 48 KiB nobody may without saying so
    /// (https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__EXEC.html, `cuFuncSetAttribute`).
    func allowDynamicShared(_ bytes: Int) throws(CUDAStatus) {
        let driver = module.context.driver
        let bytes = Int32(clamping: bytes)
        try driver.check(ccuda_kernel_set_attribute(driver.raw, raw, CCUDA_KERNEL_DYNAMIC_SHARED_BYTES, bytes))
    }

    /// Puts a launch into a stream; three extents each.
    func launch(
        grid: [UInt32], block: [UInt32], sharedBytes: Int, arguments: CUDAArguments, on stream: CUDAStream
    ) throws(CUDAStatus) {
        let driver = module.context.driver
        try driver.check(
            ccuda_launch(
                driver.raw, raw, grid, block, UInt32(clamping: sharedBytes), stream.raw, arguments.pointers))
    }

    private func problem(_ argument: Solution.Argument, _ index: Int) -> String? {
        let given: Int
        switch argument {
        case .scalar(let type, let value):
            guard let bytes = ScalarBytes.encode(value, as: type) else {
                return "\(value) is no \(type.rawValue) (argument \(index))"
            }
            given = bytes.count
        case .input, .parameter, .output, .scratch: given = MemoryLayout<UInt64>.size
        }
        guard given != parameterBytes[index] else { return nil }
        return "parameter \(index) has \(parameterBytes[index]) bytes, the launch gives \(given)"
    }

    private static func extentProblem(_ what: String, _ extents: [Int], _ most: [Int]) -> String? {
        guard (1...3).contains(extents.count) else { return "\(what) \(extents) needs one to three extents" }
        guard zip(extents, most).allSatisfy({ (1...$1).contains($0) }) else {
            return "\(what) \(extents) is not within 1 and \(most)"
        }
        return nil
    }

    private static func parameterBytes(_ raw: OpaquePointer, _ driver: CUDADriver) throws(CUDAStatus) -> [Int] {
        var sizes: [Int] = []
        while true {
            var (offset, size) = (0, 0)
            let code = ccuda_kernel_parameter(driver.raw, raw, sizes.count, &offset, &size)
            // There is no function for their number.
            if code == CCUDA_INVALID_VALUE { return sizes }
            try driver.check(code)
            sizes.append(size)
        }
    }
}
