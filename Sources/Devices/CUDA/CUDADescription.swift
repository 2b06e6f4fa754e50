import CCUDADriver
import KernelIR

/// What a driver tells of one of its devices.
struct CUDADescription: Sendable {
    /// What the driver calls the device.
    var name: String
    /// Where the device is plugged in; the same in every process.
    var bus: String
    /// Compute capability as one number: 86 for 8.6.
    var capability: Int
    var profile: TargetProfile
    var limits: DeviceLimits
    /// Blocks of a grid along each axis.
    var maxGrid: [Int]

    /// Asks for everything; no context is needed.
    init(_ driver: CUDADriver, _ device: Int32) throws(CUDAStatus) {
        func attribute(_ key: Int32) throws(CUDAStatus) -> Int {
            var value: Int32 = 0
            try driver.check(ccuda_device_attribute(driver.raw, &value, key, device))
            return Int(value)
        }
        func text(_ ask: (UnsafeMutablePointer<CChar>?, Int32) -> Int32) throws(CUDAStatus) -> String {
            var characters = [CChar](repeating: 0, count: 256)
            let code = characters.withUnsafeMutableBufferPointer { ask($0.baseAddress, Int32($0.count)) }
            try driver.check(code)
            return String(zeroTerminated: characters)
        }
        name = try text { ccuda_device_name(driver.raw, $0, $1, device) }
        bus = try text { ccuda_device_bus(driver.raw, $0, $1, device) }
        capability =
            try attribute(CCUDA_DEVICE_CAPABILITY_MAJOR) * 10 + attribute(CCUDA_DEVICE_CAPABILITY_MINOR)
        maxGrid = [
            try attribute(CCUDA_DEVICE_GRID_X), try attribute(CCUDA_DEVICE_GRID_Y), try attribute(CCUDA_DEVICE_GRID_Z),
        ]
        var bytes = 0
        try driver.check(ccuda_device_bytes(driver.raw, &bytes, device))
        limits = DeviceLimits(
            maxBlock: [
                try attribute(CCUDA_DEVICE_BLOCK_X), try attribute(CCUDA_DEVICE_BLOCK_Y),
                try attribute(CCUDA_DEVICE_BLOCK_Z),
            ],
            maxGroupSize: try attribute(CCUDA_DEVICE_THREADS_PER_BLOCK),
            localBytes: try attribute(CCUDA_DEVICE_SHARED_BYTES_PER_BLOCK_OPT_IN), maxBufferBytes: bytes,
            globalBytes: bytes)
        // Shared memory and the first cache are parts of one storage; only the size of the former can be asked for.
        let storage = try attribute(CCUDA_DEVICE_SHARED_BYTES_PER_MULTIPROCESSOR)
        profile = .cuda(
            "sm\(capability)", multiprocessors: try attribute(CCUDA_DEVICE_MULTIPROCESSORS),
            registersPerThread: Self.registersPerThread, storageBytes: storage,
            l2Bytes: try attribute(CCUDA_DEVICE_L2_BYTES), limits: limits,
            matrixFormats: MatrixFormat.all(ofArchitecture: capability))
    }

    /// Of every generation so far (CUDA programming guide, "Technical Specifications per Compute Capability").
    private static let registersPerThread = 255
}
