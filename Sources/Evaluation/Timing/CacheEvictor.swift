import Dispatch

/// Fills the caches with data that nobody needs.
final class CacheEvictor: Sendable {
    private let address: UInt
    private let bytes: Int
    private let cores: Int

    /// - Parameters:
    ///   - cacheBytes: of the last-level cache; several times as much is touched.
    ///   - cores: each touches all of it, for its own caches.
    init(cacheBytes: Int, cores: Int) {
        bytes = max(4 * cacheBytes, 16 << 20)
        self.cores = cores
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        address = UInt(bitPattern: memory.baseAddress)
    }

    deinit { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }

    /// Writes a byte of every cache line; call it while everybody is paused.
    func evict() {
        let (address, bytes, cores) = (address, bytes, cores)
        DispatchQueue.concurrentPerform(iterations: cores) { core in
            guard let memory = UnsafeMutableRawPointer(bitPattern: address) else { return }
            let share = bytes / cores
            // Another part first for every core, so that no two write to one line at a time.
            for turn in 0..<cores {
                let start = (core + turn) % cores * share
                for place in stride(from: start, to: start + share, by: 64) {
                    memory.storeBytes(of: UInt8(truncatingIfNeeded: place &+ turn), toByteOffset: place, as: UInt8.self)
                }
            }
        }
    }
}
