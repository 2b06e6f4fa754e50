import KernelIR

extension ProgramCPU {
    /// Whether some stage of a program, once maps are fused, has expressions for which a law has a cheaper form.
    public static func hasCheaperExpressions(_ program: TensorProgram, target: TargetProfile) -> Bool {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        StageFusion(factors: false).apply(to: &builder)
        let before = builder.schedule.count
        builder.simplify()
        return builder.schedule.count > before
    }
}

extension ScheduleBuilder {
    /// Replaces expressions by equal ones that cost less, in every stage that has such.
    mutating func simplify() {
        for stage in state.program.stages { attempt(.simplify(Simplify(stage: stage.name))) }
    }
}
