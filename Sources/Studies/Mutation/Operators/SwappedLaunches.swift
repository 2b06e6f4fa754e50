import KernelIR

/// Two launches run in the wrong order.
struct SwappedLaunches: MutationOperator {
    let name = "swappedLaunches"

    func faults(in kernels: [Kernel]) -> [Fault<[Kernel]>] {
        kernels.indices.dropLast().map { number in
            var copy = kernels
            copy.swapAt(number, number + 1)
            return Fault("\(kernels[number + 1].name) before \(kernels[number].name)", copy)
        }
    }
}
