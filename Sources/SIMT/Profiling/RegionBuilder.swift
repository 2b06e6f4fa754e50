/// Puts the regions of a profile together: lines of the source, or loops where there are none.
struct RegionBuilder {
    let gpu: GPUModel
    let code: ProfiledCode
    /// Nil where instructions are those of the PTX.
    let machine: MachineFacts?
    /// By instruction, what an average warp does: times issued, lanes that take part, what its accesses cost.
    let runs: [Double]
    let lanes: [Double]
    let accesses: [WarpCounts]

    /// Loads that share one wait at most: a bound for atomics whose results nobody awaits.
    private static let mostUnderWay = 64.0

    /// A region while it grows.
    private struct Sum {
        var cost = CodeCost()
        /// What does not depend on whose instructions are counted.
        var counts = WarpCounts()
        var runs = 0.0
        var lanes = 0.0
    }

    /// The regions in the order of the code.
    var regions: [KernelRegion] {
        var sums: [String: Sum] = [:]
        var names: [String] = []
        func update(_ name: String, _ change: (inout Sum) -> Void) {
            if sums[name] == nil { names.append(name) }
            change(&sums[name, default: Sum()])
        }
        for (index, instruction) in code.instructions.enumerated() {
            update(instruction.region) { sum in
                if machine == nil { sum.cost += instruction.cost * runs[index] }
                sum.counts += accesses[index]
                sum.counts += Self.counts(of: instruction.operation, runs: runs[index])
                sum.runs += runs[index]
                sum.lanes += lanes[index]
            }
        }
        if let machine {
            for (name, cost) in MachineScaling(code, runs: runs, machine: machine).costs() {
                update(name) { $0.cost += cost }
            }
        }
        return names.compactMap { name in sums[name].flatMap { region(name, $0) } }
    }

    /// Barriers and products, which are the same in PTX and in machine code.
    private static func counts(of operation: PTXOperation?, runs: Double) -> WarpCounts {
        var counts = WarpCounts()
        switch operation {
        case .barrier(let barrier)?: counts.barriers = barrier.waits ? runs : 0
        case .mma(let product)?, .wmmaMultiply(let product)?:
            counts.tensorMultiplyAdds[product.tensorFormat] = runs * Double(product.multiplyAdds)
        default: break
        }
        return counts
    }

    /// Nil where nothing runs.
    private func region(_ name: String, _ sum: Sum) -> KernelRegion? {
        let instructions = sum.cost.instructions
        var counts = sum.counts
        counts.instructions = instructions
        counts.laneInstructions = sum.runs > 0 ? instructions.total * sum.lanes / sum.runs : 0
        addLocalAccesses(&counts, sum.cost)
        guard instructions.total > 0 || counts != WarpCounts() else { return nil }
        let phases = sum.cost.exposedPhases
        return KernelRegion(
            name: name, perWarp: counts, parallelism: Self.parallelism(sum.cost), exposedPhases: phases,
            hiddenInstructions: phases > 0 ? sum.cost.hiddenInstructions / phases : 0, copyWaits: sum.cost.copyWaits)
    }

    /// Local memory is laid out so that lanes have neighbouring words.
    private func addLocalAccesses(_ counts: inout WarpCounts, _ cost: CodeCost) {
        let times = cost.instructions[.localLoad] + cost.instructions[.localStore]
        guard times > 0 else { return }
        let width = [16, 8].first { Double($0) * times <= cost.localBytes } ?? 4
        counts.add(global: WarpAccess(bytesPerLane: width) { $0 * width }, times: times, on: gpu)
        let bytes = Double(GPUModel.warpSize) * cost.localBytes
        counts.localLoadedBytes = bytes * cost.instructions[.localLoad] / times
        counts.localStoredBytes = bytes * cost.instructions[.localStore] / times
    }

    private static func parallelism(_ cost: CodeCost) -> KernelRegion.Parallelism {
        let instructions = cost.instructions
        func underWay(_ loads: Double, _ waits: Double) -> Double {
            loads > 0 ? max(1, loads / max(waits, loads / mostUnderWay)) : 1
        }
        let chain = TimingConstants().arithmeticLatencyCycles * instructions.sum(where: \.isArithmetic)
        return KernelRegion.Parallelism(
            arithmetic: cost.dependentCycles > 0 ? max(1, chain / cost.dependentCycles) : 1,
            memory: underWay(instructions.sum(where: \.isLongLoad), cost.longWaits),
            shared: underWay(instructions[.sharedLoad] + instructions[.sharedAtomic], cost.sharedWaits))
    }
}
