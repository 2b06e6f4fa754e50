import KernelIR
import Testing

@testable import Scheduling

/// Schedules for GPUs: legal, and equal to the unscheduled program.
@Suite struct ProgramGPUTests {
    /// A GPU of four multiprocessors with small groups, so that small programs fill several.
    static let target = TargetProfile(
        name: "gpu-test", vectorWidths: [2, 4], vectorRegisters: 128, cores: 4, l1Bytes: 128 << 10, l2Bytes: 1 << 20,
        l3Bytes: 4 << 20, localBytes: 48 << 10, maxGroupSize: 1024, prefersExplicitLanes: false)

    private func check(_ program: TensorProgram, _ macro: ProgramGPU, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let schedule = try macro.schedule(program, target: Self.target)
        let state = try ScheduleState(program, target: Self.target).applying(schedule)
        try expectEquivalent(state, to: program, sourceLocation: sourceLocation)
        for kernel in state.lowered().kernels {
            #expect(kernel.local.reduce(1) { $0 * $1.extent } <= 1024, "\(kernel.name)")
            #expect(kernel.grid.count <= 3 && kernel.local.count <= 3)
        }
    }

    /// Every family of programs that the random walks know, with parameters that leave parts of groups empty.
    @Test(arguments: RandomProgram.families.indices) func everyFamily(_ index: Int) throws {
        for seed in 0..<4 {
            var generator = SeededGenerator(state: UInt64(100 * index + seed))
            let program = RandomProgram.families[index].make(&generator)
            try check(program, ProgramGPU())
            let small = ProgramGPU(
                items: ItemsGPU(items: 4, results: 3),
                tiles: TileGPU(rowItems: 2, columnItems: 3, rows: 2, columns: 2))
            try check(program, small)
        }
    }

    @Test func attentionAndConvolutions() throws {
        try check(ProductPrograms.attention(9, 21, 12), ProgramGPU())
        try check(WindowPrograms.convolution(5, 3, 4, 37), ProgramGPU())
    }

    /// Few results leave cores idle unless parts of their sums run apart.
    @Test func longSumsOfFewProductsAreCut() throws {
        let program = SamplePrograms.matmul(8, 9, 2100)
        let schedule = try ProgramGPU().schedule(program, target: Self.target)
        let state = try ScheduleState(program, target: Self.target).applying(schedule)
        #expect(state.lowered().kernels.map(\.name) == ["matmul.partial", "matmul"])
        try expectEquivalent(state, to: program)
        let whole = try ProgramGPU(productPart: 0).schedule(program, target: Self.target)
        let one = try ScheduleState(program, target: Self.target).applying(whole)
        #expect(one.lowered().kernels.map(\.name) == ["matmul"])
    }

    @Test func partsOfProducts() {
        func part(_ rows: Int, _ columns: Int, _ depth: Int) -> Int? {
            ProductShape(rows: rows, columns: columns, depth: depth).part(atLeast: 512, cores: 108)
        }
        #expect(part(256, 256, 131072) == 10096)
        #expect(part(64, 64, 2048) == 512)
        #expect(part(64, 64, 1000) == nil)
        #expect(part(4096, 4096, 131072) == nil)
    }

    @Test func neighboursInAGroupHaveNeighbouringResults() throws {
        let program = SamplePrograms.matmul(64, 64, 8)
        let tile = TileGPU(
            rowItems: 4, columnItems: 16, rows: 4, columns: 2, vector: 1, warpRows: 0, staged: nil)
        let schedule = try ProgramGPU(tiles: tile).schedule(program, target: Self.target)
        let state = try ScheduleState(program, target: Self.target).applying(schedule)
        let kernel = try #require(state.lowered().kernels.first)
        #expect(kernel.local.map(\.extent) == [4, 16])
        #expect(kernel.grid.map(\.extent) == [4, 2])
        let n = try #require(state.nests["matmul"]?.definitions["n"])
        #expect(n.coefficient(of: kernel.local[1].name) == 1, "\(n)")
    }
}

/// Scans on GPUs.
@Suite struct ScanGPUTests {
    private static let target = ProgramGPUTests.target

    @Test func fewLongScansAreCut() throws {
        for program in [ScanPrograms.rowSums(2, 300), ScanPrograms.middleProducts(1, 257, 3)] {
            let schedule = try ProgramGPU().schedule(program, target: Self.target)
            let state = try ScheduleState(program, target: Self.target).applying(schedule)
            #expect(state.lowered().kernels.map(\.name) == ["scan.total", "scan.carry", "scan"])
            #expect(state.nests["scan"]?.loops.contains { $0.kind == .item && $0.extent > 3 } == true)
            try expectEquivalent(state, to: program)
        }
    }

    /// Many rows, short ones, and a macro that cuts none.
    @Test func othersStayWhole() throws {
        let cases = [
            (ScanPrograms.rowSums(300, 256), ScanGPU()), (ScanPrograms.rowSums(2, 255), ScanGPU()),
            (ScanPrograms.rowSums(2, 300), ScanGPU(shortest: 0)),
        ]
        for (program, macro) in cases {
            let schedule = try ProgramGPU(scans: macro).schedule(program, target: Self.target)
            let state = try ScheduleState(program, target: Self.target).applying(schedule)
            #expect(state.lowered().kernels.map(\.name) == ["scan"])
        }
    }
}
