import Testing

@testable import SIMT

@Suite("Occupancy") struct OccupancyTests {
    private func occupancy(
        _ gpu: GPUModel, threads: Int, registers: Int, shared: Int = 0, carveOut: Int? = nil
    ) throws -> Occupancy {
        try Occupancy(
            of: KernelResources(
                threadsPerBlock: threads, registersPerThread: registers, staticSharedBytes: shared,
                preferredCarveOutBytes: carveOut), on: gpu)
    }

    @Test(
        "the kernels of the sgemm ladder on sm_86, by hand",
        arguments: [
            // threads, registers, shared bytes, blocks, limiters
            (1024, 36, 0, 1, [.warps, .registers]),  // 1280 registers a warp: 12 a partition, 48 warps
            (1024, 40, 0, 1, [.warps, .registers]),
            (1024, 36, 8192, 1, [.warps, .registers]),
            (512, 44, 4096, 2, [.registers]),  // 1536 a warp: 10 a partition, 40 warps
            (256, 128, 8192, 2, [.registers]),  // 4096 a warp: 4 a partition, 16 warps
            (256, 116, 8192, 2, [.registers]),
            (256, 104, 8192, 2, [.registers]),
            (256, 108, 8352, 2, [.registers]),
            (256, 100, 16384, 2, [.registers]),
            (128, 168, 16384, 3, [.registers]),  // 5376 a warp: 3 a partition, 12 warps
            (256, 170, 49152, 1, [.registers]),  // 5632 a warp: 2 a partition, 8 warps
        ] as [(Int, Int, Int, Int, [Occupancy.Limiter])])
    func ladder(threads: Int, registers: Int, shared: Int, blocks: Int, limiters: [Occupancy.Limiter]) throws {
        let found = try occupancy(.a6000, threads: threads, registers: registers, shared: shared)
        #expect(found.blocksPerSM == blocks)
        #expect(found.limiters == limiters)
        #expect(found.activeWarps == blocks * threads / 32)
        #expect(found.maximumWarps == 48)
    }

    @Test("each resource limits in turn")
    func limiters() throws {
        let full = try occupancy(.a100, threads: 256, registers: 32)
        #expect(full.blocksPerSM == 8 && full.fraction == 1)
        #expect(full.limiters == [.warps, .registers])
        let small = try occupancy(.a6000, threads: 64, registers: 16)
        #expect(small.blocksPerSM == 16 && small.limiters == [.blocks])
        #expect(small.blocksByWarps == 24 && small.blocksByRegisters == 64 && small.blocksBySharedMemory == 100)
        #expect(abs(small.fraction - 2.0 / 3) < 1e-12)
        let onAda = try occupancy(.rtx4090, threads: 64, registers: 16)
        #expect(onAda.blocksPerSM == 24 && onAda.limiters == [.warps, .blocks])
        let shared = try occupancy(.a100, threads: 256, registers: 32, shared: 48 << 10)
        #expect(shared.blocksPerSM == 3 && shared.limiters == [.sharedMemory])
        #expect(shared.allocatedSharedBytesPerBlock == 49 << 10)
        let odd = try occupancy(.a100, threads: 33, registers: 33, shared: 1)
        #expect(odd.resources.warpsPerBlock == 2)
        #expect(odd.allocatedRegistersPerBlock == 2 * 1280)
        #expect(odd.allocatedSharedBytesPerBlock == 1152)
    }

    @Test("the carve-out is the smallest that costs no block, and L1 gets the rest")
    func carveOut() throws {
        #expect(try occupancy(.a6000, threads: 1024, registers: 36).carveOutBytes == 8 << 10)
        let tiled = try occupancy(.a6000, threads: 256, registers: 100, shared: 16 << 10)
        #expect(tiled.carveOutBytes == 64 << 10)  // two blocks of 17 KiB
        #expect(tiled.l1Bytes == 64 << 10)
        let large = try occupancy(.h100, threads: 128, registers: 32, shared: 227 << 10)
        #expect(large.blocksPerSM == 1 && large.carveOutBytes == 228 << 10 && large.l1Bytes == 28 << 10)
    }

    @Test("a preferred carve-out is rounded up to a supported one, and raised until a block fits")
    func preferredCarveOut() throws {
        let two = try occupancy(.a6000, threads: 32, registers: 16, shared: 6144, carveOut: 9 << 10)
        #expect(two.carveOutBytes == 16 << 10 && two.blocksPerSM == 2)
        #expect(two.limiters == [.sharedMemory])
        let raised = try occupancy(.a6000, threads: 32, registers: 16, shared: 6144, carveOut: 0)
        #expect(raised.carveOutBytes == 8 << 10 && raised.blocksPerSM == 1)
        #expect(throws: LaunchError.self) {
            try occupancy(.a6000, threads: 32, registers: 16, carveOut: 101 << 10)
        }
    }

    @Test("what one more block needs, by hand")
    func requirements() throws {
        let oneDimensional = try occupancy(.a6000, threads: 512, registers: 44, shared: 4096)
        #expect(oneDimensional.requirements == [OccupancyRequirement(.registers, used: 44, allowed: 40)])
        let twoDimensional = try occupancy(.a6000, threads: 256, registers: 128, shared: 8192)
        #expect(twoDimensional.requirements == [OccupancyRequirement(.registers, used: 128, allowed: 80)])
        let shared = try occupancy(.a100, threads: 256, registers: 32, shared: 48 << 10)
        #expect(shared.requirements == [OccupancyRequirement(.sharedMemory, used: 48 << 10, allowed: 40 << 10)])
        let naive = try occupancy(.a6000, threads: 1024, registers: 36)
        #expect(
            naive.requirements == [
                OccupancyRequirement(.warps, used: 1024, allowed: 768),
                OccupancyRequirement(.registers, used: 36, allowed: 32),
            ])
        let small = try occupancy(.a6000, threads: 64, registers: 16)
        #expect(small.requirements == [OccupancyRequirement(.blocks, used: 16, allowed: nil)])
    }

    @Test(
        "the allowed use admits one more block, and any more does not",
        arguments: GPUModel.all, [32, 96, 128, 192, 256, 384, 512])
    func requirementsAreTight(gpu: GPUModel, threads: Int) throws {
        for registers in [24, 40, 64, 96, 128] {
            for shared in [0, 3000, 12_000, 40_000] {
                let now = try occupancy(gpu, threads: threads, registers: registers, shared: shared)
                guard now.requirements.count == 1, let need = now.requirements.first, let allowed = need.allowed else {
                    continue
                }
                func blocks(with use: Int) throws -> Int {
                    try occupancy(
                        gpu, threads: need.limiter == .warps ? use : threads,
                        registers: need.limiter == .registers ? use : registers,
                        shared: need.limiter == .sharedMemory ? use : shared
                    ).blocksPerSM
                }
                #expect(try blocks(with: allowed) > now.blocksPerSM, "\(need)")
                #expect(try blocks(with: allowed + 1) == now.blocksPerSM, "\(need)")
            }
        }
    }

    @Test("a block that fits nowhere is refused with what is legal")
    func refusals() throws {
        let codes: [(LaunchError.Code, () throws -> Occupancy)] = [
            (.threads, { try occupancy(.a100, threads: 1025, registers: 32) }),
            (.registers, { try occupancy(.a100, threads: 32, registers: 256) }),
            (.registers, { try occupancy(.a100, threads: 1024, registers: 65) }),
            // 17 warps of 3328 registers would fit; the check counts 20.
            (.registers, { try occupancy(.a100, threads: 544, registers: 104) }),
            (.sharedMemory, { try occupancy(.a6000, threads: 32, registers: 32, shared: 100 << 10) }),
            (.extent, { try occupancy(.a6000, threads: 0, registers: 32) }),
        ]
        for (code, attempt) in codes {
            let error = #expect(throws: LaunchError.self) { try attempt() }
            #expect(error?.code == code)
            #expect(error?.description.contains(";") == true)
        }
        #expect(try occupancy(.a6000, threads: 32, registers: 32, shared: 99 << 10).blocksPerSM == 1)
    }
}
