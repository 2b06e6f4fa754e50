import KernelIR

/// Sums the factors of a product apart before multiplying them, where only sums of a contraction's results are needed:
/// the distributive law.
///
/// Legal when `stage` sums float32 results of one contraction or convolution, which nothing else reads, perhaps scaled and
/// shifted; when some factor depends on summed axes that the other does not; and when the loops of both are untouched. The
/// contraction's own results are never formed. What a factor sums becomes a stage `sum.BUFFER`.
/// ```
/// C[m,n] = Σ_k A[m,k]·B[k,n] + b[n]           T[k] = Σ_n B[k,n]                            (sum.B)
/// S[m]   = Σ_n C[m,n]                   →     t    = Σ_n b[n]                              (STAGE.shift)
///                                             S[m] = Σ_k A[m,k]·T[k] + t
/// ```
/// Source: Aji and McEliece, "The generalized distributive law", IEEE Trans. Inf. Theory 46 (2000).
public struct Factor: ScheduleAction {
    public static let name = "factor"
    /// The stage that sums a contraction's results.
    public var stage: String

    public init(stage: String) { self.stage = stage }

    /// How many times the cost of the factored form the present one has; `nil` where factoring is illegal.
    ///
    /// - Parameter summand: what adding one element of a factor costs, in multiply-adds of a contraction.
    public func saving(in state: ScheduleState, summand: Double) -> Double? {
        var copy = state
        guard (try? copy.unmergeAxes(of: stage)) != nil, let parts = try? copy.summedProduct(stage) else { return nil }
        return parts.cost / parts.factoredCost(summand: summand)
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var copy = state
        try copy.unmergeAxes(of: stage)
        try factor(&copy)
        state = copy
    }

    private func factor(_ state: inout ScheduleState) throws(ScheduleError) {
        let parts = try state.summedProduct(stage)
        var reads: [Expr] = []
        for factor in parts.factors {
            guard !factor.summed.isEmpty else {
                reads.append(.load(factor.load))
                continue
            }
            let name = state.freshName("sum.\(factor.load.buffer)")
            state.insertTemporary(factor.stage(name, taken: state.axisNames), before: stage)
            reads.append(factor.reading(name))
        }
        let shift = parts.totalShift(state.freshName("\(stage).shift"), taken: state.axisNames)
        if let stage = shift.stage { state.insertTemporary(stage, before: self.stage) }
        var sum = parts.sum
        sum.kind = .reduce(.sum(), over: parts.remaining)
        sum.body = [reads[0] * reads[1]]
        let total = parts.scale.map { $0 * .state(0) } ?? .state(0)
        let finished = shift.value.map { total + $0 } ?? total
        sum.finish = sum.finish.map { $0.rewritten { if case .state(0) = $0 { finished } else { $0 } } }
        state.remove(parts.product)
        state.replace(sum)
        state.nests[stage] = Nest(sum)
    }
}

extension ScheduleState {
    /// Cuts axes that walk several dimensions of what a stage reads, such as the places of an image, so that each factor
    /// of a product can be told which of them it depends on.
    fileprivate mutating func unmergeAxes(of name: String) throws(ScheduleError) {
        while let (axis, length) = try mergedAxis(of: name) {
            try checkUntouched(try stage(name))
            splitAxis(axis, of: name, by: length)
        }
    }

    private func mergedAxis(of name: String) throws(ScheduleError) -> (axis: Axis, length: Int)? {
        let stage = try stage(name)
        for load in stage.body.flatMap(\.loads) where program.producer(of: load.buffer)?.monoid == .sum() {
            for term in load.indices.flatMap(\.terms) {
                guard case .quotient(let index, let length) = term.atom, let name = index.asAxis,
                    let axis = (stage.axes + stage.reduceAxes).first(where: { $0.name == name }),
                    axis.extent % length == 0
                else { continue }
                return (axis, length)
            }
        }
        return nil
    }

    /// A stage as the sum of a contraction's results, taken apart.
    fileprivate func summedProduct(_ name: String) throws(ScheduleError) -> SummedProduct {
        let sum = try stage(name)
        let loads = Set(sum.loads.filter { program.producer(of: $0.buffer)?.monoid == .sum() })
        guard sum.isReduction, sum.monoid == .sum(), loads.count == 1, let load = loads.first, load.bounds.isEmpty,
            let product = program.producer(of: load.buffer), product.isReduction, product.outputs.count == 1
        else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) is not the sum of one contraction's results",
                hint: "a stage that sums what one sum of products computes")
        }
        guard program.buffer(load.buffer)?.role == .temporary, program.consumers(of: load.buffer) == [sum] else {
            throw ScheduleError(
                .illegalDataFlow, "results of \(product.name) are needed beside \(name)",
                hint: "contractions that only \(name) reads")
        }
        try checkUntouched(sum)
        try checkUntouched(product)
        guard let parts = SummedProduct(sum, of: product, at: load, in: program) else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) is no linear function of the products of \(product.name) in float32",
                hint: "sums of products, scaled by numbers and shifted")
        }
        guard parts.factors.contains(where: { !$0.summed.isEmpty }) else {
            throw ScheduleError(
                .illegalDataFlow, "both factors of \(product.name) depend on all that \(name) sums",
                hint: "sums over an axis of one factor")
        }
        return parts
    }

    /// Adds a stage with one float32 result, and the buffer of its name for that.
    fileprivate mutating func insertTemporary(_ stage: Stage, before other: String) {
        program.buffers.append(Buffer(stage.name, .float32, shape: stage.axes.map(\.extent), role: .temporary))
        insert(stage, before: other)
    }
}
