import KernelIR
import Testing

@testable import Scheduling

/// Reductions that the work-items of a group share compute what one work-item does.
@Suite struct SharedReductionTests {
    /// Two rows a group where there are several, 32 work-items a row.
    private func schedule(_ method: CrossItemReduction.Method) -> Schedule {
        [
            .split(Split(stage: "total", loop: "row", factor: 2)), .bind(Bind(stage: "total", loop: "row.o")),
            .bind(Bind(stage: "total", loop: "row.i", to: .item)),
            .split(Split(stage: "total", loop: "r", factor: 32)),
            .crossThread(CrossThread(stage: "total", loop: "r.i", method: method)),
        ]
    }

    private func applied(_ program: TensorProgram, _ schedule: Schedule) throws -> ScheduleState {
        try ScheduleState(program, target: ProgramGPUTests.target).applying(schedule)
    }

    @Test(arguments: [(4, 64), (5, 70), (3, 20), (2, 32), (3, 1)])
    func everyMonoid(_ rows: Int, _ n: Int) throws {
        let programs = [
            RowPrograms.reduction(.sum(), rows, n), RowPrograms.reduction(.maximum(), rows, n),
            RowPrograms.reduction(.minimum(), rows, n), RowPrograms.reduction(.maximumNumber(), rows, n),
            RowPrograms.argmax(rows, n), RowPrograms.moments(rows, n), RowPrograms.logSumExp(rows, n),
        ]
        for method in CrossItemReduction.Method.allCases {
            for program in programs {
                let state = try applied(program, schedule(method))
                let kernel = try #require(state.lowered().kernels.first)
                #expect(kernel.local.map(\.extent) == [2, 32])
                try expectEquivalent(state, to: program, "\(program.name) by \(method)")
            }
        }
    }

    /// The first of equal elements, and NaN before all, whoever has them.
    @Test(arguments: CrossItemReduction.Method.allCases) func tiesAndNaN(_ method: CrossItemReduction.Method) throws {
        let program = RowPrograms.argmax(2, 70)
        let loops = try applied(program, schedule(method)).lowered()
        func places(_ x: [Double]) throws -> [Double]? {
            try LoopProgramInterpreter.run(loops, inputs: ["x": x])["place"]
        }
        #expect(try places(Array(repeating: 3, count: 140)) == [0, 0])
        var x = (0..<140).map { Double($0 % 7) }
        #expect(try places(x) == [6, 6])
        x[41] = .nan
        x[70 + 66] = .nan
        #expect(try places(x) == [41, 66])
    }

    /// Lanes, several accumulators and work-items at once.
    @Test(arguments: [300, 256, 130]) func partialResultsOfEachWorkItem(_ n: Int) throws {
        let program = RowPrograms.moments(3, n)
        let state = try applied(
            program,
            [
                .bind(Bind(stage: "total", loop: "row")), .split(Split(stage: "total", loop: "r", factor: 128)),
                .split(Split(stage: "total", loop: "r.i", factor: 4)),
                .crossThread(CrossThread(stage: "total", loop: "r.i.o", method: .shuffle)),
                .vectorize(Vectorize(stage: "total", loop: "r.i.i")),
                .accumulators(Accumulators(stage: "total", loop: "r.o", count: 2)),
            ])
        try expectEquivalent(state, to: program)
    }

    /// Columns beside one another: several results of each work-item, in registers, in vectors and in an array.
    @Test(arguments: ["unrolled", "lanes", "serial"]) func tilesOfResults(_ kind: String) throws {
        let program = MorePrograms.columnSum(40, 12)
        var schedule: Schedule = [
            .split(Split(stage: "sum", loop: "i", factor: 4)), .bind(Bind(stage: "sum", loop: "i.o")),
            .split(Split(stage: "sum", loop: "r", factor: 8)),
            .crossThread(CrossThread(stage: "sum", loop: "r.i", method: .tree)),
            .reorder(Reorder(stage: "sum", loops: ["r.o", "i.i"])),
        ]
        if kind == "unrolled" { schedule.append(.unroll(Unroll(stage: "sum", loop: "i.i"))) }
        if kind == "lanes" { schedule.append(.vectorize(Vectorize(stage: "sum", loop: "i.i"))) }
        try expectEquivalent(try applied(program, schedule), to: program)
    }

    /// Work-items share all of the reduction, and none of its loops is left.
    @Test(arguments: ["lanes", "unrolled", "item", "serial"]) func nothingLeftToWalk(_ kind: String) throws {
        let program = MorePrograms.columnSum(9, 4)
        var schedule: Schedule = [.crossThread(CrossThread(stage: "sum", loop: "r", method: .tree))]
        if kind == "lanes" { schedule.append(.vectorize(Vectorize(stage: "sum", loop: "i"))) }
        if kind == "unrolled" { schedule.append(.unroll(Unroll(stage: "sum", loop: "i"))) }
        if kind == "item" { schedule.append(.bind(Bind(stage: "sum", loop: "i", to: .item))) }
        try expectEquivalent(try applied(program, schedule), to: program)
    }

    /// Columns side by side, each shared by work-items that lie a group's width apart.
    @Test(arguments: [(2, 37, 3), (1, 64, 40), (3, 5, 33)])
    func columns(_ outer: Int, _ reduced: Int, _ inner: Int) throws {
        let program = SamplePrograms.middleArgmax(outer, reduced, inner)
        let state = try applied(
            program,
            [
                .bind(Bind(stage: "argmax", loop: "o")), .split(Split(stage: "argmax", loop: "r", factor: 8)),
                .crossThread(CrossThread(stage: "argmax", loop: "r.i", method: .tree)),
                .bind(Bind(stage: "argmax", loop: "i", to: .item)),
            ])
        #expect(state.lowered().kernels.first?.local.map(\.extent) == [8, inner])
        try expectEquivalent(state, to: program)
    }

    /// Softmax in one kernel: both reductions are attached where the work-items begin.
    @Test(arguments: [(3, 64), (2, 77), (4, 20), (1, 1)])
    func softmax(_ rows: Int, _ n: Int) throws {
        let program = SamplePrograms.softmax(rows, n)
        let rowsOnItems: Schedule = [
            .bind(Bind(stage: "out", loop: "out.row")), .split(Split(stage: "out", loop: "out.r", factor: 32)),
            .reorder(Reorder(stage: "out", loops: ["out.r.i", "out.r.o"])),
            .bind(Bind(stage: "out", loop: "out.r.i", to: .item)),
        ]
        for method in CrossItemReduction.Method.allCases {
            let shared = ["sum", "max"].flatMap { stage -> Schedule in
                [
                    .attach(Attach(stage: stage, to: "out", loop: "out.r.i", allowRecompute: true)),
                    .split(Split(stage: stage, loop: "\(stage).r", factor: 32)),
                    .crossThread(CrossThread(stage: stage, loop: "\(stage).r.i", method: method)),
                ]
            }
            let state = try applied(program, rowsOnItems + shared)
            #expect(state.lowered().kernels.map(\.name) == ["out"])
            try expectEquivalent(state, to: program, "\(method)")
        }
    }

    /// A reduction whose finish reads another one, both shared by the same work-items.
    @Test(arguments: [(3, 64), (2, 40)]) func reductionsOfReductions(_ rows: Int, _ n: Int) throws {
        let program = RowPrograms.shiftedLogSumExp(rows, n)
        let state = try applied(
            program,
            [
                .bind(Bind(stage: "total", loop: "total.row")),
                .split(Split(stage: "total", loop: "total.r", factor: 32)),
                .crossThread(CrossThread(stage: "total", loop: "total.r.i", method: .shuffle)),
                .attach(Attach(stage: "max", to: "total", loop: "total.r.i", allowRecompute: true)),
                .split(Split(stage: "max", loop: "max.r", factor: 32)),
                .crossThread(CrossThread(stage: "max", loop: "max.r.i", method: .shuffle)),
            ])
        #expect(state.lowered().kernels.map(\.name) == ["total"])
        try expectEquivalent(state, to: program)
    }

    /// Conditions around what work-items meet in hold for all of them or none: the interpreter would refuse others.
    @Test func guardsStayUniform() throws {
        let program = RowPrograms.reduction(.sum(), 5, 70)
        let kernel = try #require(try applied(program, schedule(.tree)).lowered().kernels.first)
        func conditions(_ body: [Statement]) -> [Bound] {
            body.flatMap { statement -> [Bound] in
                switch statement {
                case .loop(_, _, _, _, let inner): return conditions(inner)
                case .when(let bounds, let then, let otherwise):
                    return bounds + conditions(then) + conditions(otherwise)
                default: return []
                }
            }
        }
        let items = Set(kernel.local.map(\.name))
        #expect(conditions(kernel.body).allSatisfy { $0.index.axes.isDisjoint(with: items) })
    }
}
