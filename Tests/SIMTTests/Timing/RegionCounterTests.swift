import Testing

@testable import SIMT

@Suite("Counters of regions") struct RegionCounterTests {
    private func values(_ profile: KernelProfile, _ region: String) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: profile.counters(ofRegion: region).map { ($0.name, $0.value) })
    }

    @Test("a scattered copy has sectors to spare, and nothing is said of what it has not")
    func scattered() throws {
        let copy = try Profiling.copy(stride: 32, blocks: 8, options: Profiling.options(blocks: 8))
        let name = try #require(copy.regions.first?.name)
        let found = values(copy, name)
        #expect(found["sectorsPerRequest"] == 32)
        // 28 of 32 sectors of two requests of 64 warps.
        #expect(abs(try #require(found["excessSectors"]) - 28 * 2 * 64) < 1e-6)
        #expect(Set(found.keys) == ["instructions", "sectorsPerRequest", "excessSectors"])
        #expect(copy.counters(ofRegion: "nowhere").isEmpty)
    }

    @Test("lanes, conflicts, barriers and phases are told where there are any")
    func staged() throws {
        var counts = WarpCounts(
            instructions: [.sharedLoad: 10, .synchronization: 2], laneInstructions: 12 * 16, barriers: 2)
        counts.add(shared: .strided(32), times: 10)
        let profile = KernelProfile(
            name: "k", blocks: 5, resources: KernelResources(threadsPerBlock: 64, registersPerThread: 32),
            regions: [KernelRegion(name: "k.cu:3", perWarp: counts, exposedPhases: 4)], traffic: MemoryTraffic(),
            source: .sass)
        let expected = [
            "instructions": 120.0, "activeLanesPerInstruction": 16, "sharedConflictWavefronts": 3100,
            "barriersPerWarp": 2, "exposedPhasesPerBlock": 4,
        ]
        #expect(values(profile, "k.cu:3") == expected)
    }
}
