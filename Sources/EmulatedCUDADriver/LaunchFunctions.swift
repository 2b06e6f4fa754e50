import CCUDADriver
import SIMT

@_cdecl("cuLaunchKernel")
public func cuLaunchKernel(
    _ kernel: OpaquePointer?, _ gridX: UInt32, _ gridY: UInt32, _ gridZ: UInt32, _ blockX: UInt32, _ blockY: UInt32,
    _ blockZ: UInt32, _ sharedBytes: UInt32, _ stream: OpaquePointer?,
    _ values: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ extra: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    answerInContext { context throws(DriverError) in
        // The other way to pass arguments, as one packed buffer.
        guard extra == nil else { throw DriverError(CCUDA_NOT_SUPPORTED) }
        try context.check(stream: stream)
        let known = try context.kernel(kernel)
        let launch = try known.launch(
            grid: SIMTExtent(Int(gridX), Int(gridY), Int(gridZ)),
            block: SIMTExtent(Int(blockX), Int(blockY), Int(blockZ)), sharedBytes: Int(sharedBytes), values)
        try context.run(launch, of: known)
    }
}

@_cdecl("cuStreamCreate")
public func cuStreamCreate(_ stream: UnsafeMutablePointer<OpaquePointer?>?, _ flags: UInt32) -> Int32 {
    answerInContext { context throws(DriverError) in try store(context.makeStream(), to: stream) }
}

@_cdecl("cuStreamSynchronize")
public func cuStreamSynchronize(_ stream: OpaquePointer?) -> Int32 {
    answerInContext { context throws(DriverError) in try context.check(stream: stream) }
}

@_cdecl("cuStreamDestroy_v2")
public func cuStreamDestroy(_ stream: OpaquePointer?) -> Int32 {
    answerInContext { context throws(DriverError) in try context.destroy(stream: stream) }
}

@_cdecl("cuEventCreate")
public func cuEventCreate(_ event: UnsafeMutablePointer<OpaquePointer?>?, _ flags: UInt32) -> Int32 {
    answerInContext { context throws(DriverError) in try store(context.makeEvent(), to: event) }
}

@_cdecl("cuEventRecord")
public func cuEventRecord(_ event: OpaquePointer?, _ stream: OpaquePointer?) -> Int32 {
    answerInContext { context throws(DriverError) in
        try context.check(stream: stream)
        try context.record(event)
    }
}

@_cdecl("cuEventSynchronize")
public func cuEventSynchronize(_ event: OpaquePointer?) -> Int32 {
    answerInContext { context throws(DriverError) in try context.check(event: event) }
}

/// Milliseconds between two events: the emulator's own time, which says nothing about a GPU.
@_cdecl("cuEventElapsedTime")
public func cuEventElapsedTime(
    _ milliseconds: UnsafeMutablePointer<Float>?, _ start: OpaquePointer?, _ end: OpaquePointer?
) -> Int32 {
    answerInContext { context throws(DriverError) in try store(context.milliseconds(start, end), to: milliseconds) }
}

@_cdecl("cuEventDestroy_v2")
public func cuEventDestroy(_ event: OpaquePointer?) -> Int32 {
    answerInContext { context throws(DriverError) in try context.destroy(event: event) }
}
