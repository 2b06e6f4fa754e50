import CCUDADriver

/// Two events in a stream, between which the device's own clock tells the time; half a microsecond fine.
///
/// The methods need a thread that uses the context. Source:
/// https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__EVENT.html.
final class CUDATimer {
    private let context: CUDAContext
    private let stream: CUDAStream
    private let start: OpaquePointer
    private let end: OpaquePointer

    init(_ context: CUDAContext, _ stream: CUDAStream) throws(CUDAStatus) {
        (self.context, self.stream) = (context, stream)
        start = try Self.event(context.driver)
        end = try Self.event(context.driver)
    }

    deinit {
        guard (try? context.use()) != nil else { return }
        for event in [start, end] { _ = ccuda_event_destroy(context.driver.raw, event) }
    }

    /// Seconds that the device takes for what is queued here; waits for it.
    func seconds(_ work: () throws(CUDAStatus) -> Void) throws(CUDAStatus) -> Double {
        let driver = context.driver
        try driver.check(ccuda_event_record(driver.raw, start, stream.raw))
        try work()
        try driver.check(ccuda_event_record(driver.raw, end, stream.raw))
        try driver.check(ccuda_event_synchronize(driver.raw, end))
        var milliseconds: Float = 0
        try driver.check(ccuda_event_elapsed(driver.raw, &milliseconds, start, end))
        return Double(milliseconds) / 1000
    }

    private static func event(_ driver: CUDADriver) throws(CUDAStatus) -> OpaquePointer {
        var made: OpaquePointer?
        try driver.check(ccuda_event_create(driver.raw, &made))
        guard let made else { throw driver.status(CCUDA_INVALID_HANDLE) }
        return made
    }
}
