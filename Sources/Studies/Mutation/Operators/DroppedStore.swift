import KernelIR

/// A result is not written.
struct DroppedStore: MutationOperator {
    let name = "droppedStore"

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        guard case .store(let stores) = statement else { return [] }
        return stores.indices.filter { !stores[$0].isInitialization }.map { index in
            var rest = stores
            let dropped = rest.remove(at: index)
            return Fault("\(dropped.buffer) not written", rest.isEmpty ? [] : [.store(rest)])
        }
    }
}
