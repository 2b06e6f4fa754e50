import CCUDADriver
import SIMT

/// Loads PTX; machine code is refused as a driver refuses that of another generation.
@_cdecl("cuModuleLoadDataEx")
public func cuModuleLoadDataEx(
    _ module: UnsafeMutablePointer<OpaquePointer?>?, _ image: UnsafeRawPointer?, _ count: UInt32,
    _ options: UnsafePointer<Int32>?, _ values: UnsafePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    answerInContext { context throws(DriverError) in
        guard let image else { throw DriverError(CCUDA_INVALID_IMAGE) }
        // Every ELF file begins so; a program of one character does not get as far as the second.
        let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]
        let bytes = image.assumingMemoryBound(to: UInt8.self)
        guard !magic.indices.allSatisfy({ bytes[$0] == magic[$0] }) else {
            throw DriverError(CCUDA_NO_BINARY_FOR_GPU)
        }
        let text = String(cString: image.assumingMemoryBound(to: CChar.self))
        let parsed: PTXModule
        do throws(PTXError) {
            parsed = try PTXModule(parsing: text)
        } catch {
            try tell("\(error)", LogBuffer(count, options, values))
            throw DriverError(CCUDA_INVALID_PTX)
        }
        try store(context.load(EmulatedModule(parsed)), to: module)
    }
}

/// Where the caller wants errors of the compiler.
private struct LogBuffer {
    var place: UnsafeMutablePointer<CChar>?
    var size: Int32 = 0

    /// Looks for `CU_JIT_ERROR_LOG_BUFFER` and `CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES` among the options.
    init(_ count: UInt32, _ options: UnsafePointer<Int32>?, _ values: UnsafePointer<UnsafeMutableRawPointer?>?) {
        guard let options, let values else { return }
        for index in 0..<Int(count) {
            switch options[index] {
            case 5: place = values[index]?.assumingMemoryBound(to: CChar.self)
            case 6: size = Int32(clamping: Int(bitPattern: values[index]))
            default: continue
            }
        }
    }
}

private func tell(_ text: String, _ log: LogBuffer) throws(DriverError) {
    if let place = log.place, log.size > 0 { try store(text, to: place, size: log.size) }
}

@_cdecl("cuModuleUnload")
public func cuModuleUnload(_ module: OpaquePointer?) -> Int32 {
    answerInContext { context throws(DriverError) in try context.unload(module) }
}

@_cdecl("cuModuleGetFunction")
public func cuModuleGetFunction(
    _ kernel: UnsafeMutablePointer<OpaquePointer?>?, _ module: OpaquePointer?, _ name: UnsafePointer<CChar>?
) -> Int32 {
    answerInContext { context throws(DriverError) in
        guard let name else { throw DriverError(CCUDA_INVALID_VALUE) }
        let found = try context.kernel(String(cString: name), of: module)
        try store(found, to: kernel)
    }
}

@_cdecl("cuFuncGetAttribute")
public func cuFuncGetAttribute(
    _ value: UnsafeMutablePointer<Int32>?, _ attribute: Int32, _ kernel: OpaquePointer?
) -> Int32 {
    answerInContext { context throws(DriverError) in
        let known = try context.kernel(kernel)
        let found: Int
        switch attribute {
        case CCUDA_KERNEL_THREADS_PER_BLOCK: found = known.threadsPerBlock
        case CCUDA_KERNEL_SHARED_BYTES: found = known.sharedBytes
        case CCUDA_KERNEL_DYNAMIC_SHARED_BYTES: found = known.dynamicSharedBytes
        default: throw DriverError(CCUDA_INVALID_VALUE)
        }
        try store(Int32(clamping: found), to: value)
    }
}

@_cdecl("cuFuncSetAttribute")
public func cuFuncSetAttribute(_ kernel: OpaquePointer?, _ attribute: Int32, _ value: Int32) -> Int32 {
    answerInContext { context throws(DriverError) in
        guard attribute == CCUDA_KERNEL_DYNAMIC_SHARED_BYTES else { throw DriverError(CCUDA_INVALID_VALUE) }
        try context.kernel(kernel).allowDynamicShared(Int(value))
    }
}

@_cdecl("cuFuncGetParamInfo")
public func cuFuncGetParamInfo(
    _ kernel: OpaquePointer?, _ index: Int, _ offset: UnsafeMutablePointer<Int>?, _ size: UnsafeMutablePointer<Int>?
) -> Int32 {
    answerInContext { context throws(DriverError) in
        let parameters = try context.kernel(kernel).parameters
        guard parameters.indices.contains(index) else { throw DriverError(CCUDA_INVALID_VALUE) }
        try store(parameters[index].offset, to: offset)
        if size != nil { try store(parameters[index].byteCount, to: size) }
    }
}
