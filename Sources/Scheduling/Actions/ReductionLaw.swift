import KernelIR

/// Why two reductions may be fused: the monoid of both, and how a block's two results enter it.
struct ReductionLaw: Sendable {
    /// The monoid of the fused reduction.
    let monoid: Monoid
    /// The states that are the results of the first and of the second reduction.
    let firstState: Int
    let secondState: Int
    /// The monoids of the two reductions of one block.
    let blockMonoids: [Monoid]
    /// A block's first result from its state and its number of elements.
    let finishFirst: @Sendable (_ state: Expr, _ count: Expr) -> Expr
    /// What the second reduction lifts, given the element and the first result.
    let second: @Sendable (_ element: Expr, _ pivot: Expr) -> Expr
    /// What a block's second reduction takes for its first result.
    let blockPivot: @Sendable (_ first: Expr) -> Expr
    /// The fused monoid's states for one block.
    let lift: @Sendable (_ count: Expr, _ first: Expr, _ second: Expr) -> [Expr]
    /// Whether the first stage's finish is what the law says, given its number of elements.
    let isFinish: @Sendable (_ finish: Expr, _ count: Int) -> Bool

    static let all = [logSumExp, finiteLogSumExp, welford]

    /// max x, then Σ exp(x − max x).
    static let logSumExp = ReductionLaw(
        monoid: .logSumExp(), firstState: 0, secondState: 1, blockMonoids: [.maximumNumber(), .sum()],
        finishFirst: { state, _ in state },
        second: { element, pivot in .unary(.exp, element - pivot) },
        // A block of nothing but -inf has the maximum -inf, and -inf − -inf would be NaN where its share is 0. No finite
        // maximum may change: rows are masked with the least number, too.
        blockPivot: { .binary(.maxNumber, $0, .float(-Double(Float.greatestFiniteMagnitude))) },
        lift: { _, first, second in [first, second] },
        isFinish: { finish, _ in finish == .state(0) })

    /// max x, then Σ exp(x − m) with the finite number m that is nearest to max x, for infinite x.
    static let finiteLogSumExp = ReductionLaw(
        monoid: .logSumExp(), firstState: 0, secondState: 1, blockMonoids: [.maximumNumber(), .sum()],
        finishFirst: { state, _ in state },
        second: { element, pivot in .unary(.exp, element - pivot.nearestFinite(.float32)) },
        blockPivot: { $0 },
        lift: { _, first, second in [first, second] },
        isFinish: { finish, _ in finish == .state(0) })

    /// mean x, then Σ (x − mean x)².
    static let welford = ReductionLaw(
        monoid: .welford(), firstState: 1, secondState: 2, blockMonoids: [.sum(), .sum()],
        finishFirst: { state, count in state / count },
        second: { element, pivot in (element - pivot) * (element - pivot) },
        blockPivot: { $0 },
        lift: { count, first, second in [count, first, second] },
        isFinish: { finish, count in
            let n = Double(count)
            return finish == .state(0) * .float(1 / n) || finish == .state(0) / .float(n)
        })

    /// Whether `b`, over the axes of `a` and reading `result`, is the second reduction of this law.
    func matches(_ a: Stage, _ b: Stage, _ result: Expr) -> Bool {
        let count = a.reduceAxes.reduce(1) { $0 * $1.extent }
        return a.monoid == blockMonoids[0] && b.monoid == blockMonoids[1] && isFinish(a.finish[0], count)
            && b.body[0] == second(a.body[0], result)
    }
}
