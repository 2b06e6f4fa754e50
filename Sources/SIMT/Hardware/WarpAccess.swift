/// The addresses of one memory instruction of one warp.
public struct WarpAccess: Sendable, Hashable {
    /// The byte address of every lane; those of inactive lanes mean nothing.
    public var addresses: SIMD32<UInt64>
    /// Bit i is set where lane i takes part.
    public var activeMask: UInt32
    /// Bytes that each lane reads or writes: 1, 2, 4, 8 or 16.
    public var bytesPerLane: Int

    public init(addresses: SIMD32<UInt64>, activeMask: UInt32 = .max, bytesPerLane: Int) {
        self.addresses = addresses
        self.activeMask = activeMask
        self.bytesPerLane = bytesPerLane
    }

    /// An access whose lanes have the addresses that a rule gives.
    public init(bytesPerLane: Int, activeMask: UInt32 = .max, address: (Int) -> Int) {
        var addresses = SIMD32<UInt64>()
        for lane in 0..<GPUModel.warpSize { addresses[lane] = UInt64(address(lane)) }
        self.init(addresses: addresses, activeMask: activeMask, bytesPerLane: bytesPerLane)
    }

    /// Lanes that take part.
    public var activeLanes: Int { activeMask.nonzeroBitCount }

    func isActive(_ lane: Int) -> Bool { activeMask >> UInt32(lane) & 1 != 0 }

    /// Whether all lanes take part with consecutive addresses from a multiple of 128 bytes on.
    var isUnitStrideFromLine: Bool {
        guard activeMask == .max, addresses[0] % UInt64(MemoryRates.lineBytes) == 0 else { return false }
        return addresses &- SIMD32(repeating: addresses[0]) == Self.laneNumbers &* UInt64(bytesPerLane)
    }

    private static let laneNumbers: SIMD32<UInt64> = {
        var numbers = SIMD32<UInt64>()
        for lane in 0..<GPUModel.warpSize { numbers[lane] = UInt64(lane) }
        return numbers
    }()

    /// The numbers of the units of a size that some lanes touch, each once, ascending.
    ///
    /// - Parameters:
    ///   - unitBytes: the size of a unit; a power of 2, at least 4.
    ///   - lanes: the lanes that count, if active.
    func units(of unitBytes: Int, lanes: Range<Int> = 0..<GPUModel.warpSize) -> [UInt64] {
        let shift = UInt64(unitBytes.trailingZeroBitCount)
        var found: [UInt64] = []
        found.reserveCapacity(lanes.count)
        var isAscending = true
        for lane in lanes where isActive(lane) {
            var unit = addresses[lane] >> shift
            let last = (addresses[lane] &+ UInt64(bytesPerLane - 1)) >> shift
            while unit <= last {
                if let previous = found.last, previous > unit { isAscending = false }
                if found.last != unit { found.append(unit) }
                unit += 1
            }
        }
        guard !isAscending else { return found }
        found.sort()
        var kept = 0
        for index in found.indices where index == 0 || found[index] != found[kept - 1] {
            found[kept] = found[index]
            kept += 1
        }
        found.removeLast(found.count - kept)
        return found
    }
}
