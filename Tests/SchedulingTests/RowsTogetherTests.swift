import KernelIR
import Testing

@testable import Scheduling

/// Reductions along rows that are walked down several at a time.
@Suite struct RowsTogetherTests {
    /// Sums along rows of `columns` elements, times a vector that all rows share where that is asked for.
    private func sums(_ rows: Int, _ columns: Int, shared: Bool) -> TensorProgram {
        let (i, k) = (Axis("i", rows), Axis("k", columns))
        let element = Expr.load("x", [.axis("i"), .axis("k")])
        return TensorProgram(
            name: "rows",
            buffers: [
                Buffer("x", shape: [rows, columns], role: .input), Buffer("y", shape: [rows], role: .output),
            ] + (shared ? [Buffer("v", shape: [columns], role: .input)] : []),
            stages: [
                .reduce(
                    "sum", [i], .sum(), over: [k], [shared ? element * .load("v", [.axis("k")]) : element * element],
                    finish: [.state(0)], into: ["y"])
            ])
    }

    private func schedule(_ program: TensorProgram, _ rows: Int?, accumulators: Int = 4) throws -> [Action] {
        var macros = ProgramCPU()
        macros.reduction.rows = rows
        macros.reduction.accumulators = accumulators
        return try macros.schedule(program, target: .genericAVX512)
    }

    /// How many rows a schedule takes together: the factor of the unrolled loop over rows.
    private func rowsTaken(_ schedule: [Action]) -> Int {
        schedule.reduce(1) { taken, action in
            if case .split(let split) = action, split.loop == "i" { split.factor } else { taken }
        }
    }

    /// Rows that are no multiple of those taken, elements that are no multiple of a vector.
    @Test(arguments: [(8, 64), (37, 70), (9, 1031), (3, 16)], [2, 4, 8])
    func theyAreRight(_ shape: (Int, Int), _ rows: Int) throws {
        for shared in [false, true] {
            for accumulators in [1, 4] {
                let program = sums(shape.0, shape.1, shared: shared)
                let actions = try schedule(program, rows, accumulators: accumulators)
                #expect(rowsTaken(actions) == (shape.0 > rows ? rows : 1))
                try expectEquivalent(try scheduled(program, actions), to: program, "\(rows) rows")
            }
        }
    }

    @Test func longRowsAreTakenTogetherWhereTheyAreMany() throws {
        #expect(rowsTaken(try schedule(sums(256, 2048, shared: true), nil)) == 8)
        #expect(rowsTaken(try schedule(sums(256, 2048, shared: false), nil)) == 4)
        #expect(rowsTaken(try schedule(sums(256, 512, shared: true), nil)) == 1)
        #expect(rowsTaken(try schedule(sums(12, 2048, shared: true), nil)) == 1)
    }

    /// More accumulators than registers hold: each row for itself.
    @Test func tooManyAccumulatorsLeaveRowsAlone() throws {
        let program = sums(64, 2048, shared: true)
        let actions = try schedule(program, 8, accumulators: 16)
        #expect(rowsTaken(actions) == 1)
        try expectEquivalent(try scheduled(program, actions), to: program)
    }
}
