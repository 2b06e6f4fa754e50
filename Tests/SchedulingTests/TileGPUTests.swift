import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Tiles of products: the kernels of the well-known ladder, small, and what is proposed for a product.
@Suite struct TileGPUTests {
    /// One step of the ladder, by what it adds to the one before.
    struct Step: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var tile: TileGPU
    }

    static let ladder = [
        Step(
            testDescription: "shared memory",
            tile: TileGPU(
                rowItems: 8, columnItems: 8, rows: 1, columns: 1, vector: 1, warpRows: 0, staged: .plain, depth: 8)),
        Step(
            testDescription: "tiles of one dimension",
            tile: TileGPU(
                rowItems: 2, columnItems: 16, rows: 8, columns: 1, vector: 1, warpRows: 0, staged: .plain, depth: 8)),
        Step(
            testDescription: "tiles of two dimensions",
            tile: TileGPU(
                rowItems: 4, columnItems: 4, rows: 4, columns: 4, vector: 1, warpRows: 0, staged: .plain, depth: 8)),
        Step(
            testDescription: "vectors",
            tile: TileGPU(rowItems: 4, columnItems: 4, rows: 4, columns: 8, warpRows: 0, staged: .plain, depth: 8)),
        Step(
            testDescription: "rows padded",
            tile: TileGPU(rowItems: 4, columnItems: 4, rows: 4, columns: 8, warpRows: 0, staged: .padded(5), depth: 8)),
        Step(
            testDescription: "tiles of warps",
            tile: TileGPU(rowItems: 16, columnItems: 8, rows: 2, columns: 8, warpRows: 8, depth: 4)),
        Step(
            testDescription: "steps written out",
            tile: TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 4, depth: 8, writtenSteps: 4)),
        Step(
            testDescription: "all staged steps written out",
            tile: TileGPU(
                rowItems: 8, columnItems: 8, rows: 4, columns: 4, depth: 4, writtenSteps: 4, pipelineStages: 2)),
        Step(
            testDescription: "two copies in turn",
            tile: TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 4, depth: 4, pipelineStages: 2)),
        Step(
            testDescription: "three copies in turn, groups of rows",
            tile: TileGPU(
                rowItems: 2, columnItems: 2, rows: 4, columns: 4, depth: 2, pipelineStages: 3,
                rasterization: .grouped(2))),
        Step(
            testDescription: "nothing staged",
            tile: TileGPU(rowItems: 2, columnItems: 8, rows: 4, columns: 4, warpRows: 0, staged: nil)),
    ]

    private static let target = ProgramGPUTests.target

    private func applied(_ tile: TileGPU, _ program: TensorProgram, stage: String) throws -> ScheduleState {
        var builder = ScheduleBuilder(ScheduleState(program, target: Self.target))
        try tile.apply(to: &builder, stage: stage)
        return builder.state
    }

    @Test(arguments: ladder, [[32, 64, 24], [33, 37, 19], [1, 40, 7], [40, 8, 1], [64, 20, 12]])
    func products(_ step: Step, _ extents: [Int]) throws {
        let program = SamplePrograms.matmul(extents[0], extents[1], extents[2])
        let state = try applied(step.tile, program, stage: "matmul")
        try expectEquivalent(state, to: program)
        let kernel = try #require(state.lowered().kernels.first)
        #expect(kernel.grid.count <= 3 && kernel.local.count <= 3)
        let isStaged = kernel.body.contains { statement in
            if case .allocate(let buffer) = statement { buffer.space == .local } else { false }
        }
        #expect(isStaged == (step.tile.staged != nil))
    }

    @Test(arguments: ladder) func batches(_ step: Step) throws {
        let program = ProductPrograms.heads(21, 3, 8)
        try expectEquivalent(applied(step.tile, program, stage: "scores"), to: program)
    }

    @Test(arguments: ladder, [false, true]) func convolutions(_ step: Step, _ joins: Bool) throws {
        var tile = step.tile
        tile.joinsPlaces = joins
        for program in [WindowPrograms.convolution(9, 4, 5, 7), WindowPrograms.convolution(6, 2, 3, 8, stride: 2)] {
            let state = try applied(tile, program, stage: "conv")
            try expectEquivalent(state, to: program, "\(tile)")
        }
    }

    @Test func swizzledCopies() throws {
        let tile = TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 4, staged: .swizzled, depth: 8)
        for extents in [[64, 64, 16], [40, 36, 20]] {
            let program = SamplePrograms.matmul(extents[0], extents[1], extents[2])
            try expectEquivalent(applied(tile, program, stage: "matmul"), to: program)
        }
    }

    /// A warp of 8 × 4 work-items reads 8 rows and 4 groups of columns in one instruction.
    @Test func warpsAreTiles() throws {
        let tile = TileGPU(rowItems: 16, columnItems: 8, rows: 2, columns: 8, warpRows: 8, depth: 4)
        let state = try applied(tile, SamplePrograms.matmul(64, 128, 16), stage: "matmul")
        let kernel = try #require(state.lowered().kernels.first)
        #expect(kernel.local.map(\.extent) == [4, 8, 4])
        let nest = try #require(state.nests["matmul"])
        let (row, column) = (kernel.local[1].name, kernel.local[2].name)
        #expect(nest.definitions["m"]?.coefficient(of: row) == 2)
        #expect(nest.definitions["n"]?.coefficient(of: column) == 4)
    }

    @Test func stagesAreNoProducts() throws {
        var builder = ScheduleBuilder(ScheduleState(SamplePrograms.softmax(4, 16), target: Self.target))
        let error = #expect(throws: ScheduleError.self) { try TileGPU().apply(to: &builder, stage: "sum") }
        #expect(error?.code == .illegalDataFlow)
    }

    @Test func largeProductsGetLargeTiles() throws {
        let large = TileGPU.candidates(for: ProductShape(rows: 4096, columns: 4096, depth: 4096), target: .sm86)
        let first = try #require(large.first)
        #expect(first.rowItems * first.rows == 128 && first.columnItems * first.columns == 128)
        #expect(first.staged != nil && first.rasterization == .grouped(8))
        #expect(large.contains { $0.pipelineStages > 1 } && large.last?.staged == nil)
        let small = TileGPU.candidates(for: ProductShape(rows: 256, columns: 256, depth: 4096), target: .sm86)
        let tile = try #require(small.first)
        #expect(tile.rowItems * tile.rows < 128 && tile.rasterization == nil)
    }

    /// Steps are written out inside of those that are staged; a record without them reads as one at a time.
    @Test func stepsAreWrittenOut() throws {
        let program = SamplePrograms.matmul(64, 64, 64)
        var tile = TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 4, depth: 8, writtenSteps: 4)
        let loops = try applied(tile, program, stage: "matmul").nest("matmul").loops
        #expect(loops.filter(\.isReduction).map(\.extent) == [8, 2, 4])
        #expect(loops.filter { $0.isReduction && $0.kind == .unrolled }.map(\.extent) == [4])
        let data = try JSONEncoder().encode(tile)
        #expect(try JSONDecoder().decode(TileGPU.self, from: data) == tile)
        var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        fields["writtenSteps"] = nil
        tile.writtenSteps = 1
        let old = try JSONSerialization.data(withJSONObject: fields)
        #expect(try JSONDecoder().decode(TileGPU.self, from: old) == tile)
    }

    /// The list is a function of its arguments, without repeats.
    @Test func candidatesAreDeterministic() {
        let shape = ProductShape(rows: 64, columns: 28, depth: 576, batch: 448, joined: 28)
        let candidates = TileGPU.candidates(for: shape, target: .sm80)
        #expect(candidates == TileGPU.candidates(for: shape, target: .sm80))
        #expect(Set(candidates).count == candidates.count)
        #expect(candidates.contains { $0.joinsPlaces })
        let shallow = TileGPU.candidates(for: ProductShape(rows: 64, columns: 64, depth: 8), target: .sm80)
        #expect(shallow.allSatisfy { $0.pipelineStages == 1 })
    }

    @Test func everyCandidateIsLegal() throws {
        let program = SamplePrograms.matmul(48, 40, 32)
        let stage = try #require(program.stage("matmul"))
        let product = try #require(ProductShape(stage, in: ScheduleState(program, target: Self.target)))
        #expect(product == ProductShape(rows: 48, columns: 40, depth: 32))
        for tile in TileGPU.candidates(for: product, target: Self.target) {
            try expectEquivalent(applied(tile, program, stage: "matmul"), to: program, "\(tile)")
        }
    }
}
