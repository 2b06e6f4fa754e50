/// The cycles that one SM takes for a number of blocks that it executes side by side, limit by limit.
///
/// Throughput: every pipe's work over its rate (with the schedulers as evenly filled as whole warps allow). Exposure:
/// the waits behind barriers come on top, once for all resident blocks, since each fills the waits of the others.
/// Latency: no round is shorter than one warp's own chain of dependent instructions (Little's law as Volkov,
/// UCB/EECS-2016-143, puts it: throughput is at most concurrency over latency), and none is shorter than its
/// asynchronous copies take, as few of them as are under way at once.
struct SMRound {
    let gpu: GPUModel
    let constants: TimingConstants
    let profile: KernelProfile
    /// Blocks that are resident during the round.
    let blocks: Int

    /// Cycles of one limit. `launch`, `l2` and `dram` are no matter of one SM and give 0.
    func cycles(_ limit: TimingLimit) -> Double {
        let counts = profile.perWarp
        let instructions = counts.instructions
        let lanes = Double(GPUModel.warpSize)
        switch limit {
        case .issue:
            return partitioned(instructions.total / gpu.pipes.issueSlots)
        case .single:
            let shared = gpu.pipes.integerTakesSingleLanes ? instructions[.integer] : 0
            let issued = instructions[.single] / gpu.pipes.singleEfficiency + shared
            return partitioned(issued * lanes / gpu.pipes.singleLanes)
        case .half:
            return partitioned(instructions[.half] * lanes / gpu.pipes.halfLanes)
        case .double:
            return partitioned(instructions[.double] * lanes / gpu.pipes.doubleLanes)
        case .integer:
            return partitioned(instructions[.integer] * lanes / gpu.pipes.integerLanes)
        case .special:
            let count = instructions[.special] + instructions[.conversion]
            return partitioned(count * lanes / gpu.pipes.specialLanes)
        case .tensor:
            return partitioned(tensorCycles(counts.tensorMultiplyAdds))
        case .l1:
            return undivided(l1Cycles(counts))
        case .sharedMemory:
            return undivided(counts.sharedWavefronts)
        case .loadStore:
            return undivided(l1Cycles(counts) + counts.sharedWavefronts + instructions[.shuffle])
        case .barriers:
            return profile.regions.reduce(0) { $0 + exposedCycles($1) }
        case .latency:
            return gpu.blockStartSeconds * gpu.clockHertz + max(chainCycles, copyCycles)
        case .l2, .dram, .launch:
            return 0
        }
    }

    /// Cycles of the whole round: the fullest pipe and the exposed waits, or the chain of one warp.
    var cycles: Double {
        let pipes = TimingLimit.allCases.filter(\.isPipe).map(cycles)
        return max((pipes.max() ?? 0) + cycles(.barriers), cycles(.latency))
    }

    /// Cycles that a warp would take alone, its waits shortened by what it has under way at once.
    var chainCycles: Double { profile.regions.reduce(0) { $0 + chainCycles($1) } }

    /// Cycles of the copies that a warp waits for in turn: a wait that leaves N groups pending ends when the oldest of
    /// N + 1 is there, so that a pass takes at least one latency over N + 1 (Little's law again).
    ///
    /// L1 is taken to have nothing of them: copies bypass it or are there to fetch what is not in it.
    var copyCycles: Double { profile.regions.reduce(0) { $0 + $1.copyWaits } * cyclesBelowL1 }

    private var warps: Int { blocks * profile.resources.warpsPerBlock }

    /// Warps on the fullest partition.
    private var warpsOnFullest: Double {
        let partitions = gpu.residency.partitions
        return Double((warps + partitions - 1) / partitions)
    }

    /// Cycles that units of the partitions take when one warp keeps all those of an SM busy for so many cycles.
    private func partitioned(_ cyclesOfOneWarp: Double) -> Double {
        cyclesOfOneWarp * warpsOnFullest * Double(gpu.residency.partitions)
    }

    /// Cycles that a unit which the whole SM shares takes.
    private func undivided(_ cyclesOfOneWarp: Double) -> Double { cyclesOfOneWarp * Double(warps) }

    private func tensorCycles(_ multiplyAdds: Tally<TensorFormat>) -> Double {
        TensorFormat.allCases.reduce(0) { sum, format in
            guard multiplyAdds[format] > 0 else { return sum }
            return sum + multiplyAdds[format] / (gpu.tensorRates[format] * gpu.warpMatrixEfficiency)
        }
    }

    /// The stages of L1 work side by side: the slowest one counts.
    private func l1Cycles(_ counts: WarpCounts) -> Double {
        max(counts.dataWavefronts, counts.tagWavefronts, counts.laneBytes / gpu.memory.l1BytesPerCycle)
    }

    private func exposedCycles(_ region: KernelRegion) -> Double {
        let wait = constants.barrierRoundTrips * gpu.loadRoundTripSeconds * gpu.clockHertz
        return region.exposedPhases * max(0, wait - region.hiddenInstructions * warpsOnFullest)
    }

    private func chainCycles(_ region: KernelRegion) -> Double {
        let counts = region.perWarp
        let memory = counts.instructions.sum(where: \.isLongLoad) * loadCycles / region.parallelism.memory
        let shared =
            (counts.instructions[.sharedLoad] + counts.instructions[.sharedAtomic])
            * gpu.memory.sharedLatencyCycles / region.parallelism.shared
        let arithmetic = dependentCycles(counts.instructions) / region.parallelism.arithmetic
        // A scheduler issues at most one instruction of a warp per cycle.
        return max(arithmetic, counts.instructions.total) + memory + shared + counts.barriers * constants.barrierCycles
    }

    private func dependentCycles(_ instructions: Tally<InstructionClass>) -> Double {
        let short = instructions[.single] + instructions[.half] + instructions[.integer]
        let special = instructions[.special] + instructions[.conversion]
        return short * constants.arithmeticLatencyCycles + special * constants.specialLatencyCycles
            + instructions[.double] * constants.doubleLatencyCycles
            + instructions[.tensor] * constants.tensorLatencyCycles
            + instructions[.shuffle] * gpu.memory.sharedLatencyCycles
    }

    /// Cycles of an average load of global or local memory, unloaded.
    private var loadCycles: Double {
        let hitRate = profile.traffic.l1HitRate
        return hitRate * gpu.memory.l1LatencyCycles + (1 - hitRate) * cyclesBelowL1
    }

    /// The same for a load that L1 cannot answer.
    private var cyclesBelowL1: Double {
        let hitRate = profile.traffic.l2HitRate
        return hitRate * gpu.memory.l2LatencyCycles
            + (1 - hitRate) * gpu.memory.dramLatencySeconds * gpu.clockHertz
    }
}

extension TimingLimit {
    /// Whether it is a unit of the SM whose work has a rate.
    var isPipe: Bool {
        switch self {
        case .issue, .single, .half, .double, .integer, .special, .tensor, .l1, .sharedMemory, .loadStore: true
        case .latency, .barriers, .l2, .dram, .launch: false
        }
    }
}
