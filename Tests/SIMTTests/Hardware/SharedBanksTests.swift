import Testing

@testable import SIMT

@Suite("Banks of shared memory") struct SharedBanksTests {
    private func wavefronts(_ access: WarpAccess) -> Int { SharedBanks(access).wavefronts }

    @Test(
        "a stride of 4-byte elements conflicts by its common divisor with 32",
        arguments: [(1, 1), (2, 2), (3, 1), (4, 4), (5, 1), (8, 8), (16, 16), (24, 8), (32, 32), (33, 1), (64, 32)])
    func strides(stride: Int, expected: Int) {
        #expect(wavefronts(.strided(stride)) == expected)
        #expect(SharedBanks(.strided(stride)).conflictWavefronts == expected - 1)
    }

    @Test("equal words are shared, permutations and narrow elements conflict with nothing")
    func sharing() {
        #expect(wavefronts(.broadcast(bytesPerLane: 4)) == 1)
        #expect(wavefronts(.permuted(bytesPerLane: 4)) == 1)
        #expect(wavefronts(.unitStride(bytesPerLane: 1)) == 1)
        #expect(wavefronts(.unitStride(bytesPerLane: 2)) == 1)
        #expect(wavefronts(WarpAccess(bytesPerLane: 4) { $0 < 16 ? 0 : 128 }) == 2)
        #expect(wavefronts(WarpAccess(bytesPerLane: 4, activeMask: 0x0001_0001) { $0 < 16 ? 0 : 128 }) == 2)
        #expect(wavefronts(WarpAccess(bytesPerLane: 4, activeMask: 0) { $0 }) == 0)
        // Columns of a tile of 32 × 32, without and with a padding column.
        #expect(wavefronts(WarpAccess(bytesPerLane: 4) { 4 * (32 * $0 + 7) }) == 32)
        #expect(wavefronts(WarpAccess(bytesPerLane: 4) { 4 * (33 * $0 + 7) }) == 1)
    }

    @Test("8-byte lanes go by halves, 16-byte lanes by quarters")
    func wideLanes() {
        #expect(wavefronts(.unitStride(bytesPerLane: 8)) == 2)
        #expect(wavefronts(.unitStride(bytesPerLane: 16)) == 4)
        #expect(wavefronts(.permuted(bytesPerLane: 8)) >= 2)
        #expect(wavefronts(WarpAccess(bytesPerLane: 8) { 16 * $0 }) == 4)
        #expect(wavefronts(WarpAccess(bytesPerLane: 16) { 32 * $0 }) == 8)
        #expect(wavefronts(WarpAccess(bytesPerLane: 16) { 64 * $0 }) == 16)
        #expect(SharedBanks(WarpAccess(bytesPerLane: 16) { 32 * $0 }).conflictWavefronts == 4)
        // Quarters that each start in bank 0 do not conflict with one another.
        #expect(wavefronts(WarpAccess(bytesPerLane: 16) { 16 * ($0 % 8) }) == 4)
    }

    @Test("wide broadcasts go together")
    func wideBroadcasts() {
        #expect(wavefronts(.broadcast(bytesPerLane: 8)) == 1)
        #expect(wavefronts(.broadcast(bytesPerLane: 16)) == 2)
        // Two rows, one for each half of the warp, as in the 2D-tiled sgemm.
        #expect(wavefronts(WarpAccess(bytesPerLane: 16) { $0 / 16 * 256 }) == 2)
        // Four lanes to an address, eight addresses 32 bytes apart, as in the warp-tiled sgemm.
        #expect(wavefronts(WarpAccess(bytesPerLane: 16) { $0 / 4 * 32 }) == 2)
        // Neighbours at distance 4 are not enough.
        #expect(wavefronts(WarpAccess(bytesPerLane: 16) { $0 % 4 * 16 }) == 4)
    }

    @Test("lanes whose atomics meet at a word or a bank take turns")
    func atomics() {
        func turns(_ access: WarpAccess) -> Int { SharedBanks(access, isAtomic: true).wavefronts }
        #expect(turns(.broadcast(bytesPerLane: 4)) == 32)
        #expect(SharedBanks(.broadcast(bytesPerLane: 4), isAtomic: true).conflictWavefronts == 31)
        #expect(turns(WarpAccess(bytesPerLane: 4, activeMask: 0xff) { _ in 64 }) == 8)
        #expect(turns(.unitStride(bytesPerLane: 4)) == 1 && turns(.unitStride(bytesPerLane: 4, base: 4)) == 1)
        // Four lanes to a word, the words in banks of their own; then all words in one bank.
        #expect(turns(WarpAccess(bytesPerLane: 4) { $0 / 4 * 4 }) == 4)
        #expect(turns(WarpAccess(bytesPerLane: 4) { $0 / 4 * 128 }) == 32)
        #expect(turns(.unitStride(bytesPerLane: 8)) == 2 && turns(.broadcast(bytesPerLane: 8)) == 32)
        #expect(turns(WarpAccess(bytesPerLane: 4, activeMask: 0) { $0 }) == 0)
    }

    @Test("a padded row of 8 by 8 matrices serves ldmatrix without conflict")
    func matrices() {
        let first8 = UInt32(0xff)
        #expect(wavefronts(WarpAccess(bytesPerLane: 16, activeMask: first8) { 128 * $0 }) == 8)
        #expect(wavefronts(WarpAccess(bytesPerLane: 16, activeMask: first8) { 144 * $0 }) == 1)
    }
}
