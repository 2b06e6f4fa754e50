/// A region's part in what bounds a kernel.
public struct RegionShare: Sendable, Hashable {
    /// The name of the region.
    public let region: String
    /// Its part, 0…1; the parts of a kernel add up to 1.
    public let share: Double
}

extension TimingModel {
    /// Which regions make the time of the limit that binds, the largest part first.
    ///
    /// The traffic below L1 is dealt out by sectors (by atomics where those keep L2 busy), the cost of a launch by
    /// instructions, everything else by the region's own time. Empty where no region has a part.
    public func shares(of profile: KernelProfile, in prediction: TimingPrediction) -> [RegionShare] {
        let all = round(of: profile.regions, profile, prediction)
        let isCopying = prediction.binding == .latency && all.copyCycles > all.chainCycles
        let parts = profile.regions.map { region in
            max(0, isCopying ? region.copyWaits : part(of: region, profile, prediction))
        }
        let whole = parts.reduce(0, +)
        guard whole > 0 else { return [] }
        return zip(profile.regions, parts).map { RegionShare(region: $0.name, share: $1 / whole) }.enumerated()
            .sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }.map(\.element)
    }

    private func part(of region: KernelRegion, _ profile: KernelProfile, _ prediction: TimingPrediction) -> Double {
        let limit = prediction.binding
        switch limit {
        case .l2 where profile.traffic.isBoundByAtomics(on: gpu): return region.perWarp.instructions[.globalAtomic]
        case .l2, .dram: return region.perWarp.sectors
        case .latency: return round(of: [region], profile, prediction).chainCycles
        case .launch: return region.perWarp.instructions.total
        default:
            let nothing = round(of: [], profile, prediction)
            return round(of: [region], profile, prediction).cycles(limit) - nothing.cycles(limit)
        }
    }

    /// A round of the resident blocks that do nothing but what some regions do.
    private func round(
        of regions: [KernelRegion], _ profile: KernelProfile, _ prediction: TimingPrediction
    ) -> SMRound {
        var part = profile
        part.regions = regions
        return SMRound(gpu: gpu, constants: constants, profile: part, blocks: prediction.occupancy.blocksPerSM)
    }
}
