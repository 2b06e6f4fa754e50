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
        for (buffer, type) in zip(buffers, monoid.states) {
            state.program.buffers.append(Buffer(buffer, type, shape: first.axes.map(\.extent), role: .temporary))
        }
        state.insert(first, before: stage)
        state.replace(whole)
        state.nests[stage] = Nest(whole)
    }
}

/// How a reduced axis slides along an output axis: the place `stride · result + dilation · inside`.
struct SlidingWindow {
    let result: Axis
    let inside: Axis
    let stride: Int
    let dilation: Int

    /// The place of a step in a window.
    var place: Index { .axis(result.name) * stride + .axis(inside.name) * dilation }

    /// How many places windows reach, counted from the first one.
    var places: Int { (result.extent - 1) * stride + (inside.extent - 1) * dilation + 1 }

    /// The window that the indices share; `nil` where they have none, or hold the axes in different ratios.
    init?(_ result: Axis, _ inside: Axis, in indices: [Index]) {
        guard let first = indices.first(where: { $0.coefficient(of: inside.name) != 0 }) else { return nil }
        let (stride, dilation) = (first.coefficient(of: result.name), first.coefficient(of: inside.name))
        guard stride > 0, dilation > 0 else { return nil }
        let unit = Self.commonDivisor(stride, dilation)
        (self.result, self.inside, self.stride, self.dilation) = (result, inside, stride / unit, dilation / unit)
        guard indices.allSatisfy({ units($0) != nil }) else { return nil }
    }

    /// An expression of a window's steps as one of places.
    func reading(_ expr: Expr, at axis: String) -> Expr {
        expr.rewritten { node in
            switch node {
            case .index(let index, let type): return .index(moved(index, axis), type)
            case .inside(let bounds): return .inside(bounds.map { Bound(moved($0.index, axis), below: $0.extent) })
            case .load(var load):
                load.indices = load.indices.map { moved($0, axis) }
                load.bounds = load.bounds.map { Bound(moved($0.index, axis), below: $0.extent) }
                return .load(load)
            default: return node
            }
        }
    }

    private func moved(_ index: Index, _ axis: String) -> Index {
        guard let count = units(index), count != 0 else { return index }
        return index - place * count + .axis(axis) * count
    }

    /// How often an index holds the place; `nil` where it holds the axes otherwise.
    private func units(_ index: Index) -> Int? {
        guard !index.hidesAxis(result.name), !index.hidesAxis(inside.name) else { return nil }
        let count = index.coefficient(of: inside.name) / dilation
        let isWhole = index.coefficient(of: inside.name) == count * dilation
        return isWhole && index.coefficient(of: result.name) == count * stride ? count : nil
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}

extension ScheduleState {
    /// The window that a reduced axis of a stage walks.
    func window(_ stage: Stage, _ axis: String) throws(ScheduleError) -> SlidingWindow {
        guard let monoid = stage.monoid, let inside = stage.reduceAxes.first(where: { $0.name == axis }) else {
            throw ScheduleError(
                .unknownName, "\(stage.name) does not reduce over \(axis)",
                hint: "reduced axes: " + stage.reduceAxes.map(\.name).joined(separator: " "))
        }
        guard stage.reduceAxes.count > 1 else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage.name) reduces over \(axis) alone",
                hint: "reductions over two axes or more")
        }
        guard monoid.isCommutative else {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage.name) is not commutative", hint: "sums, products, maxima, minima")
        }
        let indices = stage.body.flatMap(\.indices)
        let windows = stage.axes.compactMap { SlidingWindow($0, inside, in: indices) }
        guard let window = windows.last else {
            throw ScheduleError(
                .illegalDataFlow, "\(axis) slides along no axis of \(stage.name) in one ratio",
                hint: "axes of windows")
        }
        return window
    }
}

extension Expr {
    /// Every index in it, those of bounds too.
    fileprivate var indices: [Index] {
        var result: [Index] = []
        forEach { node in
            switch node {
            case .index(let index, _): result.append(index)
            case .inside(let bounds): result += bounds.map(\.index)
            case .load(let load): result += load.indices + load.bounds.map(\.index)
            default: break
            }
        }
        return result
    }
}
