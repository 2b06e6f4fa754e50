import KernelIR

/// Results are written one element further, the last one to the first place.
struct NeighbouringStore: MutationOperator {
    let name = "neighbouringStore"

    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] {
        guard let memory = place.memory[store.buffer], memory.role != nil else { return [] }
        return store.indices.indices.filter { memory.shape[$0] > 1 && place.knows(store.indices[$0]) }.map {
            dimension in
            var copy = store
            copy.indices[dimension] = (store.indices[dimension] + 1).remainder(
                by: memory.shape[dimension], place.ranges)
            return Fault("written at \(copy.indices[dimension])", copy)
        }
    }
}
