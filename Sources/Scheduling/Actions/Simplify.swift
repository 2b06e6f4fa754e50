import KernelIR

/// Replaces parts of a stage's expressions by equal ones that cost less: the laws of `ExpressionLaw`.
///
/// Legal where a law applies, also when the stage's loops are scheduled: what is read and written stays as it is. Results
/// may differ in their last places, and are nearer to the exact ones where a sum cancelled.
/// ```
/// y[i] = x[i]·(1 + tanh(u[i]))        →        y[i] = (x[i] + x[i]) / (1 + exp(-2·u[i]))
/// ```
public struct Simplify: ScheduleAction {
    public static let name = "simplify"
    public var stage: String

    public init(stage: String) { self.stage = stage }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let before = try state.stage(stage)
        var simple = before
        simple.body = simple.body.map(ExpressionLaw.simplified)
        simple.finish = simple.finish.map(ExpressionLaw.simplified)
        guard simple != before else {
            throw ScheduleError(
                .illegalDataFlow, "no law makes \(stage) simpler",
                hint: "laws: " + ExpressionLaw.all.map(\.name).joined(separator: ", "))
        }
        state.replace(simple)
    }
}
