import KernelIR

/// An accumulator is kept in a narrow type.
struct NarrowAccumulator: MutationOperator {
    let format: NarrowFormat
    var name: String { "narrowAccumulator." + format.rawValue }
    let faultClass = FaultClass.precision

    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] {
        guard store.updatesItself, place.memory[store.buffer]?.type == .float32 else { return [] }
        var copy = store
        copy.value = format.rounded(store.value)
        return [Fault("\(store.buffer) kept as \(format.rawValue)", copy)]
    }
}
