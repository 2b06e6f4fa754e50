import Testing

@testable import SIMT

@Suite("Profiling kernels") struct KernelProfilerTests {
    @Test("a coalesced copy has 4 sectors a request, a strided one 32")
    func coalescing() throws {
        let coalesced = try Profiling.copy(blocks: 8, options: Profiling.options(blocks: 8))
        #expect(coalesced.perWarp.instructions[.globalLoad] == 1 && coalesced.perWarp.instructions[.globalStore] == 1)
        #expect(coalesced.perWarp.sectors / coalesced.requests == 4)
        #expect(coalesced.perWarp.idealSectors == coalesced.perWarp.sectors)
        #expect(coalesced.coverage == 1 && coalesced.source == .ptx)
        let strided = try Profiling.copy(stride: 32, blocks: 8, options: Profiling.options(blocks: 8))
        #expect(strided.perWarp.sectors / strided.requests == 32)
        #expect(strided.perWarp.idealSectors == coalesced.perWarp.idealSectors)
        #expect(strided.perWarp.dataWavefronts == 32 * coalesced.perWarp.dataWavefronts)
    }

    @Test("a copy moves each byte once between L2 and memory")
    func traffic() throws {
        let profile = try Profiling.copy(blocks: 64, options: Profiling.options(blocks: 64))
        let bytes = Double(4 * 256 * 64)
        #expect(profile.traffic.dramReadBytes == bytes && profile.traffic.dramWrittenBytes == bytes)
        #expect(profile.traffic.l2Bytes == 2 * bytes)
        #expect(profile.traffic.l1HitRate == 0 && profile.traffic.l2HitRate == 0)
    }

    @Test("a few blocks of a uniform kernel tell what all of them do")
    func sampling() throws {
        let full = try Profiling.copy(blocks: 300, options: Profiling.options(blocks: 300))
        let sampled = try Profiling.copy(blocks: 300, options: Profiling.options(blocks: 12))
        #expect(full.coverage == 1 && sampled.coverage < 0.05)
        func agree(_ value: KeyPath<KernelProfile, Double>) {
            let (part, whole) = (sampled[keyPath: value], full[keyPath: value])
            #expect(abs(part - whole) <= 0.01 * abs(whole), "\(value): \(part), not \(whole)")
        }
        agree(\.perWarp.instructions.total)
        agree(\.perWarp.laneInstructions)
        agree(\.perWarp.sectors)
        agree(\.perWarp.dataWavefronts)
        agree(\.perWarp.tagWavefronts)
        agree(\.perWarp.laneBytes)
        agree(\.traffic.l2Bytes)
        agree(\.traffic.dramReadBytes)
        agree(\.traffic.dramWrittenBytes)
        let seconds = try [sampled, full].map { try Profiling.predict($0).predictedSeconds }
        #expect(abs(seconds[0] / seconds[1] - 1) < 0.01)
    }

    @Test("a grid whose last block is nearly empty counts its threads right")
    func partialBlocks() throws {
        let guarded = Emulation.kernel(
            pointers: 2,
            "setp.ge.u32 %p0, %t, 25601; @%p0 exit;\n" + Emulation.load("f32", "%f0", 0, bytes: 4)
                + Emulation.store("f32", 1, "%f0", bytes: 4))
        let memory = GlobalMemory()
        let pointers = ["x", "y"].map { memory.allocate(byteCount: 4 * 25_601, name: $0) }
        let profile = try Profiling.profile(guarded, memory, pointers, grid: SIMTExtent(101))
        // 100 full blocks and one thread: 800 warps and one of the last block's eight.
        #expect(profile.coverage < 0.1)
        #expect(abs(profile.perWarp.laneBytes * 808 - 2 * 4 * 25_601) < 1e-6)
        // Whole sectors: the last element takes one.
        #expect(abs(profile.traffic.dramReadBytes - (4 * 25_600 + 32)) < 1e-6)
    }

    @Test("what all blocks read is read from memory once, however few of them are run")
    func sharedReads() throws {
        let table = Emulation.kernel(
            pointers: 2,
            """
            and.b32 %r0, %t, 255;
            mul.wide.u32 %Q0, %r0, 4;
            add.u64 %Q0, %Q0, %P0;
            ld.global.f32 %f0, [%Q0];
            """ + Emulation.store("f32", 1, "%f0", bytes: 4))
        let memory = GlobalMemory()
        let pointers = [
            memory.allocate(byteCount: 1 << 20, name: "table"), memory.allocate(byteCount: 1024 * 500, name: "y"),
        ]
        let profile = try Profiling.profile(table, memory, pointers, grid: SIMTExtent(500))
        #expect(profile.traffic.dramReadBytes == 1024)
        #expect(abs(profile.traffic.dramWrittenBytes - 1024 * 500) < 1e-6)
        #expect(profile.traffic.l2HitRate > 0.95)
    }

    @Test("of an instruction that runs very often the first accesses tell the rest")
    func quota() throws {
        // Every warp reads 64 lines of its own, one after the other, and stores once.
        let text = Emulation.kernel(
            pointers: 2,
            """
            shr.u32 %r0, %t, 5;
            mul.lo.u32 %r0, %r0, 8192;
            mad.lo.u32 %r0, %lane, 4, %r0;
            cvt.u64.u32 %Q0, %r0;
            add.u64 %Q0, %Q0, %P0;
            mov.u32 %r1, 0;
            LOOP:
            ld.global.f32 %f1, [%Q0];
            add.f32 %f0, %f0, %f1;
            add.u64 %Q0, %Q0, 128;
            add.u32 %r1, %r1, 1;
            setp.lt.u32 %p0, %r1, 64;
            @%p0 bra LOOP;
            """ + Emulation.store("f32", 1, "%f0", bytes: 4))
        func profile(accesses: Int) throws -> KernelProfile {
            let memory = GlobalMemory()
            let pointers = [
                memory.allocate(byteCount: 8192 * 4, name: "x"), memory.allocate(byteCount: 4 * 128, name: "y"),
            ]
            var options = Profiling.options(blocks: 8)
            options.accesses = accesses
            return try Profiling.profile(
                text, memory, pointers, grid: SIMTExtent(4), threads: 32, options: options)
        }
        let (part, whole) = (try profile(accesses: 16), try profile(accesses: 64))
        #expect(whole.perWarp.sectors == 4 * 65 && abs(part.perWarp.sectors - whole.perWarp.sectors) < 1e-9)
        #expect(part.perWarp.instructions == whole.perWarp.instructions)
        #expect(whole.traffic.dramReadBytes == 8192 * 4)
        #expect(abs(part.traffic.dramReadBytes / whole.traffic.dramReadBytes - 1) < 0.05)
        #expect(part.traffic.dramWrittenBytes == whole.traffic.dramWrittenBytes)
    }

    @Test("bank conflicts multiply wavefronts and bind; padding removes them")
    func bankConflicts() throws {
        func profile(pitch: Int) throws -> KernelProfile {
            let text = Emulation.kernel(
                pointers: 1, declarations: ".shared .align 4 .b8 s[4224];",
                """
                mov.u32 %r0, s;
                mad.lo.u32 %r1, %lane, \(pitch), %r0;
                st.shared.u32 [%r1], %t;
                mov.u32 %r4, 0;
                LOOP:
                ld.shared.u32 %r2, [%r1];
                add.u32 %r3, %r3, %r2;
                add.u32 %r4, %r4, 1;
                setp.lt.u32 %p0, %r4, 31;
                @%p0 bra LOOP;
                st.global.u32 [%P0], %r3;
                ret;
                """)
            let memory = GlobalMemory()
            return try Profiling.profile(
                text, memory, [memory.allocate(byteCount: 4, name: "out")], grid: SIMTExtent(840), shared: 4224,
                options: Profiling.options(blocks: 3))
        }
        let (conflicting, padded) = (try profile(pitch: 128), try profile(pitch: 132))
        #expect(abs(padded.perWarp.sharedWavefronts - 32) < 1e-9)
        #expect(abs(conflicting.perWarp.sharedWavefronts - 32 * 32) < 1e-9)
        #expect(conflicting.perWarp.idealSharedWavefronts == padded.perWarp.sharedWavefronts)
        let (slow, fast) = (try Profiling.predict(conflicting), try Profiling.predict(padded))
        #expect(slow.binding == .sharedMemory && slow.predictedSeconds > 3 * fast.predictedSeconds)
        let model = TimingModel(gpu: .a6000)
        let top = try #require(model.shares(of: conflicting, in: slow).first)
        #expect(top.region.hasPrefix("loop at PTX line") && top.share > 0.9 && top.share < 1)
    }

    @Test("registers limit how many warps are resident")
    func registers() throws {
        let predictions = try [32, 128].map { registers in
            try Profiling.predict(
                Profiling.copy(blocks: 300, registers: registers, options: Profiling.options(blocks: 3)))
        }
        #expect(predictions[0].occupancy.fraction == 1 && !predictions[0].occupancy.limiters.contains(.registers))
        #expect(predictions[1].occupancy.limiters == [.registers])
        #expect(predictions[1].occupancy.activeWarps == 16)
    }

    @Test("a chain of loads is bound by latency")
    func chain() throws {
        let text = Emulation.kernel(
            pointers: 2,
            """
            mul.wide.u32 %Q0, %r38, 4096;
            add.u64 %Q0, %Q0, %P0;
            mov.u32 %r0, 0;
            LOOP:
            ld.global.u64 %Q0, [%Q0];
            add.u32 %r0, %r0, 1;
            setp.lt.u32 %p0, %r0, 64;
            @%p0 bra LOOP;
            st.global.u64 [%P1], %Q0;
            ret;
            """)
        let memory = GlobalMemory()
        let count = 4096
        let links = memory.allocate(byteCount: 128 * count, name: "links")
        for index in 0..<count {
            let next = links + UInt64(128 * ((index + 1) % count))
            memory.allocations[0].bytes.storeBytes(of: next, toByteOffset: 128 * index, as: UInt64.self)
        }
        let out = memory.allocate(byteCount: 8, name: "out")
        let profile = try Profiling.profile(text, memory, [links, out], grid: SIMTExtent(84), threads: 32)
        let loop = try #require(profile.regions.first { $0.perWarp.instructions[.globalLoad] > 0 })
        #expect(abs(loop.perWarp.instructions[.globalLoad] - 64) < 1e-9)
        #expect(abs(loop.parallelism.memory - 1) < 1e-9)
        #expect(profile.traffic.l1HitRate == 0)
        let prediction = try Profiling.predict(profile)
        #expect(prediction.binding == .latency)
        #expect(prediction.predictedSeconds > 64 * GPUModel.a6000.memory.l2LatencyCycles / GPUModel.a6000.clockHertz)
    }

    @Test("no prediction is faster than device memory moves what the launch touches")
    func compulsory() throws {
        for stride in [1, 2, 32] {
            let profile = try Profiling.copy(stride: stride, blocks: 200, options: Profiling.options(blocks: 4))
            // Whole sectors, at least those that hold an element.
            let touched = Double(2 * 256 * 200 * min(32, 4 * stride))
            let least = touched / GPUModel.a6000.memory.dramBytesPerSecond
            #expect(profile.traffic.dramBytes >= touched * (1 - 1e-9))
            #expect(try Profiling.predict(profile).predictedSeconds >= least)
        }
    }

    @Test("what cannot be launched is refused, and a fault of a sampled block is told")
    func errors() throws {
        func error(_ text: String, threads: Int = 32, registers: Int = 32) -> ProfilingError? {
            let memory = GlobalMemory()
            let pointers = ["x", "y"].map { memory.allocate(byteCount: 64, name: $0) }
            return #expect(throws: ProfilingError.self) {
                try Profiling.profile(
                    text, memory, pointers, grid: SIMTExtent(2), threads: threads, registers: registers)
            }
        }
        guard case .unlaunchable(let limit)? = error(Profiling.copy(), registers: 256) else {
            Issue.record("256 registers were taken")
            return
        }
        #expect(limit.code == .registers)
        guard case .refused(let refusal)? = error(Emulation.kernel(pointers: 1, "ret;")) else {
            Issue.record("two arguments were taken for one parameter")
            return
        }
        #expect(refusal.code == .arguments)
        guard case .faulted(let fault)? = error(Profiling.copy()) else {
            Issue.record("no fault was found")
            return
        }
        #expect(fault.kind == .outOfBounds)
    }
}
