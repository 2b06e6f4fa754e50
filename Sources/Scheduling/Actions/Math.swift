import KernelIR

/// Chooses how a stage computes `exp`, `tanh`, `erf` and their like.
///
/// Always legal. `fast` takes branch-free polynomials in vector code in place of the language's built-ins; both keep
/// float32 accuracy to a few units in the last place.
/// ```
/// y = tanh(x)        →        y = x·P(x²)/Q(x²), clamped
/// ```
public struct Math: ScheduleAction {
    public static let name = "math"
    public var stage: String
    public var mode: MathMode

    public init(stage: String, mode: MathMode) {
        self.stage = stage
        self.mode = mode
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        nest.math = mode
        state.nests[stage] = nest
    }
}
