import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Whatever sequence of legal actions is applied, the loops verify and compute what the unscheduled program does.
@Suite struct RandomScheduleTests {
    /// One program and one schedule each; to run a failing one alone, put its seed here: `[41]`.
    static let seeds: [UInt64] = Array(0..<480)

    @Test(arguments: seeds) func schedulesKeepTheValues(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let program = RandomProgram.make(&generator)
        let start = ScheduleState(program, target: RandomSchedule.target(of: seed))
        let steps = Int.random(in: 1...10, using: &generator)
        let schedule = RandomSchedule.make(start, steps: steps, &generator)
        guard let problem = problem(start, schedule, program, seed) else { return }
        let shortest = (0...schedule.count).lazy.map { Array(schedule.prefix($0)) }
            .first { self.problem(start, $0, program, seed) != nil }
        Issue.record("seed \(seed), \(program.name): \(problem) after \(text(shortest ?? schedule))")
    }

    private func problem(
        _ start: ScheduleState, _ schedule: Schedule, _ program: TensorProgram, _ seed: UInt64
    ) -> String? {
        do {
            return try deviation(try start.applying(schedule), from: program, seed: seed)
        } catch {
            return "\(error)"
        }
    }

    private func text(_ schedule: Schedule) -> String {
        let json = { (action: Action) in
            (try? JSONEncoder().encode(action)).map { String(decoding: $0, as: UTF8.self) } ?? "\(action)"
        }
        return schedule.map(json).joined(separator: "\n")
    }
}
