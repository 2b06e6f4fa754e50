import KernelIR

/// A loop or a grid covers only its first half.
struct HalfTheWork: MutationOperator {
    let name = "halfTheWork"

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        guard case .loop(let axis, let start, let end, let kind, let body) = statement, kind != .lanes, end - start > 1
        else { return [] }
        let half = start + (end - start) / 2
        return [
            Fault(
                "\(axis) ends at \(half), not \(end)",
                [.loop(axis: axis, start: start, end: half, kind: kind, body: body)])
        ]
    }

    func faults(in kernels: [Kernel]) -> [Fault<[Kernel]>] {
        kernels.indices.flatMap { number in
            kernels[number].grid.indices.filter { kernels[number].grid[$0].extent > 1 }.map { axis in
                var copy = kernels
                copy[number].grid[axis].extent /= 2
                return Fault("\(kernels[number].name): half of the groups of \(copy[number].grid[axis].name)", copy)
            }
        }
    }
}
