@testable import SIMT

extension WarpAccess {
    /// Lane i at `base + i · stride` elements of 4 bytes.
    static func strided(_ stride: Int, base: Int = 0) -> WarpAccess {
        WarpAccess(bytesPerLane: 4) { base + 4 * stride * $0 }
    }

    /// Lane i at the i-th element of `bytesPerLane` bytes.
    static func unitStride(bytesPerLane: Int, base: Int = 0) -> WarpAccess {
        WarpAccess(bytesPerLane: bytesPerLane) { base + bytesPerLane * $0 }
    }

    /// All lanes at one address.
    static func broadcast(bytesPerLane: Int) -> WarpAccess { WarpAccess(bytesPerLane: bytesPerLane) { _ in 256 } }

    /// A fixed permutation of the lanes: 11 is prime to 32.
    static func permuted(bytesPerLane: Int) -> WarpAccess {
        WarpAccess(bytesPerLane: bytesPerLane) { bytesPerLane * (($0 * 11 + 5) % 32) }
    }
}
