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
    /// The traffic below L1 is dealt out by sectors, the cost of a launch by instructions, everything else by the
    /// region's own time. Empty where no region has a part.
    public func shares(of profile: KernelProfile, in prediction: TimingPrediction) -> [RegionShare] {
        let parts = profile.regions.map { max(0, part(of: $0, profile, prediction)) }
        let whole = parts.reduce(0, +)
        guard whole > 0 else { return [] }
        return zip(profile.regions, parts).map { RegionShare(region: $0.name, share: $1 / whole) }.enumerated()
            .sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }.map(\.element)
    }

    private func part(of region: KernelRegion, _ profile: KernelProfile, _ prediction: TimingPrediction) -> Double {
        let limit = prediction.binding
        switch limit {
        case .l2, .dram: return region.perWarp.sectors
        case .launch: return region.perWarp.instructions.total
        default: return cycles(limit, [region], profile, prediction) - cycles(limit, [], profile, prediction)
        }
    }

    private func cycles(
        _ limit: TimingLimit, _ regions: [KernelRegion], _ profile: KernelProfile, _ prediction: TimingPrediction
    ) -> Double {
        var part = profile
        part.regions = regions
        return SMRound(gpu: gpu, constants: constants, profile: part, blocks: prediction.occupancy.blocksPerSM)
            .cycles(limit)
    }
}
