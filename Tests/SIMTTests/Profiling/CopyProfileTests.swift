import Testing

@testable import SIMT

@Suite("Asynchronous copies in profiles") struct CopyProfileTests {
    private static let passes = 64

    /// One warp on each SM copies a part for itself in every pass and waits as long as it is told.
    private func profile(_ wait: String) throws -> KernelProfile {
        let text = Emulation.kernel(
            pointers: 1, declarations: ".shared .align 16 .b8 s[512];",
            """
            mov.u32 %r0, s;
            mad.lo.u32 %r1, %lane, 16, %r0;
            mad.lo.u64 %Q0, %T, 16, %P0;
            mov.u32 %r4, 0;
            LOOP:
            cp.async.cg.shared.global [%r1], [%Q0], 16;
            cp.async.commit_group;
            \(wait)
            add.u64 %Q0, %Q0, 512;
            add.u32 %r4, %r4, 1;
            setp.lt.u32 %p0, %r4, \(Self.passes);
            @%p0 bra LOOP;
            ret;
            """)
        let memory = GlobalMemory()
        let source = memory.allocate(byteCount: 512 * (84 + Self.passes), name: "x")
        return try Profiling.profile(
            text, memory, [source], grid: SIMTExtent(84), threads: 32, shared: 512)
    }

    private func copyWaits(_ profile: KernelProfile) -> Double { profile.regions.reduce(0) { $0 + $1.copyWaits } }

    @Test("a pass takes its copies' latency over those that are under way")
    func turns() throws {
        let profiles = try ["cp.async.wait_group 0;", "cp.async.wait_group 1;", "cp.async.wait_group 3;"].map(profile)
        let passes = Double(Self.passes)
        for (profile, expected) in zip(profiles, [passes, passes / 2, passes / 4]) {
            #expect(abs(copyWaits(profile) - expected) < 1e-9)
            let least = expected * GPUModel.a6000.memory.l2LatencyCycles / GPUModel.a6000.clockHertz
            #expect(try Profiling.predict(profile).predictedSeconds > least)
        }
        let seconds = try profiles.map { try Profiling.predict($0).predictedSeconds(of: .latency) }
        #expect(seconds[0] > 1.5 * seconds[1] && seconds[1] > 1.5 * seconds[2])
        // Whoever never waits is not held up.
        #expect(try copyWaits(profile("")) == 0)
    }

    @Test("the time of copies is that of the line that waits")
    func shares() throws {
        let profile = try profile("cp.async.wait_group 1;")
        let prediction = try Profiling.predict(profile)
        #expect(prediction.binding == .latency)
        let top = try #require(TimingModel(gpu: .a6000).shares(of: profile, in: prediction).first)
        #expect(top.share == 1 && top.region.hasPrefix("loop at PTX line"))
    }
}
