import KernelIR

/// Applies actions one by one and keeps their list, so that a macro can look at the loops it has made so far.
public struct ScheduleBuilder: Sendable {
    public private(set) var state: ScheduleState
    public private(set) var schedule: Schedule = []

    public init(_ state: ScheduleState) { self.state = state }

    /// Applies an action that must be legal.
    public mutating func apply(_ action: Action) throws(ScheduleError) {
        state = try state.applying(action)
        schedule.append(action)
    }

    /// Applies an action if it is legal, and says whether it was.
    @discardableResult
    public mutating func attempt(_ action: Action) -> Bool {
        guard let next = try? state.applying(action) else { return false }
        state = next
        schedule.append(action)
        return true
    }

    /// The loops of a stage, outermost first.
    func loops(_ stage: String) throws(ScheduleError) -> [Nest.Loop] { try state.nest(stage).loops }

    /// The loop that walks an axis at the innermost level of splitting, e.g. `m` or `m.i`.
    func has(_ loop: String, in stage: String) -> Bool { state.nests[stage]?.position(of: loop) != nil }

    /// Chooses how a stage computes elementary functions.
    ///
    /// Where it has none, or the choice is made already, the schedule stays as it is: else it would differ from another
    /// in nothing that is computed.
    mutating func chooseMath(_ mode: MathMode, of stage: String) throws(ScheduleError) {
        let expressions = try state.stage(stage).body + state.stage(stage).finish
        guard try state.nest(stage).math != mode, expressions.contains(where: \.hasElementaryFunctions) else { return }
        try apply(.math(Math(stage: stage, mode: mode)))
    }

    /// Splits a loop by `factor` if it is longer, and names what became of it.
    ///
    /// - Returns: the outer loop, `nil` where the whole loop became the inner one.
    mutating func split(
        _ loop: String, of stage: String, by factor: Int
    ) throws(ScheduleError) -> (outer: String?, inner: String) {
        let extent = try state.loop(loop, of: stage).loop.extent
        guard extent != factor else { return (nil, loop) }
        try apply(.split(Split(stage: stage, loop: loop, factor: factor)))
        return (loop + ".o", loop + ".i")
    }
}

extension Expr {
    /// Whether an elementary function is computed on the way to the value.
    var hasElementaryFunctions: Bool {
        var found = false
        forEach { node in
            if case .unary(let operation, _) = node { found = found || operation.isElementary }
        }
        return found
    }
}
