import CCUDADriver
import Glibc
import SIMT

/// The devices of the process and the context that each thread uses.
///
/// Unchecked: used by whoever holds the lock of the registry.
final class EmulatedDriver: @unchecked Sendable {
    /// The release of CUDA whose functions are here: that of the compiler whose PTX the emulator knows.
    static let version: Int32 = 13_000

    /// Every GPU that there is a model of, in the catalogue's order.
    let models = GPUModel.all
    /// Bytes of a device's memory: the machine's own, of which the emulator makes it, but no more than the emulator's
    /// address space has for one allocation.
    let memoryBytes = min(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)), 1 << 35)

    /// The primary contexts by device.
    private var contexts: [Int32: EmulatedContext] = [:]
    /// How often each is retained.
    private var retains: [Int32: Int] = [:]
    /// The device whose context a thread uses.
    private var current: [UInt: Int32] = [:]

    func model(of device: Int32) throws(DriverError) -> GPUModel {
        guard models.indices.contains(Int(device)) else { throw DriverError(CCUDA_INVALID_DEVICE) }
        return models[Int(device)]
    }

    func retain(_ device: Int32) throws(DriverError) -> OpaquePointer? {
        let model = try model(of: device)
        let context = contexts[device] ?? EmulatedContext(model, device: device, memoryBytes: memoryBytes)
        contexts[device] = context
        retains[device, default: 0] += 1
        return context.handle
    }

    /// Gives a context back; the last one ends it, unless a kernel failed there: only a new process gets over that.
    func release(_ device: Int32) throws(DriverError) {
        guard let count = retains[device], count > 0 else { throw DriverError(CCUDA_INVALID_CONTEXT) }
        retains[device] = count - 1
        if count == 1, contexts[device]?.error == nil { contexts[device] = nil }
    }

    /// Has the calling thread use a context, or none.
    func use(_ context: OpaquePointer?) throws(DriverError) {
        guard let context else {
            current[thread] = nil
            return
        }
        guard let device = models.indices.map({ Int32($0) }).first(where: { contexts[$0]?.handle == context }) else {
            throw DriverError(CCUDA_INVALID_CONTEXT)
        }
        current[thread] = device
    }

    func currentContext() throws(DriverError) -> EmulatedContext {
        guard let device = current[thread], let context = contexts[device] else {
            throw DriverError(CCUDA_INVALID_CONTEXT)
        }
        return context
    }

    private var thread: UInt { UInt(pthread_self()) }
}
