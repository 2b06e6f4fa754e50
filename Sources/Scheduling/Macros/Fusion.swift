import KernelIR

/// Which maps are computed where they are read, of those that may be.
public enum Fusion: String, Sendable, Hashable, Codable, CaseIterable {
    /// All but those that are cheaper stored, by an estimate (`FusionCost`).
    case estimated
    /// All.
    case everything

    /// Whether the choice makes a difference to how a program is scheduled.
    public static func matters(to program: TensorProgram, target: TargetProfile) -> Bool {
        let state = ScheduleState(program, target: target)
        let schedules = allCases.map { choice -> Schedule in
            var builder = ScheduleBuilder(state)
            StageFusion(factors: false, fusion: choice).apply(to: &builder)
            return builder.schedule
        }
        return Set(schedules).count > 1
    }
}
