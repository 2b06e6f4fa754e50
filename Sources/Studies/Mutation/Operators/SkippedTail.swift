import KernelIR

/// The part of the work that fills no whole block is left out, or the last work-groups are.
struct SkippedTail: MutationOperator {
    let name = "skippedTail"

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        guard case .when(let bounds, let then, let otherwise) = statement, !otherwise.isEmpty else { return [] }
        return [Fault("nothing done unless \(bounds.text)", [.when(bounds, then: then, otherwise: [])])]
    }

    func faults(in kernels: [Kernel]) -> [Fault<[Kernel]>] {
        kernels.indices.flatMap { number in
            kernels[number].grid.indices.filter { kernels[number].grid[$0].extent > 1 }.map { axis in
                var copy = kernels
                copy[number].grid[axis].extent -= 1
                return Fault("\(kernels[number].name): last group of \(copy[number].grid[axis].name) not run", copy)
            }
        }
    }
}
