import CSandbox
import Glibc
import KernelIR

/// One tensor in an anonymous shared file: a guard page, the data from offset 4096 on, guard bytes up to the next page
/// boundary, and one more guard page.
///
/// Kernels get a page-aligned address, so vectors are aligned; a write just before or behind the tensor damages a guard.
final class GuardedBuffer: @unchecked Sendable {
    // Unchecked: the stored properties never change; who may write the shared bytes when is the judge's protocol
    // (a worker is paused while its parent fills, poisons or compares).

    /// Bytes in front of the data.
    static let offset = 4096
    private static let page = 4096
    private static let guardByte: UInt8 = 0xA5

    let spec: BufferSpec
    /// The file, writable.
    let file: Int32
    /// The same file, opened read-only: a mapping made from it can never become writable.
    let readOnlyFile: Int32
    /// Bytes of the file.
    let fileBytes: Int
    private let base: UnsafeMutableRawPointer

    init(_ spec: BufferSpec) throws(KernelwrightError) {
        guard spec.shape.allSatisfy({ $0 >= 0 }) else {
            throw KernelwrightError(.badInput, "buffer '\(spec.name)' has the negative extent in \(spec.shape)")
        }
        self.spec = spec
        fileBytes = Self.fileBytes(dataBytes: spec.byteCount)
        file = sandbox_shared_file("kernelwright")
        guard file >= 0, ftruncate(file, fileBytes) == 0 else {
            throw Self.exhausted(spec)
        }
        readOnlyFile = open("/proc/self/fd/\(file)", O_RDONLY | O_CLOEXEC)
        let mapped = mmap(nil, fileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard readOnlyFile >= 0, let mapped, mapped != MAP_FAILED else { throw Self.exhausted(spec) }
        base = mapped
        memset(base, Int32(Self.guardByte), Self.offset)
        memset(base + Self.offset + spec.byteCount, Int32(Self.guardByte), fileBytes - Self.offset - spec.byteCount)
    }

    deinit {
        munmap(base, fileBytes)
        close(readOnlyFile)
        close(file)
    }

    /// Bytes of the file that holds `dataBytes` bytes of tensor.
    static func fileBytes(dataBytes: Int) -> Int { offset + (dataBytes + page - 1) / page * page + page }

    var data: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base + Self.offset, count: spec.byteCount)
    }

    /// Whether every guard byte is as it was made.
    var isIntact: Bool {
        let front = UnsafeRawBufferPointer(start: base, count: Self.offset)
        let end = Self.offset + spec.byteCount
        let back = UnsafeRawBufferPointer(start: base + end, count: fileBytes - end)
        return front.allSatisfy { $0 == Self.guardByte } && back.allSatisfy { $0 == Self.guardByte }
    }

    func fill(_ pattern: Poison) {
        memset(base + Self.offset, Int32(pattern.byte), spec.byteCount)
    }

    var descriptor: BufferDescriptor {
        BufferDescriptor(
            name: spec.name, role: spec.role, dtype: spec.dtype, shape: spec.shape,
            path: "/proc/\(getpid())/fd/\(readOnlyFile)", offset: Self.offset)
    }

    private static func exhausted(_ spec: BufferSpec) -> KernelwrightError {
        KernelwrightError(
            .missingComponent, "no shared memory for buffer '\(spec.name)' (\(spec.byteCount) bytes)",
            hint: "choose a smaller size preset", cause: String(cString: strerror(errno)))
    }
}
