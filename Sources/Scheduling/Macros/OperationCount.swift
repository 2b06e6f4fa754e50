import KernelIR

/// Counts the operations of expressions inside a nest of loops, as compilers leave them: equal values are computed
/// once, and outside of the loops that they do not depend on.
struct OperationCount {
    private let turns: LoopTurns
    /// The number of loops around each value that was counted.
    private var depths: [Expr: Int] = [:]
    /// Operations so far, in the time of additions.
    private(set) var total = 0.0

    /// - Parameter axes: the loops, outermost first.
    init(_ axes: [Axis]) { turns = LoopTurns(axes) }

    /// Counts what an expression takes beside all that was counted before.
    mutating func add(_ expr: Expr) { _ = depth(of: expr) }

    private mutating func depth(of expr: Expr) -> Int {
        if let known = depths[expr] { return known }
        var innermost = ownDepth(expr)
        for operand in expr.operands { innermost = max(innermost, depth(of: operand)) }
        depths[expr] = innermost
        total += expr.operationCost * turns.counts[innermost]
        return innermost
    }

    private func ownDepth(_ expr: Expr) -> Int {
        switch expr {
        case .load(let load): turns.depth(of: load.indices + load.bounds.map(\.index))
        case .index(let index, _): turns.depth(of: [index])
        case .inside(let bounds): turns.depth(of: bounds.map(\.index))
        case .left, .right, .state: turns.counts.count - 1
        case .constant, .unary, .binary, .select, .cast: 0
        }
    }
}
