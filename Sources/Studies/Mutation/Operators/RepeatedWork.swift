import KernelIR

/// A loop that accumulates runs twice.
struct RepeatedWork: MutationOperator {
    let name = "repeatedWork"

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        guard case .loop(let axis, _, _, let kind, let body) = statement, kind == .serial else { return [] }
        let parts = body.everyStatement
        let stores = parts.flatMap { if case .store(let stores) = $0 { stores } else { [Store]() } }
        let allocated = parts.compactMap { if case .allocate(let buffer) = $0 { buffer.name } else { nil } }
        guard stores.contains(where: { $0.updatesItself && !allocated.contains($0.buffer) }) else { return [] }
        return [Fault("\(axis) runs twice", [statement, statement])]
    }
}
