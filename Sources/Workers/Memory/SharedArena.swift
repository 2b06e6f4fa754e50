import CSandbox
import Dispatch
import Glibc
import KernelIR

/// Buffers in one anonymous file that this process may write and others map.
///
/// Unchecked: the stored properties never change; who may touch the shared bytes when is the judge's protocol (a worker
/// is paused while its parent fills, poisons or compares).
final class SharedArena: @unchecked Sendable {
    private static let guardByte: UInt8 = 0xA5

    let layout: ArenaLayout
    /// The file, writable.
    let file: FileDescriptor
    /// The same file opened read-only: a mapping made from it can never become writable.
    let readOnlyFile: FileDescriptor
    private let mapping: SharedMapping

    /// - Throws: `missingComponent` when memory runs out.
    init(_ layout: ArenaLayout) throws(KernelwrightError) {
        self.layout = layout
        do {
            file = try FileDescriptor(sandbox_shared_file("kernelwright"))
            try SystemError.check(ftruncate(file.raw, layout.fileBytes))
            readOnlyFile = try FileDescriptor(open("/proc/self/fd/\(file.raw)", O_RDONLY | O_CLOEXEC))
            mapping = try SharedMapping(file, bytes: layout.fileBytes, writable: true)
        } catch {
            throw KernelwrightError(
                .missingComponent, "no shared memory of \(layout.fileBytes) bytes",
                hint: "choose a smaller size preset", cause: "\(error)")
        }
        repairGuards()
    }

    /// Gives the bytes back at once: a process that waits to be used again may still map the file. Touching it would
    /// end that process.
    deinit { _ = ftruncate(file.raw, 0) }

    /// Writes every guard byte anew.
    func repairGuards() {
        for region in layout.regions { forEachGuard(of: region) { Self.set($0, Self.guardByte) } }
    }

    func data(_ region: ArenaLayout.Region) -> UnsafeMutableRawBufferPointer {
        slice(region.offset, region.offset + region.bytes)
    }

    func fill(_ region: ArenaLayout.Region, _ pattern: Poison) {
        Self.set(data(region), pattern.byte)
    }

    /// Whether every guard byte around a buffer is as it was made.
    func isIntact(_ region: ArenaLayout.Region) -> Bool {
        var intact = true
        forEachGuard(of: region) { area in
            intact = intact && area.allSatisfy { $0 == Self.guardByte }
        }
        return intact
    }

    /// The first buffer whose guards were written.
    func firstDamage() -> String? { layout.regions.first { !isIntact($0) }?.name }

    /// Bytes that one core sets at a time.
    private static let share = 4 << 20

    /// Sets every byte, on all cores where there are many.
    private static func set(_ bytes: UnsafeMutableRawBufferPointer, _ byte: UInt8) {
        guard let base = bytes.baseAddress else { return }
        let (address, count) = (UInt(bitPattern: base), bytes.count)
        DispatchQueue.concurrentPerform(iterations: (count + share - 1) / share) { part in
            let start = part * share
            guard let place = UnsafeMutableRawPointer(bitPattern: address + UInt(start)) else { return }
            memset(place, Int32(byte), min(share, count - start))
        }
    }

    private func slice(_ begin: Int, _ end: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: mapping.base + begin, count: end - begin)
    }

    private func forEachGuard(of region: ArenaLayout.Region, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        body(slice(region.guardBegin, region.offset))
        body(slice(region.offset + region.bytes, region.guardEnd))
    }
}
