import KernelIR

/// The formulas of `MathMode.fast`.
enum ElementaryFunctions {
    /// The functions that have a formula.
    static let operations: Set<UnaryOperator> = []

    /// Functions a formula calls.
    static func dependencies(of operation: UnaryOperator) -> [UnaryOperator] { [] }

    static func text(_ operation: UnaryOperator, width: Int, _ dialect: any Dialect) -> String { "" }
}
