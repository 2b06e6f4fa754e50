import KernelIR

/// Which sub-expressions of a statement occur more than once, and the names given to them.
struct Evaluation: Sendable {
    private var counts: [Expr: Int] = [:]
    private var names: [Expr: Value] = [:]

    /// Counts references: a repeated expression's own operands count once.
    init(_ roots: [Expr] = []) { roots.forEach { count($0) } }

    private mutating func count(_ node: Expr) {
        let occurrences = counts[node, default: 0] + 1
        counts[node] = occurrences
        if occurrences == 1 { node.operands.forEach { count($0) } }
    }

    /// Whether the expression is used more than once.
    func isShared(_ node: Expr) -> Bool { counts[node, default: 0] > 1 }

    /// The name that stands for the expression's value, where it has one.
    subscript(node: Expr) -> Value? {
        get { names[node] }
        set { names[node] = newValue }
    }
}
