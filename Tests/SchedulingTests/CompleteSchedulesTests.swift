import KernelIR
import Scheduling
import Testing

/// The schedules that matter, whole: each must compute what the unscheduled program does, tails included.
@Suite struct CompleteSchedulesTests {
    private let target = TargetProfile.genericAVX512

    @Test(arguments: [(16, 64, 8), (13, 70, 9), (6, 64, 5), (1, 1, 1), (25, 131, 17)])
    func registerTiledMatmul(_ m: Int, _ n: Int, _ k: Int) throws {
        let program = SamplePrograms.matmul(m, n, k)
        let state = try ScheduleState(program, target: target).applying([
            .pack(Pack(stage: "matmul", buffer: "b", axis: "n", width: 32)),
            .split(Split(stage: "matmul", loop: "m", factor: 6)),
            .split(Split(stage: "matmul", loop: "n", factor: 32)),
            .split(Split(stage: "matmul", loop: "n.i", factor: 16)),
            .reorder(Reorder(stage: "matmul", loops: ["n.o", "m.o", "k", "m.i", "n.i.o", "n.i.i"])),
            .vectorize(Vectorize(stage: "matmul", loop: "n.i.i")),
            .unroll(Unroll(stage: "matmul", loop: "n.i.o")),
            .unroll(Unroll(stage: "matmul", loop: "m.i")),
            .bind(Bind(stage: "matmul", loop: "n.o")),
            .bind(Bind(stage: "matmul", loop: "m.o")),
        ])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(8, 32, 64), (7, 33, 37)])
    func blockedReductionKeepsATile(_ m: Int, _ n: Int, _ k: Int) throws {
        let program = SamplePrograms.matmul(m, n, k)
        let state = try ScheduleState(program, target: target).applying([
            .split(Split(stage: "matmul", loop: "m", factor: 2)),
            .split(Split(stage: "matmul", loop: "n", factor: 16)),
            .split(Split(stage: "matmul", loop: "k", factor: 8)),
            .reorder(Reorder(stage: "matmul", loops: ["k.o", "m.o", "n.o", "k.i", "m.i", "n.i"])),
            .vectorize(Vectorize(stage: "matmul", loop: "n.i")),
            .unroll(Unroll(stage: "matmul", loop: "m.i")),
        ])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(4, 16), (3, 21)])
    func epilogueThroughAReshape(_ m: Int, _ n: Int) throws {
        let program = SamplePrograms.matmulRelu(m, n, 5)
        let state = try ScheduleState(program, target: target).applying([
            .epilogue(Epilogue(stage: "relu", into: "matmul")),
            .split(Split(stage: "matmul", loop: "n", factor: 16)),
            .reorder(Reorder(stage: "matmul", loops: ["n.o", "k", "n.i"])),
            .vectorize(Vectorize(stage: "matmul", loop: "n.i")),
        ])
        #expect(state.program.stages.count == 1)
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [64, 65, 7, 1])
    func streamedChain(_ n: Int) throws {
        let program = SamplePrograms.chain(n)
        let state = try ScheduleState(program, target: target).applying([
            .inline(Inline(stage: "twice")),
            .split(Split(stage: "product", loop: "product.i", factor: 32)),
            .split(Split(stage: "product", loop: "product.i.i", factor: 16)),
            .vectorize(Vectorize(stage: "product", loop: "product.i.i.i")),
            .bind(Bind(stage: "product", loop: "product.i.o")),
        ])
        #expect(state.program.stages.map(\.name) == ["product"])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(3, 64), (2, 77), (1, 200)])
    func rowSoftmaxInOneSweep(_ rows: Int, _ n: Int) throws {
        let program = SamplePrograms.softmax(rows, n)
        let state = try ScheduleState(program, target: target).applying([
            .fuseReductions(FuseReductions(first: "max", second: "sum", block: 32)),
            .bind(Bind(stage: "out", loop: "out.row")),
            .attach(Attach(stage: "sum", to: "out", loop: "out.row")),
            .attach(Attach(stage: "sum.block1", to: "sum", loop: "sum.b")),
            .attach(Attach(stage: "sum.block0", to: "sum", loop: "sum.b")),
            .split(Split(stage: "sum.block0", loop: "sum.block0.r", factor: 16)),
            .vectorize(Vectorize(stage: "sum.block0", loop: "sum.block0.r.i")),
            .split(Split(stage: "sum.block1", loop: "sum.block1.r", factor: 16)),
            .vectorize(Vectorize(stage: "sum.block1", loop: "sum.block1.r.i")),
            .split(Split(stage: "out", loop: "out.r", factor: 16)),
            .vectorize(Vectorize(stage: "out", loop: "out.r.i")),
        ])
        #expect(state.lowered().kernels.count == 1)
        try expectEquivalent(state, to: program)
    }

    /// The logarithm of sums of exponentials as operators lower it, with a shift that is finite.
    @Test(arguments: [(3, 64), (2, 77), (1, 200)])
    func logSumExpWithAFiniteShiftInOneSweep(_ rows: Int, _ n: Int) throws {
        let program = RowPrograms.shiftedLogSumExp(rows, n, isFinite: true)
        let state = try ScheduleState(program, target: target).applying([
            .fuseReductions(FuseReductions(first: "max", second: "total", block: 32))
        ])
        #expect(state.program.stages.map(\.name) == ["total.block0", "total.block1", "total"])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(3, 64), (2, 77), (1, 200)])
    func rowNormByWelfordBlocks(_ rows: Int, _ n: Int) throws {
        let program = SamplePrograms.norm(rows, n)
        let state = try ScheduleState(program, target: target).applying([
            .fuseReductions(FuseReductions(first: "mean", second: "var", block: 32)),
            .bind(Bind(stage: "out", loop: "out.row")),
            .attach(Attach(stage: "var", to: "out", loop: "out.row")),
            .attach(Attach(stage: "var.block1", to: "var", loop: "var.b")),
            .attach(Attach(stage: "var.block0", to: "var", loop: "var.b")),
            .split(Split(stage: "var.block0", loop: "var.block0.r", factor: 16)),
            .vectorize(Vectorize(stage: "var.block0", loop: "var.block0.r.i")),
            .accumulators(Accumulators(stage: "var.block0", loop: "var.block0.r.o", count: 2)),
        ])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(2, 9, 32), (2, 5, 37), (1, 3, 7)])
    func middleReductionOverColumns(_ outer: Int, _ reduced: Int, _ inner: Int) throws {
        let program = SamplePrograms.middleArgmax(outer, reduced, inner)
        let state = try ScheduleState(program, target: target).applying([
            .split(Split(stage: "argmax", loop: "i", factor: 32)),
            .split(Split(stage: "argmax", loop: "i.i", factor: 16)),
            .reorder(Reorder(stage: "argmax", loops: ["r", "i.i.o", "i.i.i"])),
            .vectorize(Vectorize(stage: "argmax", loop: "i.i.i")),
            .bind(Bind(stage: "argmax", loop: "o")),
            .bind(Bind(stage: "argmax", loop: "i.o")),
        ])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(2, 4, 64), (2, 5, 37)])
    func attachedChunkOfColumns(_ outer: Int, _ reduced: Int, _ inner: Int) throws {
        let program = SamplePrograms.middleNorm(outer, reduced, inner)
        let state = try ScheduleState(program, target: target).applying([
            .split(Split(stage: "out", loop: "out.i", factor: 32)),
            .reorder(Reorder(stage: "out", loops: ["out.o", "out.i.o", "out.r", "out.i.i"])),
            .bind(Bind(stage: "out", loop: "out.o")),
            .bind(Bind(stage: "out", loop: "out.i.o")),
            .attach(Attach(stage: "square", to: "out", loop: "out.i.o")),
            .split(Split(stage: "square", loop: "square.i", factor: 16)),
            .reorder(Reorder(stage: "square", loops: ["square.r", "square.i.o", "square.i.i"])),
            .vectorize(Vectorize(stage: "square", loop: "square.i.i")),
            .split(Split(stage: "out", loop: "out.i.i", factor: 16)),
            .vectorize(Vectorize(stage: "out", loop: "out.i.i.i")),
        ])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [96, 100, 257])
    func splitReductionOfOneLongRow(_ n: Int) throws {
        let program = SamplePrograms.norm(1, n)
        let state = try ScheduleState(program, target: target).applying([
            .splitReduction(SplitReduction(stage: "mean", axis: "mean.r", block: 32)),
            .bind(Bind(stage: "mean.partial", loop: "mean.partial.mean.r.b")),
            .bind(Bind(stage: "mean.partial", loop: "mean.partial.mean.row")),
        ])
        try expectEquivalent(state, to: program)
    }
}
