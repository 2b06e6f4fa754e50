import CCUDADriver

@_cdecl("cuDevicePrimaryCtxRetain")
public func cuDevicePrimaryCtxRetain(_ context: UnsafeMutablePointer<OpaquePointer?>?, _ device: Int32) -> Int32 {
    answer { driver throws(DriverError) in try store(driver.retain(device), to: context) }
}

@_cdecl("cuDevicePrimaryCtxRelease_v2")
public func cuDevicePrimaryCtxRelease(_ device: Int32) -> Int32 {
    answer { driver throws(DriverError) in try driver.release(device) }
}

@_cdecl("cuCtxSetCurrent")
public func cuCtxSetCurrent(_ context: OpaquePointer?) -> Int32 {
    answer { driver throws(DriverError) in try driver.use(context) }
}

/// Nothing is ever pending: launches are done when they are asked for.
@_cdecl("cuCtxSynchronize")
public func cuCtxSynchronize() -> Int32 { answerInContext { _ in } }

// Memory

@_cdecl("cuMemAlloc_v2")
public func cuMemAlloc(_ address: UnsafeMutablePointer<UInt64>?, _ bytes: Int) -> Int32 {
    answerInContext { context throws(DriverError) in
        guard let address else { throw DriverError(CCUDA_INVALID_VALUE) }
        address.pointee = try context.allocate(bytes)
    }
}

@_cdecl("cuMemFree_v2")
public func cuMemFree(_ address: UInt64) -> Int32 {
    answerInContext { context throws(DriverError) in try context.free(address) }
}

@_cdecl("cuMemcpyHtoD_v2")
public func cuMemcpyHtoD(_ to: UInt64, _ from: UnsafeRawPointer?, _ bytes: Int) -> Int32 {
    answerInContext { context throws(DriverError) in
        guard let from else { throw DriverError(CCUDA_INVALID_VALUE) }
        try context.bytes(to, count: bytes).copyMemory(from: UnsafeRawBufferPointer(start: from, count: bytes))
    }
}

@_cdecl("cuMemcpyDtoH_v2")
public func cuMemcpyDtoH(_ to: UnsafeMutableRawPointer?, _ from: UInt64, _ bytes: Int) -> Int32 {
    answerInContext { context throws(DriverError) in
        guard let to else { throw DriverError(CCUDA_INVALID_VALUE) }
        let source = try context.bytes(from, count: bytes)
        UnsafeMutableRawBufferPointer(start: to, count: bytes).copyMemory(from: UnsafeRawBufferPointer(source))
    }
}

@_cdecl("cuMemsetD8_v2")
public func cuMemsetD8(_ address: UInt64, _ value: UInt8, _ bytes: Int) -> Int32 {
    answerInContext { context throws(DriverError) in
        try context.bytes(address, count: bytes).initializeMemory(as: UInt8.self, repeating: value)
    }
}
