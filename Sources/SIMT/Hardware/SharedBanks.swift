/// How many passes through the 32 banks of shared memory one instruction of a warp takes.
///
/// Banks are 4 bytes wide; successive words lie in successive banks; lanes that read the same word share it (CUDA
/// programming guide, "Shared Memory" of compute capability 5.x and later). Wider accesses are served by halves (8
/// bytes) or quarters (16 bytes) of the warp. NVIDIA documents no more than that; two parts of a half, or two halves,
/// are known to go together where every active lane's neighbour at distance 1, or every one's at distance 2, has the
/// same address or is inactive, which makes a 16-byte broadcast cost two passes. The sgemm ladder agrees: its kernels 3
/// and 4 read one operand so, and four passes would put the fourth 37 % below its measured speed.
///
/// Lanes whose atomics meet at one word take turns (all of them "are serialized", CUDA programming guide, "SIMT
/// Architecture"): a bank does one lane's operation in a pass. Whether hardware does several at once where no lane asks
/// for the old value is not documented, so nothing is taken off for that.
public struct SharedBanks: Sendable, Hashable {
    /// Banks of shared memory.
    public static let count = 32
    /// Bytes of a bank's word.
    public static let wordBytes = 4

    /// Passes through the banks that the instruction takes: 0 with no active lane.
    public let wavefronts: Int
    /// Passes that moving the same number of distinct words would take without any conflict.
    public let idealWavefronts: Int

    /// Passes lost to lanes that want different words of one bank, or the same word for an atomic.
    public var conflictWavefronts: Int { wavefronts - idealWavefronts }

    /// Counts the passes of one access of shared memory.
    ///
    /// An `ldmatrix` is counted as a 16-byte access of the lanes that give row addresses.
    ///
    /// - Parameter isAtomic: whether lanes that share a word take turns.
    public init(_ access: WarpAccess, isAtomic: Bool = false) {
        if let lines = Self.linesOfUnitStride(access) {
            (wavefronts, idealWavefronts) = (lines, lines)
        } else if isAtomic {
            let parts = Self.parts(access, mergesBroadcasts: false)
            wavefronts = Self.turns(access, parts: parts)
            idealWavefronts = Self.passes(access, parts: parts).ideal
        } else {
            (wavefronts, idealWavefronts) = Self.passes(access, parts: Self.parts(access, mergesBroadcasts: true))
        }
    }

    /// Passes through the data stage of L1, whose banks are those of shared memory, for one global or local access.
    ///
    /// Halves and quarters never go together here: gpu-benches' gpu-strides counts two passes for an 8-byte load that
    /// all lanes make from one address (A40 and A100).
    static func globalWavefronts(_ access: WarpAccess) -> Int {
        linesOfUnitStride(access) ?? passes(access, parts: parts(access, mergesBroadcasts: false)).wavefronts
    }

    /// The passes of the most frequent pattern, which needs no counting; nil for any other.
    private static func linesOfUnitStride(_ access: WarpAccess) -> Int? {
        guard access.bytesPerLane >= wordBytes, access.isUnitStrideFromLine else { return nil }
        return access.bytesPerLane * GPUModel.warpSize / MemoryRates.lineBytes
    }

    /// The groups of lanes that are served one after another.
    private static func parts(_ access: WarpAccess, mergesBroadcasts: Bool) -> [Range<Int>] {
        let size = max(1, access.bytesPerLane / wordBytes)
        guard size > 1 else { return [0..<GPUModel.warpSize] }
        let lanes = GPUModel.warpSize / size
        // Two groups at most go together: the two halves, or the two quarters of a half.
        return stride(from: 0, to: GPUModel.warpSize, by: 2 * lanes).flatMap { start -> [Range<Int>] in
            let (middle, end) = (start + lanes, start + 2 * lanes)
            let pair = start..<end
            return mergesBroadcasts && isBroadcast(access, pair) ? [pair] : [start..<middle, middle..<end]
        }
    }

    private static func isBroadcast(_ access: WarpAccess, _ lanes: Range<Int>) -> Bool {
        [1, 2].contains { distance in
            lanes.allSatisfy { lane in
                let other = lane ^ distance
                return !access.isActive(lane) || !access.isActive(other)
                    || access.addresses[lane] == access.addresses[other]
            }
        }
    }

    /// Passes where a bank serves one lane at a time, even if lanes want the same word.
    private static func turns(_ access: WarpAccess, parts: [Range<Int>]) -> Int {
        parts.reduce(0) { sum, lanes in
            var perBank = SIMD32<UInt8>()
            for lane in lanes where access.isActive(lane) {
                let first = access.addresses[lane] / UInt64(wordBytes)
                let last = (access.addresses[lane] &+ UInt64(access.bytesPerLane - 1)) / UInt64(wordBytes)
                for word in first...max(first, last) { perBank[Int(word % UInt64(count))] += 1 }
            }
            return sum + Int(perBank.max())
        }
    }

    private static func passes(_ access: WarpAccess, parts: [Range<Int>]) -> (wavefronts: Int, ideal: Int) {
        var (wavefronts, ideal) = (0, 0)
        for lanes in parts {
            let words = access.units(of: wordBytes, lanes: lanes)
            guard !words.isEmpty else { continue }
            var perBank = SIMD32<UInt8>()
            for word in words { perBank[Int(word % UInt64(count))] += 1 }
            wavefronts += Int(perBank.max())
            ideal += (words.count + count - 1) / count
        }
        return (wavefronts, ideal)
    }
}
