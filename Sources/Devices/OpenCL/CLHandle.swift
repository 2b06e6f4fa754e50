import COpenCL

/// Owns one reference to an OpenCL object and gives it back at the end.
///
/// Unchecked: OpenCL objects may be used from any thread, except that a kernel's arguments are set by one at a time
/// (OpenCL 1.2, appendix A.2), which holds because every plan makes its own kernels.
final class CLHandle: @unchecked Sendable {
    let raw: OpaquePointer
    private let release: @Sendable (OpaquePointer) -> Int32

    init(_ raw: OpaquePointer, release: @escaping @Sendable (OpaquePointer) -> Int32) {
        self.raw = raw
        self.release = release
    }

    deinit { _ = release(raw) }
}
