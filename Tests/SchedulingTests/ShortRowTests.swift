import KernelIR
import Testing

@testable import Scheduling

/// Short rows that share a work-group under the normalization macro.
@Suite struct ShortRowTests {
    private let target = TargetProfile.genericAVX512

    private func scheduled(_ program: TensorProgram, together elements: Int) throws -> ScheduleState {
        let macro = ProgramCPU(normalization: NormalizationCPU(groupElements: elements))
        return try ScheduleState(program, target: target).applying(try macro.schedule(program, target: target))
    }

    private func groups(_ program: TensorProgram, together elements: Int) throws -> Int {
        let state = try scheduled(program, together: elements)
        let map = try #require(state.program.stages.last { !$0.isReduction })
        return try #require(state.nests[map.name]).loops.filter { $0.kind == .grid }.reduce(1) { $0 * $1.extent }
    }

    /// As many rows as the elements allow, of those that divide their count, and every core keeps eight groups.
    @Test(arguments: [
        (4096, 16, 2048, 32), (4096, 16, 0, 4096), (4096, 60, 2048, 128), (4094, 16, 2048, 46), (4099, 16, 2048, 4099),
    ])
    func groupsOfRows(_ rows: Int, _ n: Int, _ elements: Int, _ expected: Int) throws {
        #expect(try groups(SamplePrograms.softmax(rows, n), together: elements) == expected)
    }

    @Test func everyCoreKeepsGroups() throws {
        let rows = 16 * target.cores
        #expect(try groups(SamplePrograms.softmax(rows, 4), together: 1 << 20) == 8 * target.cores)
    }

    @Test(arguments: [(64, 16), (96, 5), (512, 33), (300, 7)])
    func results(_ rows: Int, _ n: Int) throws {
        for program in [SamplePrograms.softmax(rows, n), SamplePrograms.norm(rows, n)] {
            try expectEquivalent(try scheduled(program, together: 2048), to: program)
        }
    }

    /// A row that is all there is has no loop to carry its reductions: they are launches, and everything is in vectors.
    @Test(arguments: [40, 98304]) func theOnlyRow(_ n: Int) throws {
        let r = Axis("r", n)
        let x = Expr.load("x", [.axis("r")])
        let e = Expr.unary(.exp, x - .load("m", []))
        let program = TensorProgram(
            name: "softmax",
            buffers: [
                Buffer("x", shape: [n], role: .input), Buffer("m", shape: [], role: .temporary),
                Buffer("s", shape: [], role: .temporary), Buffer("y", shape: [n], role: .output),
            ],
            stages: [
                .reduce("max", [], .maximumNumber(), over: [r], [x], finish: [.state(0)], into: ["m"]),
                .reduce("sum", [], .sum(), over: [r], [e], finish: [.state(0)], into: ["s"]),
                .map("out", [r], [e / .load("s", [])], into: ["y"]),
            ])
        let state = try scheduled(program, together: 2048)
        #expect(try state.nest("out").loops.contains { $0.kind == .lanes })
        if n < 1000 { try expectEquivalent(state, to: program) }
    }
}
