import KernelIR

/// The program that predicted ratios are taken to: every stage a launch of its own, every work-item one result.
///
/// It is what a first kernel looks like that somebody writes from the definition of the workload. A program without any
/// bound loop would keep a whole GPU waiting for one thread, and make every other one look good.
public struct UnscheduledGPU: Sendable, Hashable {
    public init() {}

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        let items = ItemsGPU(items: 256, results: 1, math: .exact)
        for stage in builder.state.program.stages { try items.apply(to: &builder, stage: stage.name) }
        return builder.schedule
    }
}
