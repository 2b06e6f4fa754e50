import KernelIR

/// An accumulator, or a read beyond an edge, starts from another value than the operation's neutral one.
struct WrongIdentity: MutationOperator {
    let name = "wrongIdentity"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, !load.bounds.isEmpty else { return [] }
        return mistakes(for: load.fill).map { value in
            var copy = load
            copy.fill = value
            return Fault("fill \(value), not \(load.fill)", .load(copy))
        }
    }

    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] {
        guard case .constant(let value, let type) = store.value, place.accumulators.contains(store.buffer) else {
            return []
        }
        return mistakes(for: value).map { other in
            var copy = store
            copy.value = .constant(type.isFloatingPoint || other.isFinite ? other : 0, type)
            return Fault("starts at \(other), not \(value)", copy)
        }
    }

    private func mistakes(for value: Double) -> [Double] {
        if value.isInfinite { return [0] }
        if value == 0 { return [1] }
        return [0]
    }
}
