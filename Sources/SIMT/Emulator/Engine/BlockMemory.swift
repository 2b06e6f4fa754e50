import CSIMT
import Glibc

/// What the warps of a block have each, the local memory of their threads, and the memory that the block shares.
///
/// A warp has its frames, one after the other, then return addresses, 32 for each frame, thread indices, and fragments.
/// Deep frames are touched only by deep calls; the system gives pages when they are.
struct BlockMemory {
    private let frameBytes: Int
    private let frameCount: Int
    private let warpBytes: Int
    private let warpCount: Int
    private let sharedBytes: Int
    /// Bytes of the local memory of one thread.
    private let localBytes: Int
    private let arena: UnsafeMutableRawPointer
    private let arenaBytes: Int
    private let localArena: UnsafeMutableRawPointer
    private let localArenaBytes: Int

    /// Fragments that a warp has room for.
    private static let fragmentCount = 40

    init(_ code: KernelCode, warpCount: Int, sharedBytes: Int) {
        frameBytes = code.frameBytes
        frameCount = code.frameCount
        self.warpCount = warpCount
        self.sharedBytes = sharedBytes
        let fragmentBytes = Self.fragmentCount * MemoryLayout<Fragment>.stride
        let bytes = frameBytes * frameCount + 128 * frameCount + 384 + fragmentBytes
        warpBytes = (bytes + 255) / 256 * 256
        arenaBytes = warpBytes * warpCount + sharedBytes + 256
        arena = Self.zeroed(arenaBytes)
        localBytes = code.localFrameBytes * frameCount
        localArenaBytes = max(localBytes * 32 * warpCount, 16)
        localArena = Self.zeroed(localArenaBytes)
    }

    /// The warp with that number in the block, with no threads yet.
    func warp(_ number: Int) -> Warp {
        let base = arena + number * warpBytes
        let returns = base + frameBytes * frameCount
        let indices = returns + 128 * frameCount
        var warp = Warp(
            fragments: (indices + 384).bindMemory(to: Fragment.self, capacity: Self.fragmentCount),
            registers: base.bindMemory(to: CChar.self, capacity: frameBytes * frameCount),
            returns: returns.bindMemory(to: Int32.self, capacity: 32 * frameCount),
            threadIndices: indices.bindMemory(to: UInt32.self, capacity: 96),
            localWindow: kw_window(
                base: AddressMap.localStart, bytes: UInt64(localBytes),
                host: (localArena + localBytes * 32 * number).assumingMemoryBound(to: CChar.self),
                laneStride: UInt64(localBytes), isWritable: 1, allocation: UInt32(number)))
        warp.number = Int32(number)
        return warp
    }

    /// The window of shared memory.
    var sharedWindow: kw_window {
        kw_window(
            base: AddressMap.sharedStart, bytes: UInt64(sharedBytes),
            host: (arena + warpBytes * warpCount).assumingMemoryBound(to: CChar.self), laneStride: 0, isWritable: 1,
            allocation: 0)
    }

    /// Gives the memory back.
    func deallocate() {
        munmap(arena, arenaBytes)
        munmap(localArena, localArenaBytes)
    }

    /// Zeros; the system gives the pages when they are first touched.
    private static func zeroed(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { fatalError("the system has no \(byteCount) bytes left") }
        return memory
    }
}
