import KernelIR
import Scheduling
import Testing

@testable import Policies

/// Register tiles are proposed as the target's registers allow.
@Suite struct TileLeverTests {
    @Test(arguments: [(TargetProfile.genericAVX2, 12), (.genericAVX512, 24)])
    func tilesSuitTheRegisters(_ target: TargetProfile, _ most: Int) {
        let space = SketchSpace(PolicyPrograms.product(12, 96, 40), target: target)
        let changed = space.levers.flatMap { $0.alternatives(ProgramCPU()) }.map(\.parameters.gemm)
        let tiles = changed.compactMap(\.tile)
        #expect(tiles.count >= 4)
        for tile in tiles { #expect(tile.rows * tile.vectors <= most, "\(tile)") }
        #expect(tiles.map { $0.rows * $0.vectors }.max() == most)
    }
}
