import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Expressions that two stages have in common, computed once.
@Suite struct ExtractedTests {
    private let target = TargetProfile.genericAVX512

    /// How often a program's stages compute an exponential, by stage.
    private func exponentials(_ state: ScheduleState) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: state.program.stages.map { stage in
                var count = 0
                for expression in stage.body {
                    expression.forEach { if case .unary(.exp, _) = $0 { count += 1 } }
                }
                return (stage.name, count)
            })
    }

    @Test func softmaxComputesItsExponentialsOnce() throws {
        let program = SamplePrograms.softmax(5, 40)
        let state = try scheduled(program, [.extract(Extract(stage: "out", with: "sum"))])
        #expect(exponentials(state) == ["max": 0, "out.common": 1, "sum": 0, "out": 0])
        #expect(state.program.stages.map(\.name) == ["max", "out.common", "sum", "out"])
        try expectEquivalent(state, to: program)
    }

    /// The axes are those of the stage that is named first, in its order.
    @Test func theOtherWayRound() throws {
        let program = SamplePrograms.softmax(5, 40)
        let state = try scheduled(program, [.extract(Extract(stage: "sum", with: "out"))])
        #expect(state.program.stages.map(\.name) == ["max", "sum.common", "sum", "out"])
        try expectEquivalent(state, to: program)
    }

    /// A transposed reader reads what was computed at its place.
    @Test func transposed() throws {
        let (i, j) = (Axis("i", 4), Axis("j", 6))
        func root(_ row: String, _ column: String) -> Expr {
            .unary(.sqrt, .unary(.absolute, .load("x", [.axis(row), .axis(column)])))
        }
        let program = TensorProgram(
            name: "transposed",
            buffers: [
                Buffer("x", shape: [4, 6], role: .input), Buffer("y", shape: [4, 6], role: .output),
                Buffer("z", shape: [6, 4], role: .output),
            ],
            stages: [
                .map("rows", [i, j], [root("i", "j") + .float(1)], into: ["y"]),
                .map("columns", [Axis("a", 6), Axis("b", 4)], [root("b", "a") * .float(2)], into: ["z"]),
            ])
        let state = try scheduled(program, [.extract(Extract(stage: "columns", with: "rows"))])
        #expect(state.program.stages.map(\.name) == ["columns.common", "rows", "columns"])
        #expect(state.program.buffer("columns.common")?.shape == [6, 4])
        try expectEquivalent(state, to: program)
    }

    /// The macro attaches all to the row, whose exponentials it computes once where two rows fit the caches.
    @Test(arguments: [(8, 16), (6, 40), (3, 257), (64, 5)])
    func rowsKeepTheirExponentials(_ rows: Int, _ n: Int) throws {
        let program = SamplePrograms.softmax(rows, n)
        let schedule = try ProgramCPU().schedule(program, target: target)
        let state = try ScheduleState(program, target: target).applying(schedule)
        #expect(exponentials(state).values.reduce(0, +) == 1)
        #expect(state.lowered().kernels.count == 1)
        try expectEquivalent(state, to: program)
    }

    @Test func rowsBeyondTheCachesAreSweptInBlocks() throws {
        let program = SamplePrograms.softmax(8, target.l2Bytes / 8 + 1)
        let schedule = try ProgramCPU().schedule(program, target: target)
        #expect(!schedule.contains { if case .extract = $0 { true } else { false } })
        #expect(schedule.contains { if case .fuseReductions = $0 { true } else { false } })
    }

    @Test func keepingIsAChoice() throws {
        let macros = ProgramCPU(normalization: NormalizationCPU(keepsFunctions: false))
        let schedule = try macros.schedule(SamplePrograms.softmax(8, 64), target: target)
        #expect(!schedule.contains { if case .extract = $0 { true } else { false } })
    }

    /// A norm's differences are cheaper to compute than to keep.
    @Test func normsKeepNothing() throws {
        let schedule = try ProgramCPU().schedule(SamplePrograms.norm(8, 64), target: target)
        #expect(!schedule.contains { if case .extract = $0 { true } else { false } })
    }
}
