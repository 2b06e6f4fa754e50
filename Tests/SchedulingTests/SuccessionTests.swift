import KernelIR
import Testing

@testable import Scheduling

/// Places of extrema by the cheaper combination, where elements come in order.
@Suite struct SuccessionTests {
    /// Arg-max over the middle axis, of rows that nothing stands out of the first element.
    private func program(_ reduced: Int, _ inner: Int) -> TensorProgram {
        var program = SamplePrograms.middleArgmax(2, reduced, inner)
        let isFirst = Expr.binary(.equal, .state(1), .constant(Monoid.unplaced, .int32))
        program.stages[0].finish = [.cast(.int64, .select(isFirst, .constant(0, .int32), .state(1)))]
        return program
    }

    /// Whether the loops compare for what is not within what was found.
    private func usesSuccession(_ state: ScheduleState) -> Bool { "\(state.lowered())".contains("lessOrEqual") }

    @Test func ascendingPlacesNeedNoTies() throws {
        let state = try scheduled(program(12, 20))
        #expect(usesSuccession(state))
        try expectEquivalent(state, to: program(12, 20))
    }

    @Test func splitLoopsAscend() throws {
        let state = try scheduled(program(12, 20), [.split(Split(stage: "argmax", loop: "r", factor: 4))])
        #expect(usesSuccession(state))
        try expectEquivalent(state, to: program(12, 20))
    }

    @Test func exchangedLoopsDoNot() throws {
        let state = try scheduled(
            program(12, 20),
            [
                .split(Split(stage: "argmax", loop: "r", factor: 4)),
                .reorder(Reorder(stage: "argmax", loops: ["r.i", "r.o"])),
            ])
        #expect(!usesSuccession(state))
        try expectEquivalent(state, to: program(12, 20))
    }

    @Test func reversedLoopsDoNot() throws {
        let state = try scheduled(program(12, 20), [.reverse(Reverse(stage: "argmax", loop: "r"))])
        #expect(!usesSuccession(state))
        try expectEquivalent(state, to: program(12, 20))
    }

    /// Nothing but the least, ties, and what is no number: the first place in each case, under the macro too.
    @Test(arguments: [[-Double.infinity], [3], [.nan], [-.infinity, .nan], [1, .infinity, .infinity, .nan, .nan]])
    func awkwardValues(_ values: [Double]) throws {
        let program = program(37, 40)
        let x = (0..<2 * 37 * 40).map { values[($0 / 40 % 37) % values.count] }
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        for actions in [[], schedule] {
            let lowered = try scheduled(program, actions).lowered()
            let found = try LoopProgramInterpreter.run(lowered, inputs: ["x": x])
            #expect(found == (try TensorProgramInterpreter.run(program, inputs: ["x": x])))
        }
    }
}
