import Testing

@testable import SIMT

@Suite("Atomics in profiles") struct AtomicProfileTests {
    private func profile(
        _ body: String, declarations: String = "", blocks: Int, threads: Int = 256,
        options: ProfilerOptions = Profiling.options(blocks: 8)
    ) throws -> KernelProfile {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 4 * threads * blocks, name: "out")
        return try Profiling.profile(
            Emulation.kernel(pointers: 1, declarations: declarations, body), memory, [out], grid: SIMTExtent(blocks),
            threads: threads, shared: declarations.isEmpty ? 0 : 128, options: options)
    }

    @Test("on a word that all blocks update every lane takes a turn, however few blocks are run")
    func oneCounter() throws {
        let profile = try profile("red.global.add.u32 [%P0], 1;\nret;", blocks: 3000)
        let count = 256.0 * 3000
        #expect(profile.coverage < 0.01)
        #expect(abs(profile.traffic.hottestAtomics / count - 1) < 1e-9)
        let prediction = try Profiling.predict(profile)
        #expect(prediction.binding == .l2 && prediction.evidence.first?.name == "hottestAtomics")
        #expect(prediction.predictedSeconds > 0.999 * count / GPUModel.a6000.clockHertz)
    }

    @Test("words of single blocks and lanes are not taken for words of all")
    func ownCounters() throws {
        let ofBlock = try profile(
            "mul.wide.u32 %Q0, %r38, 4;\nadd.u64 %Q0, %Q0, %P0;\nred.global.add.u32 [%Q0], 1;\nret;", blocks: 3000)
        #expect(ofBlock.traffic.hottestAtomics == 256)
        let ofLane = try profile("mad.lo.u64 %Q0, %T, 4, %P0;\natom.global.add.u32 %r0, [%Q0], 1;\nret;", blocks: 64)
        #expect(ofLane.traffic.hottestAtomics == 1)
        #expect(try !Profiling.predict(ofLane).counters.contains { $0.name == "hottestAtomics" })
        #expect(try profile("ret;", blocks: 8).traffic.hottestAtomics == 0)
    }

    @Test("atomics that were not looked at count too")
    func quota() throws {
        var options = Profiling.options(blocks: 8)
        options.accesses = 4
        let loop = """
            mov.u32 %r1, 0;
            LOOP:
            red.global.add.u32 [%P0], 1;
            add.u32 %r1, %r1, 1;
            setp.lt.u32 %p0, %r1, 64;
            @%p0 bra LOOP;
            ret;
            """
        let profile = try profile(loop, blocks: 4, threads: 32, options: options)
        #expect(abs(profile.traffic.hottestAtomics - 64 * 32 * 4) < 1e-6)
    }

    @Test("lanes that update one bin in shared memory take turns")
    func sharedBins() throws {
        func wavefronts(_ address: String) throws -> Double {
            try profile(
                "mov.u32 %r0, s;\n\(address)red.shared.add.u32 [%r0], 1;\nret;",
                declarations: ".shared .align 4 .b8 s[128];", blocks: 8
            ).perWarp.sharedWavefronts
        }
        #expect(try wavefronts("") == 32)
        #expect(try wavefronts("mad.lo.u32 %r0, %lane, 4, %r0;\n") == 1)
    }
}
