import Evaluation
import KernelIR
import Policies
import Scheduling

/// A correct kernel that mutants are made of.
public struct BaseKernel: Sendable {
    /// Its place among the base kernels of its workload, part of a mutant's id.
    public let number: Int
    public let schedule: Schedule
    public let loops: LoopProgram

    /// The kernels of one workload: the macros' own choice, then schedules with every lever drawn at random, then the
    /// unscheduled loops.
    ///
    /// Pure: equal seeds give equal kernels. Schedules that give loops already there are left out.
    public static func all(
        of workload: StudyWorkload, target: TargetProfile, count: Int = 4, seed: UInt64
    ) async throws -> [BaseKernel] {
        var schedules: [Schedule] = []
        if let usual = try? ProgramCPU().schedule(workload.program, target: target) { schedules.append(usual) }
        for attempt in 0..<(2 * count) where schedules.count < count - 1 {
            let drawn = try await RandomAuthor.schedule(
                of: workload, target: target, seed: seed &+ UInt64(attempt))
            if let drawn, !schedules.contains(drawn) { schedules.append(drawn) }
        }
        schedules.append([])
        var kernels: [BaseKernel] = []
        for schedule in schedules {
            let state = try ScheduleState(workload.program, target: target).applying(schedule)
            let loops = state.lowered()
            guard !kernels.contains(where: { $0.loops == loops }) else { continue }
            kernels.append(BaseKernel(number: kernels.count, schedule: schedule, loops: loops))
        }
        return kernels
    }
}

/// Schedules as the random policy draws them.
enum RandomAuthor {
    /// The first draw under a seed; nil where the policy finds nothing legal.
    static func schedule(
        of workload: StudyWorkload, target: TargetProfile, seed: UInt64
    ) async throws -> Schedule? {
        // Trajectory 0 would begin with the macros' own choice.
        let observation = Observation(
            workload: workload.workload, program: workload.program, target: target, trajectory: 1, seed: seed)
        guard case .schedule(let schedule)? = try await RandomPolicy().propose(observation)?.content else { return nil }
        return schedule
    }
}
