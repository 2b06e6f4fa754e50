import KernelIR
import Testing

@testable import Scheduling

/// Products that the GPU macros give to matrix instructions.
@Suite struct MatrixGPUTests {
    /// Schedules a program for an A100 and expects its values; gives the formats of the actions.
    private func formats(
        _ program: TensorProgram, _ macro: MatrixGPU = MatrixGPU(), sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [MatrixFormat] {
        let schedule = try ProgramGPU(matrices: macro).schedule(program, target: .sm80)
        let state = try ScheduleState(program, target: .sm80).applying(schedule)
        try expectEquivalent(state, to: program, sourceLocation: sourceLocation)
        for kernel in state.lowered().kernels {
            #expect(kernel.grid.count <= 3 && kernel.local.count <= 3, sourceLocation: sourceLocation)
        }
        return schedule.compactMap { action -> MatrixFormat? in
            if case .matrix(let matrix) = action { matrix.format } else { nil }
        }
    }

    private let small = MatrixGPU(rowWarps: 2, columnWarps: 1, rowTiles: 1, columnTiles: 2)

    @Test(arguments: [(32, 16, 16), (37, 41, 50), (100, 24, 33), (16, 8, 16)])
    func halvesNeedNoPermission(_ m: Int, _ n: Int, _ k: Int) throws {
        for type in [DType.float16, .bfloat16] {
            let program = MatrixPrograms.product(m, n, k, type, transposed: m == 100)
            let expected: MatrixFormat = type == .float16 ? .float16 : .bfloat16
            #expect(try formats(program) == [expected])
            #expect(try formats(program, small) == [expected])
        }
    }

    @Test func batchesAndWhatFollows() throws {
        #expect(try formats(MatrixPrograms.batched(3, 40, 26, 35, .float16)) == [.float16])
        let rounding = MatrixGPU(rounding: MatrixGPU.rounding(under: .bfloat16))
        #expect(try formats(MatrixPrograms.batched(2, 20, 18, 40, .float32), rounding) == [.bfloat16])
    }

    @Test func float32IsRoundedWhereThatIsAllowed() throws {
        let program = SamplePrograms.matmul(40, 24, 36)
        #expect(try formats(program).isEmpty)
        #expect(try formats(program, MatrixGPU(rounding: [.tf32])) == [.tf32])
        #expect(MatrixGPU.rounding(under: nil).isEmpty)
        #expect(MatrixGPU.rounding(under: .float16) == [.float16, .tf32])
    }

    /// Channels are the sum's steps, places its columns.
    @Test func convolutions() throws {
        let program = WindowPrograms.convolution(17, 11, 3, 13)
        #expect(try formats(program, MatrixGPU(rounding: [.tf32])) == [.tf32])
    }

    @Test func whatIsSmallerThanATileIsLeftToOthers() throws {
        #expect(try formats(MatrixPrograms.product(15, 64, 64, .float16)).isEmpty)
        #expect(try formats(MatrixPrograms.product(64, 64, 15, .float16)).isEmpty)
    }

    @Test func otherArchitecturesHaveNone() throws {
        let program = MatrixPrograms.product(64, 64, 64, .float16)
        let schedule = try ProgramGPU().schedule(program, target: .sm75)
        #expect(!schedule.contains { if case .matrix = $0 { true } else { false } })
        let state = try ScheduleState(program, target: .sm75).applying(schedule)
        try expectEquivalent(state, to: program)
    }

    /// Four warps of 64 × 32 results each.
    @Test func groupsOfTheDefaults() throws {
        let program = MatrixPrograms.product(256, 128, 32, .float16)
        let schedule = try ProgramGPU().schedule(program, target: .sm80)
        let kernel = try #require(
            try ScheduleState(program, target: .sm80).applying(schedule).lowered().kernels.first)
        #expect(kernel.grid.map(\.extent) == [2, 2] && kernel.local.map(\.extent) == [2, 2, 32])
    }

    /// A map that feeds a product of halves stays apart, as before a product of float32.
    @Test func mapsStayApartFromProducts() throws {
        var program = MatrixPrograms.product(32, 32, 32, .float16)
        program.buffers[0].role = .temporary
        program.buffers.append(Buffer("x", .float16, shape: [32, 32], role: .input))
        let x = Expr.cast(.float32, .load("x", [.axis("i"), .axis("j")]))
        program.stages.insert(
            .map(
                "relu", [Axis("i", 32), Axis("j", 32)], [.cast(.float16, .binary(.max, .float(0), x))], into: ["a"]),
            at: 0)
        #expect(try formats(program) == [.float16])
    }
}
