import KernelIR

/// A parameter is not read: 0 or 1 stands in its place.
struct UnreadParameter: MutationOperator {
    let name = "unreadParameter"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, place.memory[load.buffer]?.role == .parameter else { return [] }
        let type = place.type(of: expression)
        return [0.0, 1.0].map { Fault("\($0) in place of \(load.buffer)", .constant($0, type)) }
    }
}
