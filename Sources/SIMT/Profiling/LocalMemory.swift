/// What local memory adds to the traffic of a launch: arrays that found no registers, and spilled registers.
///
/// A thread has its frame as long as it is resident. Where the frames of an SM's resident threads fit into its L1, they
/// are taken to stay there: it keeps what is stored to local memory until it must make room. Where they do not fit, all
/// accesses are taken to go to L2, as those that walk through more than a cache holds do, and where the frames of all
/// SMs do not fit into L2, to device memory. Frames count as a whole, whatever part of them a thread touches.
struct LocalMemory {
    private let exceedsL1: Bool
    private let exceedsL2: Bool

    /// - Parameters:
    ///   - frameBytes: bytes of local memory of one thread.
    ///   - blocks: blocks of the launch.
    init(frameBytes: Int, occupancy: Occupancy, blocks: Int, gpu: GPUModel) {
        let resident = min(occupancy.blocksPerSM, (blocks + gpu.sms - 1) / gpu.sms)
        let threads = Double(resident * occupancy.resources.warpsPerBlock * GPUModel.warpSize)
        let bytes = Double(frameBytes) * threads
        exceedsL1 = bytes > Double(occupancy.l1Bytes)
        exceedsL2 = exceedsL1 && bytes * Double(min(gpu.sms, blocks)) > Double(gpu.memory.l2Bytes)
    }

    /// Adds the bytes that leave L1, and what the loads among them do to the hit rates of all loads.
    func add(to profile: inout KernelProfile) {
        let (counts, warps) = (profile.perWarp, Double(profile.warps))
        let (loaded, stored) = (counts.localLoadedBytes * warps, counts.localStoredBytes * warps)
        guard exceedsL1, loaded + stored > 0 else { return }
        profile.traffic.l2Bytes += loaded + stored
        if exceedsL2 {
            profile.traffic.dramReadBytes += loaded
            profile.traffic.dramWrittenBytes += stored
        }
        let local = counts.instructions[.localLoad]
        let others = counts.instructions.sum(where: \.isLongLoad) - local
        guard local > 0 else { return }
        let misses = others * (1 - profile.traffic.l1HitRate)
        let found = misses * profile.traffic.l2HitRate + (exceedsL2 ? 0 : local)
        profile.traffic.l1HitRate *= others / (others + local)
        profile.traffic.l2HitRate = found / (misses + local)
    }
}
