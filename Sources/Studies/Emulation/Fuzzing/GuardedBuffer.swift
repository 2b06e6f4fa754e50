import Glibc
import KernelIR

/// Memory that ends right before a page nobody may touch, and has such a page and known bytes before it.
///
/// A read or write behind it, or far before it, ends the process; one just before it shows in the known bytes.
final class GuardedBuffer {
    private static let page = 4096
    private static let known: UInt8 = 0xA5

    /// The bytes to be given away; a multiple of 16.
    let bytes: UnsafeMutableRawBufferPointer
    private let region: UnsafeMutableRawPointer
    private let regionBytes: Int
    private let before: UnsafeMutableRawBufferPointer

    /// - Parameter byteCount: a multiple of 16.
    /// - Throws: `missingComponent` when memory runs out.
    init(byteCount: Int) throws(KernelwrightError) {
        precondition(byteCount > 0 && byteCount % 16 == 0, "guarded memory is a multiple of 16 bytes")
        let inside = (byteCount + Self.page - 1) / Self.page * Self.page
        regionBytes = inside + 2 * Self.page
        let made = mmap(nil, regionBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let made, made != MAP_FAILED, mprotect(made, Self.page, PROT_NONE) == 0,
            mprotect(made + Self.page + inside, Self.page, PROT_NONE) == 0
        else { throw KernelwrightError(.missingComponent, "no guarded memory of \(byteCount) bytes") }
        region = made
        let slack = inside - byteCount
        before = UnsafeMutableRawBufferPointer(start: made + Self.page, count: slack)
        bytes = UnsafeMutableRawBufferPointer(start: made + Self.page + slack, count: byteCount)
        _ = before.initializeMemory(as: UInt8.self, repeating: Self.known)
    }

    deinit { munmap(region, regionBytes) }

    /// Fills the bytes with a pattern that depends on the place.
    func fill() {
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 37 &+ index >> 4) }
    }

    /// Whether the known bytes are as they were.
    var isIntact: Bool { before.allSatisfy { $0 == Self.known } }
}
