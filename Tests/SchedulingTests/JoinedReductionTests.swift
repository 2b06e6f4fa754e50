import Foundation
import KernelIR
import Scheduling
import Testing

/// Reductions that read other reductions' results, scheduled together so that rows are read once.
@Suite struct JoinedReductionTests {
    private let target = TargetProfile.genericAVX512

    /// The mean over rows of log Σ exp x less some scores, those of classes below a number, as cross entropy is lowered.
    private func crossEntropy(_ rows: Int, _ n: Int) -> TensorProgram {
        let row = [Axis("row", rows)]
        let x = Expr.load("x", [.axis("row"), .axis("r")])
        let greatest = Expr.load("m", [.axis("row")])
        let isTarget = Expr.binary(
            .less, .cast(.float32, .index(.axis("r"), .int32)), .load("classes", [.axis("row")]))
        return TensorProgram(
            name: "crossEntropy",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("classes", shape: [rows], role: .input),
                Buffer("m", shape: [rows], role: .temporary), Buffer("l", shape: [rows], role: .temporary),
                Buffer("s", shape: [rows], role: .temporary), Buffer("y", shape: [], role: .output),
            ],
            stages: [
                .reduce("max", row, .maximumNumber(), over: [Axis("r", n)], [x], finish: [.state(0)], into: ["m"]),
                .reduce(
                    "logsum", row, .sum(), over: [Axis("r", n)], [.unary(.exp, x - greatest)],
                    finish: [.unary(.log, .state(0)) + greatest], into: ["l"]),
                .reduce(
                    "score", row, .sum(), over: [Axis("r", n)], [.select(isTarget, x, .constant(0, .float32))],
                    finish: [.state(0)], into: ["s"]),
                .reduce(
                    "mean", [], .sum(), over: row,
                    [.load("l", [.axis("row")]) - .load("s", [.axis("row")])],
                    finish: [.state(0) * .float(1 / Double(rows))], into: ["y"]),
            ])
    }

    private func scheduled(_ program: TensorProgram, _ macro: NormalizationCPU) throws -> ScheduleState {
        let schedule = try ProgramCPU(normalization: macro).schedule(program, target: target)
        return try ScheduleState(program, target: target).applying(schedule)
    }

    @Test(arguments: [(64, 40), (37, 300), (4, 64), (48, 16)])
    func crossEntropies(_ rows: Int, _ n: Int) throws {
        let program = crossEntropy(rows, n)
        for block in [nil, 0, 32] as [Int?] {
            let state = try scheduled(program, NormalizationCPU(block: block))
            // The parts, and their sum: what reads the scores is one kernel.
            let readers = state.lowered().kernels.filter { $0.body.contains { reads("x", $0) } }
            #expect(readers.map(\.name) == ["mean.partial"])
            #expect(state.lowered().kernels.count == 2)
            try expectEquivalent(state, to: program)
        }
    }

    /// A reduction whose result is handed out takes in the one it reads.
    @Test(arguments: [(16, 40), (5, 300), (33, 64)])
    func logSumExps(_ rows: Int, _ n: Int) throws {
        let program = RowPrograms.shiftedLogSumExp(rows, n)
        for block in [nil, 0, 32] as [Int?] {
            let state = try scheduled(program, NormalizationCPU(block: block))
            #expect(state.lowered().kernels.map(\.name) == ["total"])
            try expectEquivalent(state, to: program)
        }
    }

    @Test func reductionsStayApartOnRequest() throws {
        let program = crossEntropy(64, 40)
        let state = try scheduled(program, NormalizationCPU(joinsReductions: false))
        #expect(state.lowered().kernels.map(\.name) == ["max", "logsum", "score", "mean"])
        try expectEquivalent(state, to: program)
    }

    /// Reductions over different rows gain nothing by being one kernel: windows, and what sums them up.
    @Test func strangersStayApart() throws {
        var program = WindowPrograms.pool(8, 32)
        program.buffers.append(Buffer("all", shape: [2], role: .output))
        for place in program.buffers.indices where program.buffers[place].name == "y" {
            program.buffers[place].role = .temporary
        }
        program.stages.append(
            .reduce(
                "all", [Axis("image", 2)], .sum(), over: [Axis("row", 8), Axis("column", 32)],
                [.load("y", [.axis("image"), .axis("row"), .axis("column")])], finish: [.state(0)], into: ["all"]))
        let plan = try ProgramCPU().plan(program, target: target)
        #expect(plan.macros["all"] == .reduction)
        try expectEquivalent(try ScheduleState(program, target: target).applying(plan.schedule), to: program)
    }

    /// Records from before reductions were joined keep their schedules.
    @Test func oldRecordsJoinNothing() throws {
        let record = """
            {"accumulators":4,"columns":256,"chunk":16384,"math":"fast","streams":true,"reverses":true}
            """
        let macro = try JSONDecoder().decode(NormalizationCPU.self, from: Data(record.utf8))
        #expect(!macro.joinsReductions && !macro.prefetches)
    }

    private func reads(_ buffer: String, _ statement: Statement) -> Bool {
        switch statement {
        case .loop(_, _, _, _, let body): body.contains { reads(buffer, $0) }
        case .when(_, let then, let otherwise): (then + otherwise).contains { reads(buffer, $0) }
        case .store(let stores): stores.contains { $0.value.loads.contains { $0.buffer == buffer } }
        default: false
        }
    }
}
