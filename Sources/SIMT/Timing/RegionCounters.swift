extension KernelProfile {
    /// What the launch does in the region of a name, as far as it says something: totals over the launch, and ratios.
    ///
    /// Empty where no region has that name. Full warps, whole sectors and the like have no counter of their own.
    public func counters(ofRegion name: String) -> [TimingCounter] {
        guard let region = regions.first(where: { $0.name == name }) else { return [] }
        let (counts, warps) = (region.perWarp, Double(self.warps))
        let instructions = counts.instructions.total
        let requests = counts.instructions.sum(where: \.asksL1)
        let lanes = instructions > 0 ? counts.laneInstructions / instructions : 0
        var counters = [TimingCounter("instructions", instructions * warps, "warp instructions")]
        func add(_ name: String, _ value: Double, _ unit: String = "", from least: Double) {
            if value >= least { counters.append(TimingCounter(name, value, unit)) }
        }
        if lanes < Double(GPUModel.warpSize) - 0.05 { add("activeLanesPerInstruction", lanes, from: .ulpOfOne) }
        if requests > 0 { add("sectorsPerRequest", counts.sectors / requests, "sectors", from: .ulpOfOne) }
        add("excessSectors", (counts.sectors - counts.idealSectors) * warps, "sectors", from: 0.5)
        let conflicts = (counts.sharedWavefronts - counts.idealSharedWavefronts) * warps
        add("sharedConflictWavefronts", conflicts, "wavefronts", from: 0.5)
        add("barriersPerWarp", counts.barriers, "barriers", from: .ulpOfOne)
        add("exposedPhasesPerBlock", region.exposedPhases, "phases", from: .ulpOfOne)
        return counters
    }
}
