import Testing

@testable import SIMT

/// Barriers of blocks, and barrier objects.
@Suite struct BarrierTests {
    private static let shared = ".shared .align 8 .b8 buffer[4096];"

    @Test func allThreadsSeeWhatWasWrittenBefore() throws {
        // Reverses the block through shared memory.
        let made = try Emulation.words(
            """
            mov.u32 %r0, buffer;
            mad.lo.u32 %r1, %t, 4, %r0;
            st.shared.u32 [%r1], %t;
            bar.sync 0;
            sub.u32 %r2, 255, %t;
            mad.lo.u32 %r1, %r2, 4, %r0;
            ld.shared.u32 %r3, [%r1];
            """ + Emulation.store("u32", 0, "%r3", bytes: 4) + "ret;", declarations: Self.shared, threads: 256)
        #expect(made == (0..<256).reversed().map { UInt32($0) })
    }

    @Test func endedThreadsDoNotHoldTheOthersUp() throws {
        let made = try Emulation.words(
            """
            mov.u32 %r0, 0;
            setp.ge.u32 %p0, %t, 40;
            @%p0 bra END;
            bar.sync 0;
            mov.u32 %r0, 1;
            END:
            """ + Emulation.store("u32", 0, "%r0", bytes: 4) + "ret;", threads: 100)
        for t in 0..<100 { #expect(made[t] == (t < 40 ? 1 : 0)) }
    }

    @Test(arguments: [false, true])
    func lanesThatEndLaterCountAtABarrierForWarps(_ isArrival: Bool) throws {
        // The branch goes behind the body: the lanes of warp 1 that have work arrive while the others still live.
        let made = try Emulation.words(
            """
            mov.u32 %r0, 0;
            setp.ge.u32 %p0, %t, 40;
            @%p0 bra END;
            setp.ge.u32 %p1, %t, \(isArrival ? 32 : 64);
            @%p1 bar.arrive 1, 64;
            @!%p1 bar.sync 1, 64;
            mov.u32 %r0, 1;
            END:
            """ + Emulation.store("u32", 0, "%r0", bytes: 4) + "ret;", threads: 64)
        for t in 0..<64 { #expect(made[t] == (t < 40 ? 1 : 0)) }
    }

    @Test func reductions() throws {
        let made = try Emulation.words(
            """
            rem.u32 %r0, %t, 3; setp.eq.u32 %p0, %r0, 0;
            bar.red.popc.u32 %r1, 0, %p0;
            setp.lt.u32 %p1, %t, 1000;
            bar.red.and.pred %p2, 0, %p1;
            setp.eq.u32 %p1, %t, 77;
            bar.red.or.pred %p3, 0, %p1;
            bar.red.or.pred %p4, 0, !%p2;
            @%p2 add.u32 %r1, %r1, 1000;
            @%p3 add.u32 %r1, %r1, 2000;
            @%p4 add.u32 %r1, %r1, 4000;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", threads: 128)
        #expect(made.allSatisfy { $0 == 43 + 3000 }, "\(made)")
    }

    @Test func producersAndConsumersWithNamedBarriers() throws {
        // Warp 0 fills, warp 1 reads; warp 0 does not wait for it.
        let made = try Emulation.words(
            """
            mov.u32 %r0, buffer;
            mad.lo.u32 %r1, %lane, 4, %r0;
            setp.ge.u32 %p0, %t, 32;
            @%p0 bra CONSUMER;
            mul.lo.u32 %r2, %lane, 3;
            st.shared.u32 [%r1], %r2;
            bar.arrive 1, 64;
            mov.u32 %r3, 5;
            bra END;
            CONSUMER:
            bar.sync 1, 64;
            ld.shared.u32 %r3, [%r1];
            END:
            """ + Emulation.store("u32", 0, "%r3", bytes: 4) + "ret;", declarations: Self.shared, threads: 64)
        for t in 0..<64 { #expect(made[t] == (t < 32 ? 5 : UInt32(3 * (t - 32)))) }
    }

    @Test func aBarrierThatCannotComplete() throws {
        let memory = GlobalMemory()
        let text = Emulation.kernel(
            pointers: 0, "setp.lt.u32 %p0, %t, 32;\n@%p0 bra ONE;\nbar.sync 2, 128;\nret;\nONE:\nbar.sync 3, 64;\nret;")
        let report = try Emulation.run(text, memory, [], block: SIMTExtent(64))
        let fault = try #require(report.faults.first)
        #expect(fault.kind == .barrierDeadlock)
        #expect(!report.isComplete)
        #expect(fault.thread == SIMTExtent(0, 0, 0))
        #expect(fault.opcode == "bar.sync")
    }

    @Test func divergenceInsideAWarpIsFound() throws {
        let text = Emulation.kernel(
            pointers: 0,
            "and.b32 %r0, %t, 1;\nsetp.eq.u32 %p0, %r0, 0;\n@%p0 bra ONE;\nbar.sync 0;\nret;\nONE:\nbar.sync 0;\nret;")
        var options = SIMTOptions()
        options.sanitizers = .synchronization
        let report = try Emulation.run(text, GlobalMemory(), [], options: options)
        #expect(report.isComplete)
        #expect(Set(report.faults.map(\.kind)) == [.barrierDivergence])
        #expect(try Emulation.run(text, GlobalMemory(), []).faults.isEmpty)
    }

    @Test func barrierObjects() throws {
        let made = try Emulation.words(
            """
            mov.u32 %r0, buffer;
            setp.ne.u32 %p0, %t, 0;
            @%p0 bra READY;
            mbarrier.init.shared.b64 [%r0], 64;
            READY:
            bar.sync 0;
            mad.lo.u32 %r1, %t, 4, %r0;
            st.shared.u32 [%r1+64], %t;
            mbarrier.arrive.shared.b64 %Q0, [%r0];
            WAIT:
            mbarrier.try_wait.parity.shared.b64 %p1, [%r0], 0;
            @!%p1 bra WAIT;
            xor.b32 %r2, %t, 63;
            mad.lo.u32 %r1, %r2, 4, %r0;
            ld.shared.u32 %r3, [%r1+64];
            mbarrier.arrive.shared.b64 %Q0, [%r0];
            AGAIN:
            mbarrier.test_wait.shared.b64 %p1, [%r0], %Q0;
            @!%p1 bra AGAIN;
            """ + Emulation.store("u32", 0, "%r3", bytes: 4) + "ret;", declarations: Self.shared, threads: 64)
        #expect(made == (0..<64).map { UInt32($0 ^ 63) })
    }
}
