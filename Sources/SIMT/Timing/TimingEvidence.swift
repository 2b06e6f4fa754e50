/// The counters that back a limit: totals over the launch, and the ratios that say what to change.
struct TimingEvidence {
    let profile: KernelProfile
    let occupancy: Occupancy
    let gpu: GPUModel

    /// The counters of one limit, the most telling first; at least one.
    func counters(of limit: TimingLimit) -> [TimingCounter] {
        switch limit {
        case .issue: [TimingCounter("instructions", instructions.total * warps, Self.warpInstructions), laneFill]
        case .single: [instructionsOf(.single), partOf(.single)] + integerBeside
        case .half: [instructionsOf(.half), partOf(.half)]
        case .double: [instructionsOf(.double), partOf(.double)]
        case .integer: [instructionsOf(.integer), partOf(.integer)]
        case .special: [instructionsOf(.special), instructionsOf(.conversion)]
        case .tensor: tensor
        case .l1: l1
        case .sharedMemory: sharedMemory
        case .loadStore: l1 + sharedMemory + [instructionsOf(.shuffle)]
        case .latency: latency
        case .barriers: barriers
        case .l2: atomics + l2 + local
        case .dram: dram + local
        case .launch: [TimingCounter("blocks", Double(profile.blocks), "blocks")]
        }
    }

    /// The counters of all limits, each once, in the order of the limits.
    var all: [TimingCounter] {
        var seen: Set<String> = []
        return TimingLimit.allCases.flatMap { counters(of: $0) }.filter { seen.insert($0.name).inserted }
    }

    private static let warpInstructions = "warp instructions"
    private static let wavefronts = "wavefronts"
    private static let bytes = "bytes"

    private var counts: WarpCounts { profile.perWarp }
    private var instructions: Tally<InstructionClass> { counts.instructions }
    private var warps: Double { Double(profile.warps) }

    private func instructionsOf(_ kind: InstructionClass) -> TimingCounter {
        TimingCounter("\(kind.rawValue)Instructions", instructions[kind] * warps, Self.warpInstructions)
    }

    private func partOf(_ kind: InstructionClass) -> TimingCounter {
        TimingCounter("\(kind.rawValue)Share", ratio(instructions[kind], instructions.total))
    }

    private var laneFill: TimingCounter {
        TimingCounter("activeLanesPerInstruction", ratio(counts.laneInstructions, instructions.total))
    }

    private var integerBeside: [TimingCounter] {
        gpu.pipes.integerTakesSingleLanes ? [instructionsOf(.integer)] : []
    }

    private var tensor: [TimingCounter] {
        let used = TensorFormat.allCases.filter { counts.tensorMultiplyAdds[$0] > 0 }
        return [instructionsOf(.tensor)]
            + used.map {
                TimingCounter(
                    "\($0.rawValue)MultiplyAdds", counts.tensorMultiplyAdds[$0] * warps, "multiply-adds")
            }
    }

    private var l2: [TimingCounter] {
        [
            TimingCounter("l2Bytes", profile.traffic.l2Bytes, Self.bytes),
            TimingCounter("l1HitRate", profile.traffic.l1HitRate),
        ]
    }

    private var dram: [TimingCounter] {
        [
            TimingCounter("dramReadBytes", profile.traffic.dramReadBytes, Self.bytes),
            TimingCounter("dramWrittenBytes", profile.traffic.dramWrittenBytes, Self.bytes),
            TimingCounter("l2HitRate", profile.traffic.l2HitRate),
        ]
    }

    /// The atomics on one word, where they and not the bytes keep L2 busy.
    private var atomics: [TimingCounter] {
        let traffic = profile.traffic
        return traffic.isBoundByAtomics(on: gpu)
            ? [TimingCounter("hottestAtomics", traffic.hottestAtomics, "atomics on one word")] : []
    }

    /// What threads move to and from local memory, wherever it lies.
    private var local: [TimingCounter] {
        let moved = (counts.localLoadedBytes + counts.localStoredBytes) * warps
        return moved > 0 ? [TimingCounter("localBytes", moved, Self.bytes)] : []
    }

    private var l1: [TimingCounter] {
        let requests = instructions.sum(where: \.asksL1)
        return [
            TimingCounter("l1DataWavefronts", counts.dataWavefronts * warps, Self.wavefronts),
            TimingCounter("l1TagWavefronts", counts.tagWavefronts * warps, Self.wavefronts),
            TimingCounter("sectorsPerRequest", ratio(counts.sectors, requests), "sectors"),
            TimingCounter("excessSectors", (counts.sectors - counts.idealSectors) * warps, "sectors"),
        ]
    }

    private var sharedMemory: [TimingCounter] {
        let conflicts = counts.sharedWavefronts - counts.idealSharedWavefronts
        return [
            TimingCounter("sharedWavefronts", counts.sharedWavefronts * warps, Self.wavefronts),
            TimingCounter("sharedConflictWavefronts", conflicts * warps, Self.wavefronts),
        ]
    }

    private var latency: [TimingCounter] {
        let loads = instructions.sum(where: \.isLongLoad)
        let underWay = profile.regions.reduce(0) {
            $0 + $1.perWarp.instructions.sum(where: \.isLongLoad) * $1.parallelism.memory
        }
        return [
            TimingCounter("activeWarpsPerSM", activeWarpsPerSM, "warps"),
            TimingCounter("occupancy", occupancy.fraction),
            TimingCounter("longLoads", loads * warps, Self.warpInstructions),
            TimingCounter("loadsUnderWayPerWarp", ratio(underWay, loads), "loads"),
        ] + copies
    }

    /// Copies that pass no register, and how many of their latencies a warp cannot hide behind one another.
    private var copies: [TimingCounter] {
        let waits = profile.regions.reduce(0) { $0 + $1.copyWaits }
        return waits > 0
            ? [instructionsOf(.asyncCopy), TimingCounter("copyWaitsPerWarp", waits, "latencies")] : []
    }

    private var barriers: [TimingCounter] {
        let phases = profile.regions.reduce(0) { $0 + $1.exposedPhases }
        return [
            TimingCounter("exposedPhasesPerBlock", phases, "phases"),
            TimingCounter("barriersPerWarp", counts.barriers, "barriers"),
            TimingCounter("blocksPerSM", Double(occupancy.blocksPerSM), "blocks"),
        ]
    }

    /// Resident warps where the grid fills every SM; fewer where it does not.
    private var activeWarpsPerSM: Double {
        let blocks = min(occupancy.blocksPerSM, (profile.blocks + gpu.sms - 1) / gpu.sms)
        return Double(blocks * profile.resources.warpsPerBlock)
    }

    private func ratio(_ part: Double, _ all: Double) -> Double { all == 0 ? 0 : part / all }
}
