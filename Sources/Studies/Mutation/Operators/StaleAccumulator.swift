import KernelIR

/// An accumulator is not cleared, or only once instead of for every result.
struct StaleAccumulator: MutationOperator {
    let name = "staleAccumulator"

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        switch statement {
        case .store(let stores) where stores.contains { isClearing($0, place) }:
            let others = stores.filter { !isClearing($0, place) }
            return [Fault("\(stores[0].buffer) not cleared", others.isEmpty ? [] : [.store(others)])]
        case .loop(let axis, let start, let end, let kind, let body):
            return body.indices.compactMap { index in
                guard isHoistable(body[index], from: body, axis, place) else { return nil }
                var rest = body
                let clearing = rest.remove(at: index)
                return Fault(
                    "cleared once before \(axis)",
                    [clearing, .loop(axis: axis, start: start, end: end, kind: kind, body: rest)])
            }
        default: return []
        }
    }

    private func isClearing(_ store: Store, _ place: Surroundings) -> Bool {
        store.isInitialization && place.accumulators.contains(store.buffer)
    }

    /// Whether a statement, possibly in loops of its own, only clears accumulators that live outside of the loop.
    private func isHoistable(
        _ statement: Statement, from body: [Statement], _ axis: String, _ place: Surroundings
    ) -> Bool {
        let parts = [statement].everyStatement
        let stores = parts.flatMap { if case .store(let stores) = $0 { stores } else { [Store]() } }
        guard !stores.isEmpty, stores.allSatisfy({ isClearing($0, place) }) else { return false }
        let uses = stores.flatMap { $0.indices + $0.bounds.map(\.index) }
        let allocated = body.everyStatement.compactMap {
            if case .allocate(let buffer) = $0 { buffer.name } else { nil }
        }
        return uses.allSatisfy { !$0.axes.contains(axis) } && stores.allSatisfy { !allocated.contains($0.buffer) }
            && parts.allSatisfy { if case .when = $0 { false } else { true } }
    }
}
