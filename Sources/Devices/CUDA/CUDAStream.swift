import CCUDADriver

/// A queue of launches that a device works off in order.
///
/// The methods need a thread that uses the context.
final class CUDAStream {
    let raw: OpaquePointer
    private let context: CUDAContext

    init(_ context: CUDAContext) throws(CUDAStatus) {
        var made: OpaquePointer?
        try context.driver.check(ccuda_stream_create(context.driver.raw, &made))
        guard let made else { throw context.driver.status(CCUDA_INVALID_HANDLE) }
        (self.context, raw) = (context, made)
    }

    deinit {
        if (try? context.use()) != nil { _ = ccuda_stream_destroy(context.driver.raw, raw) }
    }

    /// Waits until the queue is empty.
    func synchronize() throws(CUDAStatus) {
        try context.driver.check(ccuda_stream_synchronize(context.driver.raw, raw))
    }
}
