import KernelIR

/// Reduces windows one dimension at a time: `STAGE.across` over all other reduced axes, at every place that `axis` reaches
/// as its window slides; `STAGE` over `axis` alone.
///
/// Legal for a monoid that commutes and an axis that all indices hold together with one output axis, in one ratio, so that
/// windows which overlap share places; needs a second reduced axis, and loops that are untouched.
/// ```
/// for i, j                                      for i, w: T[i, w] = max_p x[2*i + p, w]
///     C[i, j] = max_pq x[2*i + p, 2*j + q]   →  for i, j: C[i, j] = max_q T[i, 2*j + q]
/// ```
public struct Separate: ScheduleAction {
    public static let name = "separate"
    public var stage: String
    /// The reduced axis that is left to the second step.
    public var axis: String

    public init(stage: String, axis: String) {
        self.stage = stage
        self.axis = axis
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var whole = try state.stage(stage)
        try state.checkUntouched(whole)
        let window = try state.window(whole, axis)
        guard let monoid = whole.monoid else { return }
        let across = state.freshName("\(stage).across")
        let buffers = monoid.states.indices.map { "\(across).\($0)" }
        let reduced = whole.reduceAxes.filter { $0 != window.inside }
        let outer = whole.axes.filter { $0 != window.result }
        let names = (outer + reduced).map { ($0.name, "\(across).\($0.name)") }
        let place = Axis("\(across).\(axis)".unused(in: Set(names.map(\.1))), window.places)
        var first = Stage.reduce(
            across, whole.axes.map { $0 == window.result ? place : $0 }, monoid, over: reduced,
            whole.body.map { window.reading($0, at: place.name) }, finish: monoid.states.indices.map { .state($0) },
            into: buffers)
        first = first.renaming(Dictionary(uniqueKeysWithValues: names))
        let point = whole.axes.map { $0 == window.result ? window.place : .axis($0.name) }
        whole.kind = .reduce(monoid, over: [window.inside])
        whole.body = buffers.map { .load($0, point) }
        state.replace(whole, precededBy: first)
    }
}
