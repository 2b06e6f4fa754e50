import CCUDADriver

/// The primary context of a device: memory, code and errors that all its users in this process share.
///
/// Unchecked: a context may be used by several threads; each makes it its own before it calls anything.
final class CUDAContext: @unchecked Sendable {
    let driver: CUDADriver
    private let device: Int32
    private let raw: OpaquePointer

    init(_ driver: CUDADriver, device: Int32) throws(CUDAStatus) {
        var made: OpaquePointer?
        try driver.check(ccuda_context_retain(driver.raw, &made, device))
        guard let made else { throw driver.status(CCUDA_INVALID_CONTEXT) }
        (self.driver, self.device, raw) = (driver, device, made)
    }

    deinit { _ = ccuda_context_release(driver.raw, device) }

    /// Has this thread's calls done in the context.
    func use() throws(CUDAStatus) { try driver.check(ccuda_context_use(driver.raw, raw)) }

    /// Makes calls in the context; what goes wrong is the solution's failure, or the end of the device in this process.
    func attempt<Value>(_ what: String, _ calls: () throws(CUDAStatus) -> Value) throws(DeviceFailure) -> Value {
        do throws(CUDAStatus) {
            try use()
            return try calls()
        } catch {
            throw failure("\(what) (\(error))", error)
        }
    }

    /// An error of a kernel outlives its call: the driver answers every later one with it, whoever makes it
    /// (https://docs.nvidia.com/cuda/cuda-driver-api/, `CUresult`).
    private func failure(_ text: String, _ status: CUDAStatus) -> DeviceFailure {
        if ccuda_context_synchronize(driver.raw) != CCUDA_SUCCESS {
            return .deviceLost("\(text); the GPU can be used again by a new process only")
        }
        return status.code == CCUDA_OUT_OF_MEMORY ? .outOfMemory(text) : .launchError(text)
    }
}
