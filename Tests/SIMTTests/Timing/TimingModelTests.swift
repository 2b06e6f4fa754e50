import Testing

@testable import SIMT

@Suite("Timing model") struct TimingModelTests {
    /// A kernel of one region; every count is per warp.
    private func profile(
        grid: Int, threads: Int = 256, registers: Int = 32, shared: Int = 0, _ counts: WarpCounts,
        parallelism: KernelRegion.Parallelism = .init(), exposedPhases: Double = 0, hiddenInstructions: Double = 0,
        traffic: MemoryTraffic = MemoryTraffic()
    ) -> KernelProfile {
        KernelProfile(
            name: "test", blocks: grid,
            resources: KernelResources(
                threadsPerBlock: threads, registersPerThread: registers, staticSharedBytes: shared),
            regions: [
                KernelRegion(
                    name: "body", perWarp: counts, parallelism: parallelism, exposedPhases: exposedPhases,
                    hiddenInstructions: hiddenInstructions)
            ], traffic: traffic, source: .sass)
    }

    private func arithmetic(_ kind: InstructionClass, _ count: Double) -> WarpCounts {
        WarpCounts(instructions: [kind: count], laneInstructions: 32 * count)
    }

    private func predict(_ profile: KernelProfile, on gpu: GPUModel = .a6000) throws -> TimingPrediction {
        try TimingModel(gpu: gpu).predict(profile)
    }

    private let wide = KernelRegion.Parallelism(arithmetic: 8, memory: 8, shared: 8)

    @Test("a vector addition is bound by device memory and says so with its bytes")
    func vectorAddition() throws {
        let elements = Double(1 << 24)
        var counts = WarpCounts(
            instructions: [.globalLoad: 2, .globalStore: 1, .single: 1, .integer: 8, .control: 2],
            laneInstructions: 14 * 32)
        counts.add(global: .strided(1), times: 3, on: .a6000)
        let traffic = MemoryTraffic(
            l2Bytes: 12 * elements, dramReadBytes: 8 * elements, dramWrittenBytes: 4 * elements)
        for gpu in GPUModel.all {
            let found = try predict(
                profile(grid: 1 << 16, counts, parallelism: .init(memory: 2), traffic: traffic), on: gpu)
            #expect(found.binding == .dram)
            let expected = 12 * elements / gpu.memory.dramBytesPerSecond + gpu.launchSeconds
            #expect(abs(found.predictedSeconds / expected - 1) < 1e-12)
            #expect(found.fraction(of: .dram) > 0.95)
            #expect(found.evidence.first == TimingCounter("dramReadBytes", 8 * elements, "bytes"))
            #expect(found.limits.first?.limit == .dram)
        }
    }

    @Test("one warp on each SM that follows pointers is bound by latency, and by half of it with two loads under way")
    func pointerChase() throws {
        let counts = arithmetic(.globalLoad, 1000)
        let alone = try predict(profile(grid: 84, threads: 32, counts))
        #expect(alone.binding == .latency)
        let chain = 1000 * (GPUModel.a6000.memory.dramLatencySeconds + 1 / GPUModel.a6000.clockHertz)
        let overhead = GPUModel.a6000.launchSeconds + GPUModel.a6000.blockStartSeconds
        #expect(abs(alone.predictedSeconds - chain - overhead) < 1e-9)
        #expect(alone.evidence.first == TimingCounter("activeWarpsPerSM", 1, "warps"))
        let pairs = try predict(profile(grid: 84, threads: 32, counts, parallelism: .init(memory: 2)))
        #expect(abs(pairs.predictedSeconds / alone.predictedSeconds - 0.5) < 0.01)
        let cached = try predict(
            profile(grid: 84, threads: 32, counts, traffic: MemoryTraffic(l1HitRate: 1)))
        #expect(cached.predictedSeconds < 0.1 * alone.predictedSeconds)
    }

    @Test(
        "each pipe binds when its work dominates, and takes its rate",
        arguments: [
            // 32 lanes · warps over lanes per cycle, for 8 warps of 10000 instructions
            (InstructionClass.half, TimingLimit.half, 64.0), (.double, .double, 2), (.integer, .integer, 64),
            (.special, .special, 16), (.conversion, .special, 16), (.move, .issue, 128),
        ])
    func pipes(kind: InstructionClass, limit: TimingLimit, lanes: Double) throws {
        let found = try predict(profile(grid: 84, arithmetic(kind, 10_000), parallelism: wide))
        #expect(found.binding == limit)
        let cycles = 32 * 8 * 10_000 / lanes
        #expect(abs(found.predictedSeconds(of: limit) * 1.8e9 / cycles - 1) < 1e-9)
        #expect(!found.evidence.isEmpty)
    }

    @Test("FP32 runs at its sustained rate, and integers take part of it where they share lanes")
    func single() throws {
        var counts = arithmetic(.single, 10_000)
        let plain = try predict(profile(grid: 84, counts, parallelism: wide))
        #expect(plain.binding == .single)
        let flops = 2 * 32 * 10_000 * 8 * 84.0
        let seconds = plain.predictedSeconds(of: .single)
        #expect(abs(flops / seconds / GPUModel.a6000.sustainedSingleFlopsPerSecond - 1) < 1e-9)
        counts.instructions[.integer] = 5000
        let mixed = try predict(profile(grid: 84, counts, parallelism: wide))
        #expect(mixed.predictedSeconds(of: .single) > 1.2 * seconds)
        let (onA100, alone) = (
            try predict(profile(grid: 108, counts), on: .a100),
            try predict(profile(grid: 108, arithmetic(.single, 10_000)), on: .a100)
        )
        #expect(onA100.predictedSeconds(of: .single) == alone.predictedSeconds(of: .single))
    }

    @Test("tensor cores run at their rate by format; formats they do not have are refused")
    func tensor() throws {
        var counts = arithmetic(.tensor, 10_000)
        counts.tensorMultiplyAdds[.halfIntoSingle] = 10_000 * 16 * 8 * 16
        let found = try predict(profile(grid: 108, counts, parallelism: wide), on: .a100)
        #expect(found.binding == .tensor)
        #expect(abs(found.predictedSeconds(of: .tensor) * 1.41e9 / (10_000 * 2048 * 8 / 1024) - 1) < 1e-9)
        #expect(found.evidence.contains { $0.name == "halfIntoSingleMultiplyAdds" })
        counts.tensorMultiplyAdds[.fp8] = 1
        let error = #expect(throws: LaunchError.self) { try predict(profile(grid: 108, counts), on: .a100) }
        #expect(error?.code == .tensorFormat)
    }

    @Test("bank conflicts make shared memory the bottleneck, and the counter has them")
    func bankConflicts() throws {
        func counts(stride: Int) -> WarpCounts {
            var counts = WarpCounts(instructions: [.single: 2000, .sharedLoad: 200], laneInstructions: 2200 * 32)
            counts.add(shared: .strided(stride), times: 200)
            return counts
        }
        let clean = try predict(profile(grid: 840, counts(stride: 33), parallelism: wide))
        let conflicting = try predict(profile(grid: 840, counts(stride: 32), parallelism: wide))
        #expect(clean.binding == .single && conflicting.binding == .sharedMemory)
        #expect(conflicting.predictedSeconds > 2 * clean.predictedSeconds)
        let conflicts = TimingCounter("sharedConflictWavefronts", 200 * 31 * 840 * 8, "wavefronts")
        #expect(conflicting.evidence.contains(conflicts))
    }

    @Test("the common pipe is named where neither part makes nearly all of it")
    func loadStore() throws {
        var counts = WarpCounts(instructions: [.globalLoad: 100, .sharedLoad: 300], laneInstructions: 400 * 32)
        counts.add(global: .strided(4), times: 100, on: .a6000)
        counts.add(shared: .strided(2), times: 200)
        let mixed = try predict(profile(grid: 840, counts, parallelism: .init(memory: 100, shared: 100)))
        #expect(mixed.binding == .loadStore)
        let parts = mixed.predictedSeconds(of: .l1) + mixed.predictedSeconds(of: .sharedMemory)
        #expect(abs(parts / mixed.predictedSeconds(of: .loadStore) - 1) < 1e-12)
        #expect(Set(mixed.evidence.map(\.name)).isSuperset(of: ["l1DataWavefronts", "sharedWavefronts"]))
    }

    @Test("a barrier exposes the wait for memory once for all resident blocks, less what the warp has to do meanwhile")
    func barriers() throws {
        let counts = arithmetic(.single, 100)
        let exposed = profile(grid: 840, threads: 1024, counts, parallelism: wide, exposedPhases: 100)
        let one = try predict(exposed)
        #expect(one.binding == .barriers && one.occupancy.blocksPerSM == 1)
        #expect(one.evidence.contains(TimingCounter("exposedPhasesPerBlock", 100, "phases")))
        var smaller = exposed
        smaller.resources.threadsPerBlock = 512
        let three = try predict(smaller)
        #expect(three.occupancy.blocksPerSM == 3)
        #expect(three.predictedSeconds(of: .barriers) < 0.45 * one.predictedSeconds(of: .barriers))
        var pipelined = exposed
        pipelined.regions[0].hiddenInstructions = 1000
        #expect(try predict(pipelined).predictedSeconds(of: .barriers) == 0)
    }

    @Test("copies in turn take their latency over those under way, so that one more helps")
    func copiesInTurn() throws {
        let passes = 1000.0
        func found(pending: Int, grid: Int = 84) throws -> TimingPrediction {
            var counts = arithmetic(.asyncCopy, passes)
            counts.instructions[.synchronization] = passes
            var kernel = profile(grid: grid, threads: 32, counts)
            kernel.regions[0].copyWaits = passes * CodeCost.copyWait(pending: pending)
            return try predict(kernel)
        }
        let two = try found(pending: 1)
        let copies = passes / 2 * GPUModel.a6000.memory.dramLatencySeconds
        let overhead = GPUModel.a6000.launchSeconds + GPUModel.a6000.blockStartSeconds
        #expect(two.binding == .latency)
        #expect(abs(two.predictedSeconds - copies - overhead) < 1e-9)
        #expect(two.evidence.contains(TimingCounter("copyWaitsPerWarp", 500, "latencies")))
        let (three, many) = (try found(pending: 2), try found(pending: 1, grid: 840))
        #expect(three.predictedSeconds < 0.7 * two.predictedSeconds)
        // Ten resident blocks wait side by side.
        #expect(abs(many.predictedSeconds - two.predictedSeconds) < 1e-9)
    }

    @Test("atomics on one word take a cycle each, and bind where L2's bytes take less")
    func atomics() throws {
        func kernel(hottest: Double) -> KernelProfile {
            profile(
                grid: 840, arithmetic(.globalAtomic, 10),
                traffic: MemoryTraffic(l2HitRate: 1, l2Bytes: 1e6, hottestAtomics: hottest))
        }
        let hot = kernel(hottest: 1.8e6)
        let found = try predict(hot)
        #expect(found.binding == .l2 && abs(found.predictedSeconds(of: .l2) - 1e-3) < 1e-12)
        #expect(found.evidence.first == TimingCounter("hottestAtomics", 1.8e6, "atomics on one word"))
        #expect(TimingModel(gpu: .a6000).shares(of: hot, in: found).map(\.share) == [1])
        let cold = try predict(kernel(hottest: 10))
        #expect(cold.predictedSeconds(of: .l2) == 1e6 / GPUModel.a6000.memory.l2BytesPerSecond)
        #expect(!cold.counters.contains { $0.name == "hottestAtomics" })
    }

    @Test("blocks that do not divide evenly leave SMs idle")
    func tail() throws {
        let counts = arithmetic(.single, 100_000)
        let even = try predict(profile(grid: 84, threads: 1024, counts))
        let odd = try predict(profile(grid: 85, threads: 1024, counts))
        #expect(even.balance == 1 && even.waves == 1)
        #expect(abs(odd.balance - 85.0 / 168) < 1e-12)
        #expect(abs(odd.predictedSeconds / even.predictedSeconds - 2) < 0.01)
        // One warp can use one of four schedulers only.
        let single = try predict(profile(grid: 84, threads: 32, counts, parallelism: wide))
        let four = try predict(profile(grid: 84, threads: 128, counts, parallelism: wide))
        #expect(single.predictedSeconds(of: .single) == four.predictedSeconds(of: .single))
    }

    @Test("a kernel that does nothing takes a launch")
    func launch() throws {
        let found = try predict(profile(grid: 1, threads: 32, arithmetic(.move, 4)))
        #expect(found.binding == .launch)
        #expect(found.predictedSeconds < 2 * GPUModel.a6000.launchSeconds)
        #expect(throws: LaunchError.self) { try predict(profile(grid: 0, arithmetic(.move, 4))) }
        #expect(throws: LaunchError.self) { try predict(profile(grid: 1, threads: 2000, arithmetic(.move, 4))) }
    }

    @Test("every limit has counters, no fraction exceeds 1, and equal profiles give equal predictions")
    func invariants() throws {
        var counts = arithmetic(.single, 500)
        counts.add(global: .strided(3), times: 20, on: .a6000)
        counts.instructions[.globalLoad] = 20
        let profile = profile(
            grid: 1000, counts, exposedPhases: 5, traffic: MemoryTraffic(l2Bytes: 1e8, dramReadBytes: 1e7))
        for gpu in GPUModel.all {
            let found = try predict(profile, on: gpu)
            #expect(found.limits.count == TimingLimit.allCases.count)
            #expect(found.limits.allSatisfy { (0...1).contains($0.fraction) })
            #expect(found.limits.map(\.predictedSeconds) == found.limits.map(\.predictedSeconds).sorted(by: >))
            #expect(try predict(profile, on: gpu) == found)
            for limit in TimingLimit.allCases {
                let evidence = TimingEvidence(profile: profile, occupancy: found.occupancy, gpu: gpu)
                #expect(!evidence.counters(of: limit).isEmpty, "\(limit)")
            }
        }
    }

    @Test("traffic of sampled blocks is scaled to the launch, rates are not")
    func scaledTraffic() {
        var caches = CacheModel(gpu: .a6000, l1Bytes: 64 << 10, sms: 1)
        for address in stride(from: UInt64(0), to: 4096, by: 32) { caches.access(.load, address) }
        caches.access(.load, 0)
        caches.access(.store, 0)
        let traffic = MemoryTraffic(caches.traffic, scale: 10)
        #expect(traffic.dramReadBytes == 40_960 && traffic.dramWrittenBytes == 0)
        #expect(traffic.l2Bytes == 10 * (4096 + 32))
        #expect(traffic.l1HitRate == 1.0 / 129)
    }

    @Test("counts add and scale field by field")
    func counting() {
        var counts = WarpCounts(instructions: [.single: 2], barriers: 1)
        counts.add(global: .strided(2), times: 3, on: .a6000)
        counts.add(shared: .strided(2))
        counts += counts
        #expect(counts.instructions[.single] == 4 && counts.barriers == 2)
        #expect(counts.sectors == 48 && counts.idealSectors == 24 && counts.laneBytes == 768)
        #expect(counts.dataWavefronts == 12 && counts.tagWavefronts == 6)
        counts.localLoadedBytes = 64
        counts.localStoredBytes = 32
        counts.add(shared: .broadcast(bytesPerLane: 4), isAtomic: true)
        #expect(counts.sharedWavefronts == 36)
        counts.sharedWavefronts = 4
        counts.idealSharedWavefronts = 2
        let half = counts * 0.5
        #expect(half.localLoadedBytes == 32 && half.localStoredBytes == 16)
        #expect(half.sharedWavefronts == 2 && half.idealSharedWavefronts == 1 && half.sectors == 24)
    }
}
