import KernelIR
import Testing

@testable import Scheduling

/// What a map computes alike all along an axis, computed once.
@Suite struct HoistedTests {
    private let target = TargetProfile.genericAVX512

    /// How often a program's stages divide, by stage.
    private func divisions(_ state: ScheduleState) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: state.program.stages.map { stage in
                var count = 0
                for expression in stage.body + stage.finish {
                    expression.forEach { node in
                        switch node {
                        case .binary(.divide, _, _), .unary(.reciprocal, _): count += 1
                        default: break
                        }
                    }
                }
                return (stage.name, count)
            })
    }

    @Test func aDivisorBecomesAFactor() throws {
        let program = SamplePrograms.middleNorm(2, 5, 20)
        let state = try scheduled(program, [.hoist(Hoist(stage: "out"))])
        #expect(state.program.stages.map(\.name) == ["square", "out.invariant", "out"])
        #expect(state.program.buffer("out.invariant")?.shape == [2, 20])
        #expect(divisions(state) == ["square": 0, "out.invariant": 1, "out": 0])
        try expectEquivalent(state, to: program)
    }

    /// The dearest expression goes first; what is left of the others can follow.
    @Test func oneAfterTheOther() throws {
        let (i, j) = (Axis("i", 4), Axis("j", 6))
        let root = Expr.unary(.sqrt, .unary(.absolute, .load("a", [.axis("i")])))
        let value = Expr.load("x", [.axis("i"), .axis("j")]) * (root + .float(1)) / .load("b", [.axis("j")])
        let program = TensorProgram(
            name: "two",
            buffers: [
                Buffer("x", shape: [4, 6], role: .input), Buffer("a", shape: [4], role: .input),
                Buffer("b", shape: [6], role: .input), Buffer("y", shape: [4, 6], role: .output),
            ],
            stages: [.map("out", [i, j], [value], into: ["y"])])
        let once = try scheduled(program, [.hoist(Hoist(stage: "out"))])
        #expect(once.program.buffer("out.invariant")?.shape == [4])
        let twice = try once.applying(.hoist(Hoist(stage: "out")))
        #expect(twice.program.stages.map(\.axes.count) == [1, 1, 2])
        #expect(twice.program.stages.last?.body.flatMap(\.loads).map(\.buffer).contains("b") == false)
        try expectEquivalent(twice, to: program)
    }

    /// The macro computes the reciprocal as the sum is finished, in one kernel with what multiplies by it.
    @Test(arguments: [(2, 5, 20), (3, 64, 7), (1, 4, 300)])
    func rowsMultiply(_ outer: Int, _ reduced: Int, _ inner: Int) throws {
        let program = SamplePrograms.middleNorm(outer, reduced, inner)
        let schedule = try ProgramCPU().schedule(program, target: target)
        let state = try ScheduleState(program, target: target).applying(schedule)
        #expect(divisions(state) == ["square": 1, "out": 0])
        #expect(state.lowered().kernels.count == 1)
        try expectEquivalent(state, to: program)
    }

    @Test func hoistingIsAChoice() throws {
        let macros = ProgramCPU(normalization: NormalizationCPU(hoists: false))
        let schedule = try macros.schedule(SamplePrograms.middleNorm(2, 5, 20), target: target)
        #expect(!schedule.contains { if case .hoist = $0 { true } else { false } })
    }
}
