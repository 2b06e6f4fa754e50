import CCUDADriver

/// An allocation in device memory, freed with its last reference.
///
/// The methods need a thread that uses the context.
final class CUDAMemory {
    let address: UInt64
    let byteCount: Int
    private let context: CUDAContext

    /// - Parameter byteCount: may be 0; there is always a place.
    init(_ context: CUDAContext, byteCount: Int) throws(CUDAStatus) {
        var address: UInt64 = 0
        try context.driver.check(ccuda_allocate(context.driver.raw, &address, max(byteCount, 1)))
        (self.context, self.address, self.byteCount) = (context, address, byteCount)
    }

    deinit {
        if (try? context.use()) != nil { _ = ccuda_free(context.driver.raw, address) }
    }

    /// Copies as many bytes as the allocation has from the host, and waits.
    func copyIn(_ bytes: UnsafeMutableRawBufferPointer) throws(CUDAStatus) {
        guard byteCount > 0 else { return }
        try context.driver.check(ccuda_copy_in(context.driver.raw, address, bytes.baseAddress, byteCount))
    }

    /// Copies as many bytes as the allocation has to the host, and waits.
    func copyOut(_ bytes: UnsafeMutableRawBufferPointer) throws(CUDAStatus) {
        guard byteCount > 0 else { return }
        try context.driver.check(ccuda_copy_out(context.driver.raw, bytes.baseAddress, address, byteCount))
    }

    /// Sets every byte.
    func fill(_ value: UInt8) throws(CUDAStatus) {
        guard byteCount > 0 else { return }
        try context.driver.check(ccuda_fill(context.driver.raw, address, value, byteCount))
    }
}
