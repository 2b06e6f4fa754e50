import KernelIR
import Testing

@testable import Scheduling

/// The random walks reach what they are meant to test.
@Suite struct RandomScheduleCoverageTests {
    @Test func everyActionAndFamilyOccurs() {
        var actions: Set<String> = []
        var programs: Set<String> = []
        for seed in RandomScheduleTests.seeds {
            var generator = SeededGenerator(state: seed)
            let program = RandomProgram.make(&generator)
            let start = ScheduleState(program, target: RandomSchedule.target(of: seed))
            let schedule = RandomSchedule.make(start, steps: 10, &generator)
            programs.insert(program.stages.map(\.name).joined(separator: " "))
            actions.formUnion(schedule.map { type(of: $0.wrapped).name })
        }
        // A CPU has no matrix instructions.
        #expect(actions == Set(Action.types.map { $0.name }).subtracting([Matrix.name]))
        #expect(programs.count == RandomProgram.families.count)
    }

    @Test func walksAreDeterministic() {
        func walk() -> Schedule {
            var generator = SeededGenerator(state: 5)
            let program = RandomProgram.make(&generator)
            return RandomSchedule.make(ScheduleState(program, target: .genericAVX512), steps: 8, &generator)
        }
        #expect(walk() == walk())
    }
}
