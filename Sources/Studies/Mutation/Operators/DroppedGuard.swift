import KernelIR

/// A bounds check is left out: reads and writes beyond an edge happen.
struct DroppedGuard: MutationOperator {
    let name = "droppedGuard"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        switch expression {
        case .load(let load):
            return load.bounds.indices.map { index in
                var copy = load
                copy.bounds.remove(at: index)
                return Fault("read without \(load.bounds[index].text)", .load(copy))
            }
        case .inside(let bounds): return [Fault("\(bounds.text) taken as true", .constant(1, .bool))]
        default: return []
        }
    }

    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] {
        store.bounds.indices.map { index in
            var copy = store
            copy.bounds.remove(at: index)
            return Fault("write without \(store.bounds[index].text)", copy)
        }
    }

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        guard case .when(let bounds, let then, _) = statement else { return [] }
        return [Fault("if \(bounds.text) taken as true", then)]
    }
}

extension Bound {
    /// The condition as text.
    var text: String { "\(index) < \(extent)" }
}

extension [Bound] {
    /// The conditions as text.
    var text: String { map(\.text).joined(separator: " and ") }
}
