import KernelIR

/// One of several launches is left out.
struct DroppedLaunch: MutationOperator {
    let name = "droppedLaunch"

    func faults(in kernels: [Kernel]) -> [Fault<[Kernel]>] {
        guard kernels.count > 1 else { return [] }
        return kernels.indices.map { number in
            var rest = kernels
            return Fault("\(rest.remove(at: number).name) not launched", rest)
        }
    }
}
