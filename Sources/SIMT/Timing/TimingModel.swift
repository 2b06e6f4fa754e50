/// Predicts how long a kernel takes on a GPU from its counters.
///
/// A bound per pipe, a cap on what resident warps can overlap, and the waits that barriers expose:
///
///     round(b) = max(max over pipes(b) + exposed waits, chain of one warp, copies in turn of one warp)
///     SM       = full rounds · round(resident) + round(blocks of the last, partly filled round)
///     launch   = max(SM, L2 bytes / rate, atomics on one word / clock, DRAM bytes / rate) + launch overhead
///
/// where b blocks are resident on an SM.
///
/// The busiest SM counts, so blocks that do not divide evenly leave the others idle at the end. Rates are measured ones
/// where there are any. The parts are published: bounds by volume (Ernst et al., arXiv:2204.14242), concurrency over
/// latency (Volkov, UCB/EECS-2016-143), exposed synchronization (GPUPerf, PPoPP 2012).
public struct TimingModel: Sendable {
    /// The version of predictions, emulation and data of GPUs included; to be raised whenever any predicted time changes:
    /// answers for simulated devices hold for one version.
    public static let version = 1

    public var gpu: GPUModel
    public var constants: TimingConstants

    public init(gpu: GPUModel, constants: TimingConstants = TimingConstants()) {
        self.gpu = gpu
        self.constants = constants
    }

    /// Predicts one launch; throws where the GPU could not launch the kernel.
    public func predict(_ profile: KernelProfile) throws(LaunchError) -> TimingPrediction {
        try check(profile)
        let occupancy = try Occupancy(of: profile.resources, on: gpu)
        let blocks = profile.blocks
        let busiest = (blocks + gpu.sms - 1) / gpu.sms
        let rounds = rounds(of: profile, blocks: busiest, resident: occupancy.blocksPerSM)

        var seconds: [TimingLimit: Double] = [:]
        for limit in TimingLimit.allCases {
            seconds[limit] = rounds.reduce(0) { $0 + $1.count * $1.round.cycles(limit) } / gpu.clockHertz
        }
        seconds[.l2] = profile.traffic.l2Seconds(on: gpu)
        seconds[.dram] = profile.traffic.dramBytes / gpu.memory.dramBytesPerSecond
        seconds[.launch] = gpu.launchSeconds
        let onSM = rounds.reduce(0) { $0 + $1.count * $1.round.cycles } / gpu.clockHertz
        let total = max(onSM, seconds[.l2, default: 0], seconds[.dram, default: 0]) + gpu.launchSeconds

        let limits = Self.sorted(seconds, total: total)
        let binding = binding(limits)
        let evidence = TimingEvidence(profile: profile, occupancy: occupancy, gpu: gpu)
        return TimingPrediction(
            predictedSeconds: total, limits: limits, binding: binding,
            evidence: evidence.counters(of: binding), counters: evidence.all, occupancy: occupancy,
            waves: Double(blocks) / Double(gpu.sms * occupancy.blocksPerSM),
            balance: Double(blocks) / Double(gpu.sms * busiest), source: profile.source, coverage: profile.coverage)
    }

    private func check(_ profile: KernelProfile) throws(LaunchError) {
        guard profile.blocks > 0 else {
            throw LaunchError(.extent, "a grid of \(profile.blocks) blocks", hint: "every extent must be positive")
        }
        let used = profile.perWarp.tensorMultiplyAdds
        for format in TensorFormat.allCases where used[format] > 0 && gpu.tensorRates[format] == 0 {
            throw LaunchError(
                .tensorFormat, "\(format.rawValue) matrix instructions on \(gpu.name)",
                hint: "\(gpu.capability.architecture) has no such tensor cores")
        }
    }

    /// The rounds of the busiest SM: as many full ones as fit, and one with the blocks that remain.
    private func rounds(
        of profile: KernelProfile, blocks: Int, resident: Int
    ) -> [(count: Double, round: SMRound)] {
        [(blocks / resident, resident), (1, blocks % resident)]
            .filter { $0.0 > 0 && $0.1 > 0 }
            .map { count, blocks in
                (Double(count), SMRound(gpu: gpu, constants: constants, profile: profile, blocks: blocks))
            }
    }

    private static func sorted(_ seconds: [TimingLimit: Double], total: Double) -> [LimitTime] {
        let times = TimingLimit.allCases.map { limit in
            let time = seconds[limit, default: 0]
            return LimitTime(limit: limit, predictedSeconds: time, fraction: time / total)
        }
        // Sorting in the standard library is stable only by what it happens to do, so ties are decided here.
        return times.enumerated()
            .sorted { ($1.element.predictedSeconds, $0.offset) < ($0.element.predictedSeconds, $1.offset) }
            .map(\.element)
    }

    private func binding(_ limits: [LimitTime]) -> TimingLimit {
        let times = Dictionary(uniqueKeysWithValues: limits.map { ($0.limit, $0.predictedSeconds) })
        let pipes = limits.first { $0.limit.isPipe }?.predictedSeconds ?? 0
        // Where the pipes and the exposed waits fill more than the chain, the chain is overlapped and binds nothing.
        let isOverlapped = pipes + times[.barriers, default: 0] >= times[.latency, default: 0]
        guard let longest = limits.first(where: { !(isOverlapped && $0.limit == .latency) }) else { return .launch }
        guard longest.limit == .loadStore else { return longest.limit }
        let parts = [TimingLimit.l1, .sharedMemory]
        let threshold = constants.namingShare * longest.predictedSeconds
        return parts.first { times[$0, default: 0] >= threshold } ?? .loadStore
    }
}
