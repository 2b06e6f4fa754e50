import CCUDADriver
import SIMT
import Synchronization

// Functions of the driver interface under their own names
// (https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__INITIALIZE.html and the groups behind it): what a program
// needs that loads PTX, launches kernels and measures them.

/// What a program can tell this library from a driver by; no driver has it.
@_cdecl("kernelwright_is_emulated")
public func kernelwrightIsEmulated() -> Int32 { 1 }

@_cdecl("cuInit")
public func cuInit(_ flags: UInt32) -> Int32 {
    guard flags == 0 else { return CCUDA_INVALID_VALUE }
    registry.withLock { driver in if driver == nil { driver = EmulatedDriver() } }
    return CCUDA_SUCCESS
}

@_cdecl("cuDriverGetVersion")
public func cuDriverGetVersion(_ version: UnsafeMutablePointer<Int32>?) -> Int32 {
    guard let version else { return CCUDA_INVALID_VALUE }
    version.pointee = EmulatedDriver.version
    return CCUDA_SUCCESS
}

@_cdecl("cuGetErrorName")
public func cuGetErrorName(_ result: Int32, _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Int32 {
    tell(Results.words(result)?.name, name)
}

@_cdecl("cuGetErrorString")
public func cuGetErrorString(_ result: Int32, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Int32 {
    tell(Results.words(result)?.text, text)
}

/// A static string has a closing zero and stays for the life of the process.
private func tell(_ words: StaticString?, _ place: UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Int32 {
    place?.pointee = words.map { UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self) }
    return words == nil || place == nil ? CCUDA_INVALID_VALUE : CCUDA_SUCCESS
}

@_cdecl("cuDeviceGetCount")
public func cuDeviceGetCount(_ count: UnsafeMutablePointer<Int32>?) -> Int32 {
    answer { driver throws(DriverError) in try store(Int32(driver.models.count), to: count) }
}

@_cdecl("cuDeviceGet")
public func cuDeviceGet(_ device: UnsafeMutablePointer<Int32>?, _ ordinal: Int32) -> Int32 {
    answer { driver throws(DriverError) in
        _ = try driver.model(of: ordinal)
        try store(ordinal, to: device)
    }
}

@_cdecl("cuDeviceGetName")
public func cuDeviceGetName(_ name: UnsafeMutablePointer<CChar>?, _ size: Int32, _ device: Int32) -> Int32 {
    answer { driver throws(DriverError) in
        let model = try driver.model(of: device)
        try store("\(model.product), emulated by Kernelwright", to: name, size: size)
    }
}

/// Not a place on a bus, but as fit to tell devices apart.
@_cdecl("cuDeviceGetPCIBusId")
public func cuDeviceGetPCIBusId(_ name: UnsafeMutablePointer<CChar>?, _ size: Int32, _ device: Int32) -> Int32 {
    answer { driver throws(DriverError) in
        let model = try driver.model(of: device)
        try store("emulated-\(model.name)", to: name, size: size)
    }
}

@_cdecl("cuDeviceTotalMem_v2")
public func cuDeviceTotalMem(_ bytes: UnsafeMutablePointer<Int>?, _ device: Int32) -> Int32 {
    answer { driver throws(DriverError) in
        _ = try driver.model(of: device)
        try store(driver.memoryBytes, to: bytes)
    }
}

@_cdecl("cuDeviceGetAttribute")
public func cuDeviceGetAttribute(_ value: UnsafeMutablePointer<Int32>?, _ attribute: Int32, _ device: Int32) -> Int32 {
    answer { driver throws(DriverError) in
        guard let found = try driver.model(of: device).attribute(attribute) else {
            throw DriverError(CCUDA_INVALID_VALUE)
        }
        try store(Int32(clamping: found), to: value)
    }
}

extension GPUModel {
    /// The value of a `CUdevice_attribute`; nil for those that the model does not have.
    fileprivate func attribute(_ attribute: Int32) -> Int? {
        switch attribute {
        case CCUDA_DEVICE_THREADS_PER_BLOCK, CCUDA_DEVICE_BLOCK_X, CCUDA_DEVICE_BLOCK_Y: residency.threadsPerBlock
        case CCUDA_DEVICE_BLOCK_Z: 64
        case CCUDA_DEVICE_GRID_X: Int(Int32.max)
        case CCUDA_DEVICE_GRID_Y, CCUDA_DEVICE_GRID_Z: 65_535
        case CCUDA_DEVICE_MULTIPROCESSORS: sms
        case CCUDA_DEVICE_L2_BYTES: memory.l2Bytes
        case CCUDA_DEVICE_CAPABILITY_MAJOR: capability.major
        case CCUDA_DEVICE_CAPABILITY_MINOR: capability.minor
        case CCUDA_DEVICE_SHARED_BYTES_PER_MULTIPROCESSOR: residency.sharedBytes
        case CCUDA_DEVICE_SHARED_BYTES_PER_BLOCK_OPT_IN: residency.sharedBytesPerBlock
        default: nil
        }
    }
}
