import Testing

@testable import SIMT

@Suite("Coalescing") struct CoalescingTests {
    private func expect(
        _ access: WarpAccess, sectors: Int, lines: Int, data: Int, _ comment: Comment,
        location: SourceLocation = #_sourceLocation
    ) {
        let found = Coalescing(access)
        #expect(found.sectors == sectors, comment, sourceLocation: location)
        #expect(found.lines == lines, comment, sourceLocation: location)
        #expect(found.dataWavefronts == data, comment, sourceLocation: location)
        #expect(Coalescing.sectorAddresses(access).count == sectors, comment, sourceLocation: location)
    }

    @Test("strides of 4-byte elements")
    func strides() {
        expect(.strided(1), sectors: 4, lines: 1, data: 1, "1")
        expect(.strided(2), sectors: 8, lines: 2, data: 2, "2")
        expect(.strided(3), sectors: 12, lines: 3, data: 1, "3")
        expect(.strided(4), sectors: 16, lines: 4, data: 4, "4")
        expect(.strided(8), sectors: 32, lines: 8, data: 8, "8")
        expect(.strided(16), sectors: 32, lines: 16, data: 16, "16")
        expect(.strided(32), sectors: 32, lines: 32, data: 32, "32")
        expect(.strided(33), sectors: 32, lines: 32, data: 1, "33")
        expect(.strided(4096), sectors: 32, lines: 32, data: 32, "a column of a 4096-wide matrix")
    }

    @Test("broadcasts, permutations, wide lanes, misalignment, inactive lanes")
    func patterns() {
        expect(.broadcast(bytesPerLane: 4), sectors: 1, lines: 1, data: 1, "broadcast")
        expect(.broadcast(bytesPerLane: 8), sectors: 1, lines: 1, data: 2, "measured: 2 passes for one 8-byte address")
        expect(.permuted(bytesPerLane: 4), sectors: 4, lines: 1, data: 1, "permutation within a line")
        expect(.unitStride(bytesPerLane: 1), sectors: 1, lines: 1, data: 1, "bytes")
        expect(.unitStride(bytesPerLane: 2), sectors: 2, lines: 1, data: 1, "halves")
        expect(.unitStride(bytesPerLane: 8), sectors: 8, lines: 2, data: 2, "8 bytes")
        expect(.unitStride(bytesPerLane: 16), sectors: 16, lines: 4, data: 4, "16 bytes")
        expect(.strided(1, base: 4), sectors: 5, lines: 2, data: 1, "one element past a line")
        expect(.strided(1, base: 96), sectors: 4, lines: 2, data: 1, "at a sector, not at a line")
        expect(.unitStride(bytesPerLane: 8, base: 4), sectors: 9, lines: 3, data: 2, "8 bytes, misaligned")
        expect(
            WarpAccess(bytesPerLane: 4, activeMask: 0xffff) { 4 * $0 }, sectors: 2, lines: 1, data: 1, "half the lanes")
        expect(WarpAccess(bytesPerLane: 4, activeMask: 0) { 4 * $0 }, sectors: 0, lines: 0, data: 0, "no lane")
        #expect(Coalescing(.strided(8)).idealSectors == 4)
        #expect(Coalescing.sectorAddresses(.strided(-1, base: 124)) == [0, 32, 64, 96])
    }

    @Test("the short way for unit strides counts what the long way counts")
    func shortWay() {
        for bytes in [1, 2, 4, 8, 16] {
            let (straight, permuted) = (
                Coalescing(.unitStride(bytesPerLane: bytes)), Coalescing(.permuted(bytesPerLane: bytes))
            )
            #expect(straight.sectors == permuted.sectors && straight.lines == permuted.lines)
        }
    }

    /// gpu-benches' gpu-strides: cycles per load instruction of a warp on one SM, 4-byte elements. Strides between the
    /// powers of two take up to 1.6 times what the stages explain, where lines collide in the tag stage.
    @Test(
        "cycles agree with the measured ones",
        arguments: [
            (0, 2.00, 1.02), (1, 2.00, 1.02), (2, 2.00, 2.00), (4, 4.00, 4.00), (8, 8.0, 8.0), (16, 16.0, 16.0),
            (32, 32.0, 32.0), (33, 8.8, 8.8), (64, 32.0, 32.0),
        ])
    func measured(stride: Int, a40: Double, a100: Double) {
        let request = Coalescing(.strided(stride))
        #expect(abs(request.cycles(on: .a6000) / a40 - 1) < 0.1)
        #expect(abs(request.cycles(on: .a100) / a100 - 1) < 0.1)
    }

    /// The same, for threads in rows of `width` with 4098 elements between rows.
    @Test(
        "cycles of narrow rows agree with the measured ones",
        arguments: [(1, 9.2), (4, 3.13), (8, 4.00), (16, 2.00)])
    func measuredRows(width: Int, a100: Double) {
        let access = WarpAccess(bytesPerLane: 4) { 4 * ($0 % width + $0 / width * 4098) }
        let cycles = Coalescing(access).cycles(on: .a100)
        #expect((0.6 * a100...1.05 * a100).contains(cycles), "\(cycles)")
    }

    @Test("8-byte lanes: A100 128 bytes a cycle, GA102 64")
    func wideLanes() {
        let request = Coalescing(.unitStride(bytesPerLane: 8))
        #expect(request.cycles(on: .a100) == 2)
        #expect(request.cycles(on: .a6000) == 4)
    }
}
