import Glibc

/// A shared mapping of a whole file, undone at the end.
///
/// Unchecked: the address and the length never change.
final class SharedMapping: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let bytes: Int

    init(_ file: FileDescriptor, bytes: Int, writable: Bool) throws(SystemError) {
        let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
        guard let base = mmap(nil, bytes, protection, MAP_SHARED, file.raw, 0), base != MAP_FAILED else {
            throw SystemError(code: errno)
        }
        self.base = base
        self.bytes = bytes
    }

    deinit { munmap(base, bytes) }
}
