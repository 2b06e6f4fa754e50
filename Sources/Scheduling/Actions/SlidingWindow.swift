import KernelIR

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
        let (monoid, inside) = try reduction(stage, over: axis)
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
