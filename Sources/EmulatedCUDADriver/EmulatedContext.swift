import CCUDADriver
import SIMT

/// A place in a stream whose time is taken.
private final class EmulatedEvent {
    /// Nil before the first time.
    var recorded: ContinuousClock.Instant?
}

/// The memory, modules, streams and events of one device.
final class EmulatedContext {
    let model: GPUModel
    /// What the caller knows the context by.
    let handle: OpaquePointer?
    /// What a kernel that failed left behind: every further call is answered with it.
    private(set) var error: Int32?

    private let memory = GlobalMemory()
    /// Bytes that may be allocated, and are.
    private let memoryBytes: Int
    private var usedBytes = 0
    private var modules: [OpaquePointer: EmulatedModule] = [:]
    private var kernels: [OpaquePointer: EmulatedKernel] = [:]
    private var streams: Set<OpaquePointer> = []
    private var events: [OpaquePointer: EmulatedEvent] = [:]
    private let clock = ContinuousClock()
    /// Handles are numbers that no two objects of the process share.
    private var lastHandle: Int

    init(_ model: GPUModel, device: Int32, memoryBytes: Int) {
        (self.model, self.memoryBytes) = (model, memoryBytes)
        lastHandle = (Int(device) + 1) << 32
        handle = OpaquePointer(bitPattern: lastHandle)
    }

    private func newHandle() throws(DriverError) -> OpaquePointer {
        lastHandle += 16
        guard let made = OpaquePointer(bitPattern: lastHandle) else { throw DriverError(CCUDA_INVALID_VALUE) }
        return made
    }

    // MARK: Memory

    func allocate(_ byteCount: Int) throws(DriverError) -> UInt64 {
        guard byteCount > 0 else { throw DriverError(CCUDA_INVALID_VALUE) }
        guard byteCount <= memoryBytes - usedBytes else { throw DriverError(CCUDA_OUT_OF_MEMORY) }
        usedBytes += byteCount
        return memory.allocate(byteCount: byteCount, name: "allocation \(memory.allocations.count)")
    }

    func free(_ address: UInt64) throws(DriverError) {
        let byteCount = memory.allocations.last { $0.address == address }?.bytes.count ?? 0
        guard memory.free(address) else { throw DriverError(CCUDA_INVALID_VALUE) }
        usedBytes -= byteCount
    }

    /// The bytes from an address on, all of one allocation.
    func bytes(_ address: UInt64, count: Int) throws(DriverError) -> UnsafeMutableRawBufferPointer {
        let found = memory.allocations.last { $0.address <= address && address - $0.address < UInt64($0.bytes.count) }
        guard let found, count >= 0 else { throw DriverError(CCUDA_INVALID_VALUE) }
        let start = Int(address - found.address)
        guard count <= found.bytes.count - start else { throw DriverError(CCUDA_INVALID_VALUE) }
        return UnsafeMutableRawBufferPointer(rebasing: found.bytes[start..<start + count])
    }

    // MARK: Modules and kernels

    func load(_ module: EmulatedModule) throws(DriverError) -> OpaquePointer {
        let handle = try newHandle()
        modules[handle] = module
        return handle
    }

    func unload(_ handle: OpaquePointer?) throws(DriverError) {
        guard let handle, let module = modules.removeValue(forKey: handle) else {
            throw DriverError(CCUDA_INVALID_HANDLE)
        }
        module.program.removeVariables(from: memory)
        for kernel in module.kernels.values { kernels[kernel] = nil }
    }

    /// A kernel has one handle, whoever asks for it.
    func kernel(_ name: String, of handle: OpaquePointer?) throws(DriverError) -> OpaquePointer {
        guard let handle, let module = modules[handle] else { throw DriverError(CCUDA_INVALID_HANDLE) }
        if let known = module.kernels[name] { return known }
        let kernel = try EmulatedKernel(name, of: module, on: model)
        let made = try newHandle()
        module.kernels[name] = made
        kernels[made] = kernel
        return made
    }

    func kernel(_ handle: OpaquePointer?) throws(DriverError) -> EmulatedKernel {
        guard let handle, let kernel = kernels[handle] else { throw DriverError(CCUDA_INVALID_HANDLE) }
        return kernel
    }

    /// Runs a launch at once; what the kernel does wrong is answered to the calls after this one, as by a GPU.
    func run(_ launch: SIMTLaunch, of kernel: EmulatedKernel) throws(DriverError) {
        let report: SIMTReport
        do throws(SIMTError) {
            report = try kernel.module.program.run(launch, memory: memory)
        } catch {
            throw DriverError(error.code == .unsupported ? CCUDA_NOT_SUPPORTED : CCUDA_INVALID_VALUE)
        }
        error = report.faults.first { !$0.kind.isFinding }?.kind.result
    }

    // MARK: Streams and events

    func makeStream() throws(DriverError) -> OpaquePointer {
        let handle = try newHandle()
        streams.insert(handle)
        return handle
    }

    /// - Parameter handle: nil for the default stream.
    func check(stream handle: OpaquePointer?) throws(DriverError) {
        if let handle, !streams.contains(handle) { throw DriverError(CCUDA_INVALID_HANDLE) }
    }

    func destroy(stream handle: OpaquePointer?) throws(DriverError) {
        guard let handle, streams.remove(handle) != nil else { throw DriverError(CCUDA_INVALID_HANDLE) }
    }

    func makeEvent() throws(DriverError) -> OpaquePointer {
        let handle = try newHandle()
        events[handle] = EmulatedEvent()
        return handle
    }

    /// Launches are done when they are asked for, so an event is where the stream is: now.
    func record(_ handle: OpaquePointer?) throws(DriverError) {
        guard let handle, let event = events[handle] else { throw DriverError(CCUDA_INVALID_HANDLE) }
        event.recorded = clock.now
    }

    func check(event handle: OpaquePointer?) throws(DriverError) {
        guard let handle, events[handle] != nil else { throw DriverError(CCUDA_INVALID_HANDLE) }
    }

    /// Milliseconds that the emulator took between two events.
    func milliseconds(_ start: OpaquePointer?, _ end: OpaquePointer?) throws(DriverError) -> Float {
        guard let start, let end, let first = events[start]?.recorded, let last = events[end]?.recorded else {
            throw DriverError(CCUDA_INVALID_HANDLE)
        }
        return Float((last - first) / .milliseconds(1))
    }

    func destroy(event handle: OpaquePointer?) throws(DriverError) {
        guard let handle, events.removeValue(forKey: handle) != nil else { throw DriverError(CCUDA_INVALID_HANDLE) }
    }
}
