import KernelIR

/// The work-items of a group do not wait for one another.
struct MissingBarrier: MutationOperator {
    let name = "missingBarrier"

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        if case .barrier = statement { [Fault("no barrier", [])] } else { [] }
    }
}
