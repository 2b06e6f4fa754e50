import KernelIR
import Scheduling
import Testing

@testable import Policies

/// Whether maps are computed where they are read is varied where that makes a difference.
@Suite struct FusionLeverTests {
    /// The sums of a tower of tanh and of its squares, each over a row.
    private func sums(height: Int) -> TensorProgram {
        let (rows, n) = (4096, 4096)
        let (row, r) = (Axis("row", rows), Axis("r", n))
        let point: [Index] = [.axis("row"), .axis("r")]
        let t = Expr.load("t", point)
        let tower = (0..<height).reduce(Expr.load("x", point)) { value, _ in .unary(.tanh, value) }
        return TensorProgram(
            name: "sums",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("t", shape: [rows, n], role: .temporary),
                Buffer("s", shape: [rows], role: .output), Buffer("q", shape: [rows], role: .output),
            ],
            stages: [
                .map("tower", [row, r], [tower], into: ["t"]),
                .reduce("sum", [row], .sum(), over: [r], [t], finish: [.state(0)], into: ["s"]),
                .reduce("squares", [row], .sum(), over: [r], [t * t], finish: [.state(0)], into: ["q"]),
            ])
    }

    private func lever(_ program: TensorProgram) -> Lever? {
        SketchSpace(program, target: .genericAVX512).levers.first { $0.subject == .fused }
    }

    @Test func dearMapsAreTriedBothWays() throws {
        let program = sums(height: 3)
        let space = SketchSpace(program, target: .genericAVX512)
        let found = try #require(lever(program))
        let others = found.alternatives(ProgramCPU())
        #expect(others.map(\.parameters) == [ProgramCPU(fusion: .everything)])
        #expect(others.map(\.change) == ["maps computed where they are read: everything"])
        #expect(found.alternatives(ProgramCPU(fusion: .everything)).map(\.parameters) == [ProgramCPU()])
        let changed = try #require(space.proposal(others[0].parameters, rationale: ""))
        #expect(changed.content != space.proposal(ProgramCPU(), rationale: "")?.content)
        try expectLegal(changed, program)
    }

    /// One tanh behind memory is no work, and most programs have no map that could be stored.
    @Test func otherProgramsHaveNoSuchLever() {
        for program in PolicyPrograms.all + [sums(height: 1)] { #expect(lever(program) == nil) }
    }
}
