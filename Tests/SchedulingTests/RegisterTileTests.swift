import KernelIR
import Testing

@testable import Scheduling

/// What stays in registers fits those of the target.
@Suite struct RegisterTileTests {
    static let targets: [TargetProfile] = [.genericAVX2, .genericAVX512]

    @Test(arguments: targets) func tilesFit(_ target: TargetProfile) {
        let tiles = RegisterTile.all(for: target) + [.attention(for: target), .innerProducts(for: target)]
        for tile in tiles { #expect(tile.fits(target), "\(tile)") }
    }

    @Test func aTileThatSpillsDoesNotFit() {
        #expect(!RegisterTile(rows: 8, vectors: 2).fits(.genericAVX2))
        #expect(!RegisterTile(rows: 3, vectors: 4).fits(.genericAVX2))
        #expect(RegisterTile(rows: 6, vectors: 4).fits(.genericAVX512))
        #expect(!RegisterTile(rows: 3, vectors: 8).fits(.genericAVX512))
    }

    @Test func fewRowsAndColumnsTakeTilesWithoutPadding() {
        #expect(RegisterTile.best(rows: 1200, columns: 1280, target: .genericAVX2) == RegisterTile(rows: 4, vectors: 3))
        #expect(RegisterTile.best(rows: 64, columns: 8, target: .genericAVX2) == RegisterTile(rows: 8, vectors: 1))
        #expect(
            RegisterTile.best(rows: 1200, columns: 1280, target: .genericAVX512) == RegisterTile(rows: 6, vectors: 4))
    }

    /// Products, convolutions, attention: on every target the macros' own choice spills nothing, and computes the same.
    @Test(
        arguments: targets,
        [ProgramCPU(), ProgramCPU(gemm: GemmCPU(lanes: .terms), convolution: ConvolutionCPU(lanes: .channels))])
    func macrosSpillNothing(_ target: TargetProfile, _ macros: ProgramCPU) throws {
        let programs = [
            SamplePrograms.matmul(48, 256, 64), SamplePrograms.matmul(13, 70, 9),
            ProductPrograms.attention(40, 48, 16), WindowPrograms.convolution(32, 8, 6, 48),
            WindowPrograms.convolution(32, 8, 6, 48, stride: 2),
        ]
        for program in programs {
            let state = try ScheduleState(program, target: target).applying(
                try macros.schedule(program, target: target))
            for stage in state.program.stages {
                let live = state.nests[stage.name]?.liveAccumulators(stage) ?? 0
                #expect(live <= target.accumulators, "\(program.name).\(stage.name)")
            }
            try expectEquivalent(state, to: program)
        }
    }
}
