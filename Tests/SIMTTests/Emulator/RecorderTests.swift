import CSIMT
import Testing

@testable import SIMT

/// What an observer of accesses sees, and that the fast counters agree with the models of the hardware.
@Suite struct RecorderTests {
    private final class Recorder: SIMTAccessRecorder {
        var accesses: [SIMTAccess] = []
        func record(_ access: SIMTAccess) { accesses.append(access) }
    }

    @Test func accessesComeWithTheirAddresses() throws {
        let text = Emulation.kernel(
            pointers: 1, declarations: ".shared .align 4 .b8 s[256];",
            """
            mov.u32 %r0, s;
            and.b32 %r1, %t, 31;
            mad.lo.u32 %r0, %r1, 8, %r0;
            mad.lo.u64 %Q0, %T, 4, %P0;
            setp.lt.u32 %p0, %r1, 20;
            @%p0 ld.global.u32 %r2, [%Q0];
            st.shared.u32 [%r0], %r2;
            red.global.add.u32 [%P0], 1;
            ret;
            """)
        let memory = GlobalMemory()
        let address = memory.allocate(byteCount: 512, name: "buffer")
        let recorder = Recorder()
        var options = SIMTOptions()
        options.threads = 4
        options.countsInstructions = true
        let launch = SIMTLaunch(
            kernel: "k", grid: SIMTExtent(2), block: SIMTExtent(64), arguments: [.pointer(address)])
        let report = try Emulation.program(text).run(launch, memory: memory, options: options, recorder: recorder)
        #expect(report.isComplete, "\(report.faults)")
        #expect(recorder.accesses.count == 2 * 2 * 3)
        #expect(recorder.accesses.map(\.block) == Array(repeating: 0, count: 6) + Array(repeating: 1, count: 6))
        let load = try #require(recorder.accesses.dropFirst(3).first)
        #expect(load.effect == .load && load.space == .global && load.warp == 1)
        #expect(load.lanes.activeMask == 0xf_ffff)
        #expect(load.lanes.bytesPerLane == 4)
        for lane in 0..<20 { #expect(load.lanes.addresses[lane] == address + UInt64(4 * (32 + lane))) }
        #expect(report.counters?.entries[load.instruction].opcode == "ld.global.u32")
        let store = recorder.accesses[1]
        #expect(store.effect == .store && store.space == .shared)
        #expect(store.lanes.addresses[3] &- store.lanes.addresses[0] == 24)
        #expect(recorder.accesses[2].effect == .atomic)
    }

    @Test(arguments: [1, 2, 4, 8, 16])
    func countersAgreeWithTheModels(_ bytes: Int) {
        var source = Operands(UInt64(bytes))
        for round in 0..<200 {
            let stride = Int(source.next() >> 33 & 7)
            let isRandom = round % 3 == 0
            let mask = round % 4 == 1 ? UInt32(truncatingIfNeeded: source.next() >> 17) : ~0
            let access = WarpAccess(bytesPerLane: bytes, activeMask: mask) { lane in
                (isRandom ? Int(source.next() >> 33 & 63) : lane / (1 + round % 5) * stride) * bytes
            }
            let offsets = (0..<32).map { access.addresses[$0] }
            let sectors = kw_count_sectors(mask, offsets, UInt32(bytes))
            #expect(Int(sectors) == Coalescing(access).sectors, "\(bytes) bytes, round \(round)")
            let wavefronts = kw_count_wavefronts(mask, offsets, UInt32(bytes))
            #expect(Int(wavefronts) == SharedBanks(access).wavefronts, "\(bytes) bytes, round \(round)")
        }
    }
}
