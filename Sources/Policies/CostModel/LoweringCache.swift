import Evaluation
import KernelIR
import Scheduling
import Synchronization

/// The levers of programs, the plans of parameters, and the loops and features of schedules, each computed once.
/// Remembering them changes no proposal: they are functions of program, target, parameters and schedule.
final class LoweringCache: Sendable {
    /// What is known of a candidate before it is compiled.
    struct Entry: Sendable {
        var loops: LoopProgram
        var features: LoopFeatures
        /// What no compiler could spare it.
        var work: LeastWork
    }

    private struct Key: Hashable {
        var program: TensorProgram
        var schedule: Schedule
    }

    private struct PlanKey: Hashable {
        var program: TensorProgram
        var parameters: ProgramCPU
    }

    private struct LeverKey: Hashable {
        var program: TensorProgram
        var precision: DType?
    }

    private let levers = Mutex<[LeverKey: [Lever]]>([:])
    private let entries = Mutex<[Key: Entry]>([:])
    private let plans = Mutex<[PlanKey: ProgramPlan]>([:])

    /// What `find` gives for a program, and a type that temporaries may have, the first time.
    func levers(_ program: TensorProgram, _ precision: DType?, find: () -> [Lever]) -> [Lever] {
        let key = LeverKey(program: program, precision: precision)
        if let known = levers.withLock({ $0[key] }) { return known }
        let found = find()
        levers.withLock { $0[key] = found }
        return found
    }

    /// What parameters come to; nil where a macro finds its own choice illegal.
    func plan(_ parameters: ProgramCPU, _ program: TensorProgram, target: TargetProfile) -> ProgramPlan? {
        let key = PlanKey(program: program, parameters: parameters)
        if let known = plans.withLock({ $0[key] }) { return known }
        guard let plan = try? parameters.plan(program, target: target) else { return nil }
        plans.withLock { $0[key] = plan }
        return plan
    }

    /// The lowered program; nil for an illegal schedule.
    func entry(_ schedule: Schedule, _ program: TensorProgram, target: TargetProfile) -> Entry? {
        let key = Key(program: program, schedule: schedule)
        if let known = entries.withLock({ $0[key] }) { return known }
        guard let state = try? ScheduleState(program, target: target).applying(schedule) else { return nil }
        let loops = state.lowered()
        let entry = Entry(
            loops: loops, features: LoopFeatures(loops, target: target), work: LeastWork(loops, target: target))
        entries.withLock { $0[key] = entry }
        return entry
    }

    /// The turns so far whose schedules are legal; with the seconds of those that were correct.
    func turns(_ observation: Observation) -> [(entry: Entry, seconds: Double?)] {
        observation.history.compactMap { turn -> (entry: Entry, seconds: Double?)? in
            guard case .schedule(let schedule) = turn.proposal.content,
                let entry = entry(schedule, observation.program, target: observation.target)
            else { return nil }
            return (entry, turn.verdict.isCorrect ? turn.verdict.medianSeconds : nil)
        }
    }
}
