import KernelIR
import Testing

@testable import Scheduling

/// Reductions over rows that are swept a few at a time.
@Suite struct SweptReductionTests {
    /// Sums over the middle of `outer` × `rows` × `columns` elements.
    private func sums(_ outer: Int, _ rows: Int, _ columns: Int) -> TensorProgram {
        let (o, i, j) = (Axis("o", outer), Axis("i", rows), Axis("j", columns))
        return TensorProgram(
            name: "columns",
            buffers: [
                Buffer("x", shape: [outer, rows, columns], role: .input),
                Buffer("y", shape: [outer, columns], role: .output),
            ],
            stages: [
                .reduce(
                    "sum", [o, j], .sum(), over: [i], [.load("x", [.axis("o"), .axis("i"), .axis("j")])],
                    finish: [.state(0)], into: ["y"])
            ])
    }

    private func schedule(_ program: TensorProgram, _ rows: Int) throws -> [Action] {
        var macros = ProgramCPU()
        macros.reduction.sweptRows = rows
        return try macros.schedule(program, target: .genericAVX512)
    }

    /// Rows that are no multiple of a step, results that are no multiple of a run.
    @Test(arguments: [(1, 16, 128), (2, 37, 200), (1, 21, 128 + 5), (2, 9, 4096 + 100), (3, 64, 256)])
    func theyAreRight(outer: Int, rows: Int, columns: Int) throws {
        let program = sums(outer, rows, columns)
        for step in [4, 8] {
            try expectEquivalent(try scheduled(program, try schedule(program, step)), to: program, "\(step)")
        }
    }

    /// More states than vectors are kept of one.
    @Test(arguments: [4, 5, 6])
    func manyStatesAreSweptToo(states: Int) throws {
        let (i, j) = (Axis("i", 37), Axis("j", 200))
        let lifts = (1...states).map { Expr.load("x", [.axis("i"), .axis("j")]) * .float(Double($0)) }
        let outputs = (0..<states).map { "y\($0)" }
        var buffers = [Buffer("x", shape: [37, 200], role: .input)]
        buffers += outputs.map { Buffer($0, shape: [200], role: .output) }
        let program = TensorProgram(
            name: "columns", buffers: buffers,
            stages: [
                .reduce(
                    "sum", [j], .sums(states), over: [i], lifts, finish: (0..<states).map { .state($0) },
                    into: outputs)
            ])
        try expectEquivalent(try scheduled(program, try schedule(program, 8)), to: program, "\(states) states")
    }

    /// Rows lie inside of runs of results, steps of rows outside of them.
    @Test func runsLieBetweenTwoLoopsOverRows() throws {
        let program = sums(8, 64, 2048)
        let state = try scheduled(program, try schedule(program, 8))
        #expect(try state.nest("sum").loops.map(\.name) == ["o", "i.o", "j.o", "i.i", "j.i.o", "j.i.i"])
    }

    @Test func shortRowsAndFewOnesStayInRegisters() throws {
        for program in [sums(8, 64, 64), sums(8, 12, 2048)] {
            #expect(try schedule(program, 8) == (try schedule(program, 0)), "\(program.buffers[0].shape)")
        }
    }
}
