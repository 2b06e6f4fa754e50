import KernelIR

/// A result, final or intermediate, is stored through a narrow type.
struct NarrowResult: MutationOperator {
    let format: NarrowFormat
    var name: String { "narrowResult." + format.rawValue }
    let faultClass = FaultClass.precision

    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] {
        guard let memory = place.memory[store.buffer], memory.type == .float32, memory.role != nil else { return [] }
        var copy = store
        copy.value = format.rounded(store.value)
        return [Fault("\(store.buffer) written as \(format.rawValue)", copy)]
    }
}
