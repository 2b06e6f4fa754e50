import KernelIR

/// What kind of work a stage is, which decides the macro that suits it.
public enum StageClass: Sendable, Hashable {
    /// Every element on its own.
    case map
    /// A sum of products of two loads, each used for many results: there is reuse to tile for.
    case contraction(Contraction)
    /// A sum of products over windows that slide along the last axis of the output.
    case convolution(Convolution)
    /// Points that depend on earlier ones of the stage itself.
    case recurrence
    /// A reduction whose elements lie next to each other.
    case row
    /// A reduction whose results lie next to each other.
    case column
    /// Everything along an axis up to each place.
    case scan
}

/// The parts of a contraction: `out[…, m, n] = Σ_k left[…, m, k] · right[…, k, n]`.
public struct Contraction: Sendable, Hashable {
    /// The load that does not depend on `n`, and the one that does.
    public var left: Load
    public var right: Load
    /// The axis whose neighbours become lanes, and the one repeated in registers; `nil` where the output is a vector.
    public var n: Axis
    public var m: Axis
    public var k: Axis
    /// The remaining axes of the output.
    public var batch: [Axis]
}

/// The parts of a convolution: `out[…, m, …, n] = Σ weights[m, …] · input[…, n + …]`.
public struct Convolution: Sendable, Hashable {
    /// The load that does not depend on `n`, and the one that does not depend on `m`.
    public var weights: Load
    public var input: Load
    /// The last axis of places, and the output channels; `nil` where each input channel has one output channel.
    public var n: Axis
    public var m: Axis?
    /// The remaining axes of the output.
    public var batch: [Axis]
    /// Axes of places that are read at quotients, by the divisor: places of one remainder share their taps.
    public var phases: [String: Int]
    /// Elements of the input between neighbours along `n`, or between neighbours of one phase.
    public var step: Int
}

extension ScheduleState {
    /// The class of a stage, from its accesses alone.
    public func classify(_ stage: Stage) -> StageClass {
        if stage.isRecurrent { return .recurrence }
        switch stage.kind {
        case .map: return .map
        case .scan: return .scan
        case .reduce: break
        }
        if let contraction = contraction(stage) { return .contraction(contraction) }
        if let convolution = convolution(stage) { return .convolution(convolution) }
        guard let last = stage.axes.last, last.extent > 1 else { return .row }
        // Windows too short for a vector: neighbouring results make the better lanes, also of a narrow vector.
        if let lanes = target.vectorWidths.last, let reduced = stage.reduceAxes.last, reduced.extent < lanes,
            let fewest = target.prefersExplicitLanes ? target.vectorWidths.first : lanes, last.extent >= fewest
        {
            return .column
        }
        let along = { (axis: Axis) in stage.body.flatMap(\.loads).map { stride(of: $0, along: axis.name) } }
        guard let reduced = stage.reduceAxes.last, along(reduced).contains(1) else { return .column }
        // Windows that slide by one element: neighbouring results read neighbours, too, and need no sum across lanes.
        let slides = zip(along(reduced), along(last)).allSatisfy { $0 == 1 && $1 == 1 }
        return slides && target.prefersExplicitLanes && last.extent >= target.vectorWidths.first ?? 1 ? .column : .row
    }

    /// Whether a stage sums products of operands that are used for many results each.
    func isProduct(_ stage: Stage) -> Bool {
        switch classify(stage) {
        case .contraction, .convolution: true
        case .map, .recurrence, .row, .column, .scan: isNarrowProduct(stage)
        }
    }

    /// Whether matrix instructions of the target may take in a stage's 16-bit operands as they are.
    private func isNarrowProduct(_ stage: Stage) -> Bool {
        guard !target.matrixFormats.isEmpty, let product = MatrixProduct(stage), product.axes(of: stage) != nil else {
            return false
        }
        return product.factors.allSatisfy { program.buffer($0.buffer)?.type.isNarrow == true }
    }

    /// The least number of iterations of a loop after which what a stage reads goes on somewhere else in memory; `nil`
    /// where nothing does.
    func period(of loop: String, in stage: Stage) -> Int? {
        guard let nest = nests[stage.name] else { return nil }
        let ranges = ranges(around: stage.name)
        let periods = stage.loads.compactMap { load -> Int? in
            guard let strides = program.buffer(load.buffer)?.strides else { return nil }
            let place = zip(load.indices, strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }
            let terms = place.substituting(nest.definitions, ranges).recombined().terms
            return terms.compactMap { $0.atom.period(of: loop) }.min()
        }
        return periods.min()
    }

    /// Elements between neighbours of an axis in a buffer; `nil` where the distance is not constant.
    func stride(of load: Load, along axis: String) -> Int? {
        guard let strides = program.buffer(load.buffer)?.strides else { return nil }
        let place = zip(load.indices, strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined()
        return place.hidesAxis(axis) ? nil : place.coefficient(of: axis)
    }

    private func convolution(_ stage: Stage) -> Convolution? {
        guard stage.monoid == .sum(), stage.body.count == 1, !stage.reduceAxes.isEmpty,
            case .binary(.multiply, .load(let a), .load(let b)) = stage.body[0].unguarded, let n = stage.axes.last,
            n.extent > 1
        else { return nil }
        let isPlace = { (load: Load) in load.indices.contains { $0.walks(n.name) } }
        guard isPlace(a) != isPlace(b),
            stage.reduceAxes.count > 1
                || (a.indices + b.indices).contains(where: { $0.isWindow || $0.divisor(of: n.name) != nil })
        else { return nil }
        let (weights, input) = isPlace(b) ? (a, b) : (b, a)
        // Zeros beside the rows of an image: all lanes of a vector read them, or none.
        guard input.bounds.isEmpty || input.fill == 0,
            input.bounds.allSatisfy({ !$0.index.axes.contains(n.name) })
        else { return nil }
        let phases = stage.axes.reduce(into: [String: Int]()) { phases, axis in
            phases[axis.name] = input.indices.compactMap { $0.divisor(of: axis.name) }.first
        }
        guard let step = phases[n.name] == nil ? stride(of: input, along: n.name) : 1 else { return nil }
        let m = stage.axes.dropLast().last { weights.uses($0) && !input.uses($0) }
        return Convolution(
            weights: weights, input: input, n: n, m: m, batch: stage.axes.filter { $0 != n && $0 != m }, phases: phases,
            step: step)
    }

    private func contraction(_ stage: Stage) -> Contraction? {
        guard stage.monoid == .sum(), stage.body.count == 1, let k = stage.reduceAxes.last, stage.reduceAxes.count == 1,
            case .binary(.multiply, .load(let a), .load(let b)) = stage.body[0].unguarded, let n = stage.axes.last,
            n.extent > 1
        else { return nil }
        guard a.uses(n) != b.uses(n) else { return nil }
        let (left, right) = b.uses(n) ? (a, b) : (b, a)
        guard let m = stage.axes.dropLast().last(where: { left.uses($0) && !right.uses($0) }) else { return nil }
        return Contraction(
            left: left, right: right, n: n, m: m, k: k, batch: stage.axes.filter { $0 != n && $0 != m })
    }
}

extension Load {
    /// Whether what is read depends on the axis.
    func uses(_ axis: Axis) -> Bool { indices.contains { $0.axes.contains(axis.name) } }
}

extension Index.Atom {
    /// The least divisor of a quotient or remainder of the axis, also of one inside another.
    fileprivate func period(of axis: String) -> Int? {
        switch self {
        case .axis: nil
        case .quotient(let index, let divisor), .remainder(let index, let divisor):
            (index.terms.compactMap { $0.atom.period(of: axis) } + (index.coefficient(of: axis) == 1 ? [divisor] : []))
                .min()
        }
    }
}

extension Index {
    /// Whether the index follows the axis, or quotients of it.
    fileprivate func walks(_ axis: String) -> Bool { coefficient(of: axis) != 0 || divisor(of: axis) != nil }

    /// Whether the index depends on places and on steps in a window.
    fileprivate var isWindow: Bool { axes.count > 1 }

    /// What the axis is divided by, where the index holds a quotient of it.
    fileprivate func divisor(of axis: String) -> Int? {
        for case .quotient(let index, let divisor) in terms.map(\.atom)
        where index.axes == [axis] && index.coefficient(of: axis) == 1 { return divisor }
        return nil
    }
}

extension Expr {
    /// The value inside a select on bounds; the expression itself where it is none.
    fileprivate var unguarded: Expr {
        if case .select(.inside, let value, _) = self { value } else { self }
    }
}
