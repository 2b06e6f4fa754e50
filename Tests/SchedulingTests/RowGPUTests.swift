import KernelIR
import Testing

@testable import Scheduling

/// Reductions by rows and columns, with what is made of them, on GPUs.
@Suite struct RowGPUTests {
    private static let target = ProgramGPUTests.target

    private func state(of program: TensorProgram, _ macro: ProgramGPU = ProgramGPU()) throws -> ScheduleState {
        let start = ScheduleState(program, target: Self.target)
        return try start.applying(macro.schedule(program, target: Self.target))
    }

    /// Expects one kernel that computes what the unscheduled program does, by both methods.
    private func expectOneKernel(_ program: TensorProgram, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for method in CrossItemReduction.Method.allCases {
            let macro = ProgramGPU(reductions: ReductionGPU(rows: RowGPU(method: method)))
            let state = try state(of: program, macro)
            #expect(state.lowered().kernels.count == 1, "\(method)", sourceLocation: sourceLocation)
            #expect(state.nests.values.contains { $0.crossing != nil }, sourceLocation: sourceLocation)
            try expectEquivalent(state, to: program, "\(method)", sourceLocation: sourceLocation)
        }
    }

    /// Shorter than a warp, a warp, ragged, several turns, multiples of four.
    @Test(arguments: [(3, 5), (64, 20), (5, 32), (3, 77), (2, 260), (2, 1100), (1, 64)])
    func rowsAreOneKernel(_ rows: Int, _ n: Int) throws {
        try expectOneKernel(SamplePrograms.softmax(rows, n))
        try expectOneKernel(SamplePrograms.norm(rows, n))
        try expectOneKernel(RowPrograms.shiftedLogSumExp(rows, n))
    }

    @Test(arguments: [(2, 3, 40), (1, 17, 64), (3, 1, 130)])
    func batchesOfRowsAreOneKernel(_ batches: Int, _ rows: Int, _ n: Int) throws {
        try expectOneKernel(RowPrograms.logSoftmax(batches, rows, n))
    }

    @Test(arguments: [(3, 5, 16), (4, 2, 49)])
    func rowsInPiecesAreOneKernel(_ batch: Int, _ channels: Int, _ places: Int) throws {
        try expectOneKernel(RowPrograms.centredChannels(batch, channels, places))
        try expectOneKernel(MorePrograms.frobenius(batch, channels, places))
    }

    /// Wide, narrow and ragged columns, more of them than a group has and fewer.
    @Test(arguments: [(2, 40, 50), (3, 33, 5), (1, 5, 64), (2, 3, 100)])
    func columnsAreOneKernel(_ outer: Int, _ reduced: Int, _ inner: Int) throws {
        try expectOneKernel(SamplePrograms.middleNorm(outer, reduced, inner))
    }

    @Test(arguments: [(40, 50), (100, 7), (300, 33)]) func sumsOfColumns(_ rows: Int, _ columns: Int) throws {
        try expectOneKernel(MorePrograms.columnSum(rows, columns))
    }

    @Test(arguments: [(5, 33), (70, 40), (2, 1000)]) func singleReductions(_ rows: Int, _ n: Int) throws {
        for program in [
            RowPrograms.reduction(.sum(), rows, n), RowPrograms.reduction(.maximum(), rows, n),
            RowPrograms.argmax(rows, n), RowPrograms.moments(rows, n), RowPrograms.logSumExp(rows, n),
        ] { try expectOneKernel(program) }
    }

    @Test func shortReductionsAreOneWorkItems() throws {
        let state = try state(of: RowPrograms.reduction(.sum(), 100, 32))
        #expect(state.nests.values.allSatisfy { $0.crossing == nil })
    }

    /// Windows that overlap share elements: neighbours keep one result each.
    @Test func windowsStayApart() throws {
        let program = MorePrograms.paddedWindow(64, 40)
        let state = try state(of: program)
        #expect(state.nests["window"]?.crossing == nil)
        try expectEquivalent(state, to: program)
    }

    /// One row would keep one group busy: parts of it come first.
    @Test(arguments: [1000, 1027]) func fewLongRowsAreCut(_ n: Int) throws {
        let macro = ProgramGPU(reductions: ReductionGPU(part: 64))
        let program = RowPrograms.argmax(1, n)
        let state = try state(of: program, macro)
        #expect(state.lowered().kernels.map(\.name) == ["total.partial", "total"])
        try expectEquivalent(state, to: program)
        let softmax = SamplePrograms.softmax(2, n)
        let parts = try self.state(of: softmax, macro)
        #expect(parts.lowered().kernels.map(\.name) == ["max.partial", "max", "sum.partial", "sum", "out"])
        try expectEquivalent(parts, to: softmax)
    }

    /// Neighbours are loaded together where rows are multiples of them.
    @Test(arguments: [(512, 4), (510, 2), (511, nil)] as [(Int, Int?)]) func widths(_ n: Int, _ width: Int?) throws {
        let state = try state(of: SamplePrograms.softmax(3, n))
        for stage in ["max", "sum", "out"] {
            let lanes = state.nests[stage]?.loops.last { $0.kind == .lanes }
            #expect(lanes?.extent == width, "\(stage)")
        }
    }

    @Test func shapesAreWholeWarps() {
        func shape(_ rows: Int, _ steps: Int) -> [Int] {
            let shape = RowShape(rows: rows, steps: steps, items: 256, cores: 100)
            return [shape.rows, shape.items]
        }
        #expect(shape(10_000, 2) == [64, 2])
        #expect(shape(10_000, 25) == [8, 32])
        #expect(shape(10_000, 5) == [32, 8])
        #expect(shape(3, 5) == [1, 32])
        #expect(shape(1000, 64) == [4, 64])
        #expect(shape(1000, 300) == [1, 160])
        #expect(shape(1000, 4096) == [1, 256])
        for rows in [1, 2, 3, 40, 999, 100_000] {
            for steps in [1, 2, 3, 17, 31, 32, 33, 100, 255, 257, 5000] {
                let (own, items) = (shape(rows, steps)[0], shape(rows, steps)[1])
                #expect(own * items % 32 == 0 && own * items <= 256 && own >= 1, "\(rows) rows of \(steps)")
                let method = CrossItemReduction.Method.shuffle
                #expect(method.problem(count: items, stride: 1, inGroupOf: own * items) == nil)
            }
        }
    }
}
