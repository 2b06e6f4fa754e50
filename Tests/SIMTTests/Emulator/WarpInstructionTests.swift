import Testing

@testable import SIMT

/// Shuffles, votes, matches and their masks.
@Suite struct WarpInstructionTests {
    private func words(_ body: String, register: String = "%r1") throws -> [UInt32] {
        try Emulation.words(body + "\n" + Emulation.store("u32", 0, register, bytes: 4) + "ret;")
    }

    @Test func shuffles() throws {
        let square = "mul.lo.u32 %r0, %t, %t;\n"
        func value(_ lane: Int) -> UInt32 { UInt32(lane * lane) }
        let down = try words(square + "shfl.sync.down.b32 %r1|%p0, %r0, 5, 31, -1;\n@!%p0 add.u32 %r1, %r1, 10000;")
        let up = try words(square + "shfl.sync.up.b32 %r1, %r0, 3, 0, -1;")
        let butterfly = try words(square + "shfl.sync.bfly.b32 %r1, %r0, 9, 31, -1;")
        let index = try words(square + "xor.b32 %r2, %t, 21;\nshfl.sync.idx.b32 %r1, %r0, %r2, 31, -1;")
        // Segments of 8 lanes: the clamp is 7, and bits 3 and 4 of the lane stay.
        let segment = try words(square + "shfl.sync.down.b32 %r1, %r0, 2, 0x1807, -1;")
        let broadcast = try words(square + "shfl.sync.idx.b32 %r1, %r0, 1, 0x181f, -1;")
        for t in 0..<32 {
            #expect(down[t] == (t + 5 < 32 ? value(t + 5) : value(t) + 10000))
            #expect(up[t] == (t >= 3 ? value(t - 3) : value(t)))
            #expect(butterfly[t] == value(t ^ 9))
            #expect(index[t] == value(t ^ 21))
            #expect(segment[t] == (t % 8 + 2 < 8 ? value(t + 2) : value(t)))
            #expect(broadcast[t] == value(t / 8 * 8 + 1))
        }
    }

    @Test func reduceOverTheWarp() throws {
        var text = "mov.u32 %r1, %t;\n"
        for step in [16, 8, 4, 2, 1] {
            text += "shfl.sync.bfly.b32 %r2, %r1, \(step), 31, -1;\nadd.u32 %r1, %r1, %r2;\n"
        }
        #expect(try words(text).allSatisfy { $0 == 496 })
        #expect(try words("redux.sync.add.s32 %r1, %t, -1;").allSatisfy { $0 == 496 })
        #expect(try words("redux.sync.max.u32 %r1, %t, -1;").allSatisfy { $0 == 31 })
        #expect(
            try words("sub.s32 %r0, %t, 9;\nredux.sync.min.s32 %r1, %r0, -1;").allSatisfy {
                $0 == UInt32(bitPattern: -9)
            })
        #expect(try words("redux.sync.or.b32 %r1, %t, -1;").allSatisfy { $0 == 31 })
        #expect(try words("xor.b32 %r0, %t, 1;\nredux.sync.xor.b32 %r1, %r0, -1;").allSatisfy { $0 == 0 })
    }

    @Test func votes() throws {
        let ask = "and.b32 %r0, %t, 3;\nsetp.eq.u32 %p0, %r0, 1;\n"
        #expect(try words(ask + "vote.sync.ballot.b32 %r1, %p0, -1;").allSatisfy { $0 == 0x2222_2222 })
        #expect(try words(ask + "vote.sync.ballot.b32 %r1, !%p0, -1;").allSatisfy { $0 == 0xdddd_dddd })
        let modes = """
            vote.sync.any.pred %p1, %p0, -1; vote.sync.all.pred %p2, %p0, -1; vote.sync.uni.pred %p3, %p0, -1;
            selp.u32 %r1, 1, 0, %p1; @%p2 add.u32 %r1, %r1, 2; @%p3 add.u32 %r1, %r1, 4;
            """
        #expect(try words(ask + modes).allSatisfy { $0 == 1 })
        #expect(try words("setp.lt.u32 %p0, %t, 99;\n" + modes).allSatisfy { $0 == 7 })
    }

    @Test func matchesAndElections() throws {
        let any = try words("rem.u32 %r0, %t, 5;\nmatch.any.sync.b32 %r1, %r0, -1;")
        for t in 0..<32 {
            var mask: UInt32 = 0
            for other in 0..<32 where other % 5 == t % 5 { mask |= 1 << UInt32(other) }
            #expect(any[t] == mask)
        }
        let same = "match.all.sync.b64 %r1|%p0, %Q0, -1;\n@%p0 xor.b32 %r1, %r1, 1;"
        #expect(try words("mov.u64 %Q0, 7;\n" + same).allSatisfy { $0 == 0xffff_fffe })
        #expect(try words("mov.u64 %Q0, %T;\n" + same).allSatisfy { $0 == 0 })
        let elected: [UInt32] = [1] + Array(repeating: 0, count: 31)
        #expect(try words("elect.sync %r1|%p0, -1;\nselp.u32 %r1, 1, 0, %p0;") == elected)
    }

    @Test func partsOfAWarpActOnTheirOwn() throws {
        // Odd and even lanes take different paths; each side names itself.
        let made = try words(
            """
            and.b32 %r0, %t, 1; setp.eq.u32 %p0, %r0, 0;
            @%p0 bra EVEN;
            redux.sync.add.s32 %r1, %t, 0xaaaaaaaa;
            bra JOIN;
            EVEN:
            redux.sync.add.s32 %r1, %t, 0x55555555;
            JOIN:
            bar.warp.sync -1;
            activemask.b32 %r2;
            setp.ne.u32 %p1, %r2, -1;
            @%p1 mov.u32 %r1, 0;
            """)
        for t in 0..<32 { #expect(made[t] == (t % 2 == 0 ? 240 : 256)) }
        // One instruction, several masks.
        let grouped = try words(
            "rem.u32 %r0, %t, 3;\nmatch.any.sync.b32 %r2, %r0, -1;\nredux.sync.add.s32 %r1, %t, %r2;")
        for t in 0..<32 {
            let sum = (0..<32).filter { $0 % 3 == t % 3 }.reduce(0, +)
            #expect(grouped[t] == UInt32(sum))
        }
    }

    @Test func lanesThatAreBehindAreAwaited() throws {
        // Half of the warp runs a loop first; the shuffle names all lanes and must see what the loop made.
        let made = try words(
            """
            mov.u32 %r0, %t;
            setp.lt.u32 %p0, %t, 16;
            @%p0 bra READY;
            mov.u32 %r2, 0;
            LOOP:
            add.u32 %r0, %r0, 100;
            add.u32 %r2, %r2, 1;
            setp.lt.u32 %p1, %r2, 10;
            @%p1 bra LOOP;
            READY:
            shfl.sync.bfly.b32 %r1, %r0, 16, 31, -1;
            """)
        for t in 0..<32 { #expect(made[t] == UInt32(t < 16 ? t + 16 + 1000 : t - 16)) }
    }

    @Test(arguments: [
        "", "bar.warp.sync -1;", "vote.sync.ballot.b32 %r3, %p0, -1;", "shfl.sync.idx.b32 %r3, %t, 0, 31, -1;",
    ])
    func lanesThatReturnLaterAreNotAwaitedForEver(_ first: String) throws {
        // The branch goes to the end, so that the body runs and waits before the others have returned.
        var options = SIMTOptions()
        options.sanitizers = .synchronization
        let made = try Emulation.words(
            """
            setp.ge.u32 %p0, %t, 20;
            @%p0 bra END;
            \(first)
            redux.sync.add.s32 %r1, %t, -1;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "END:\nret;", options: options)
        for t in 0..<32 { #expect(made[t] == (t < 20 ? 190 : 0)) }
    }

    @Test func bothArmsOfABranchMayMeetAtTheirOwnBarriers() throws {
        // Each half writes, meets the other at the barrier of its arm, and reads what the other wrote.
        var options = SIMTOptions()
        options.sanitizers = .all
        let made = try Emulation.words(
            """
            mov.u32 %r0, s;
            mad.lo.u32 %r2, %t, 4, %r0;
            xor.b32 %r3, %t, 16;
            mad.lo.u32 %r3, %r3, 4, %r0;
            setp.lt.u32 %p0, %t, 16;
            @%p0 bra OTHER;
            st.shared.u32 [%r2], %t;
            bar.warp.sync -1;
            ld.shared.u32 %r1, [%r3];
            bra JOIN;
            OTHER:
            mul.lo.u32 %r4, %t, 3;
            st.shared.u32 [%r2], %r4;
            bar.warp.sync -1;
            ld.shared.u32 %r1, [%r3];
            add.u32 %r1, %r1, 100;
            JOIN:
            activemask.b32 %r5;
            setp.ne.u32 %p1, %r5, -1;
            @%p1 mov.u32 %r1, 0;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", declarations: ".shared .align 4 .b8 s[128];",
            options: options)
        for t in 0..<32 { #expect(made[t] == UInt32(t < 16 ? t + 16 + 100 : 3 * (t - 16)), "lane \(t)") }
    }

    @Test func barriersOfThreeArmsMeetOnlyTheirOwnLanes() throws {
        // Lanes 0 to 7 and 8 to 15 meet each other; the rest has a barrier of its own, and no lane waits for it.
        let made = try words(
            """
            mov.u32 %r1, 0;
            setp.lt.u32 %p0, %t, 8;
            setp.lt.u32 %p1, %t, 16;
            @%p0 bra FIRST;
            @%p1 bra SECOND;
            bar.warp.sync 0xffff0000;
            mov.u32 %r1, 3;
            bra JOIN;
            FIRST:
            bar.warp.sync 0xffff;
            mov.u32 %r1, 1;
            bra JOIN;
            SECOND:
            bar.warp.sync 0xffff;
            mov.u32 %r1, 2;
            JOIN:
            bar.warp.sync -1;
            """)
        for t in 0..<32 { #expect(made[t] == (t < 8 ? 1 : t < 16 ? 2 : 3)) }
    }

    // MARK: Misuse

    private func fault(_ body: String, sanitizers: SIMTSanitizers = []) throws -> SIMTFault? {
        var options = SIMTOptions()
        options.sanitizers = sanitizers
        return try Emulation.run(Emulation.kernel(pointers: 0, body), GlobalMemory(), [], options: options).faults.first
    }

    @Test func masksThatLeaveTheLaneOut() throws {
        let found = try fault("shfl.sync.idx.b32 %r0, %t, 0, 31, 0x7fffffff;\nret;")
        #expect(found?.kind == .mask)
        #expect(found?.thread == SIMTExtent(31, 0, 0))
    }

    @Test func masksThatNameLanesOfAnotherPath() throws {
        let found = try fault(
            """
            setp.lt.u32 %p0, %t, 8;
            @%p0 bra OTHER;
            redux.sync.add.s32 %r0, %t, -1;
            ret;
            OTHER:
            redux.sync.add.s32 %r0, %t, -1;
            ret;
            """)
        #expect(found?.kind == .warpDeadlock)
        #expect(found?.opcode == "redux.sync.add.s32")
    }

    @Test func aBarrierDoesNotMeetAnotherOperation() throws {
        let found = try fault(
            """
            setp.lt.u32 %p0, %t, 8;
            @%p0 bra OTHER;
            bar.warp.sync -1;
            ret;
            OTHER:
            redux.sync.add.s32 %r0, %t, -1;
            ret;
            """)
        #expect(found?.kind == .warpDeadlock)
    }

    @Test func barriersWithOtherMasksDoNotMeet() throws {
        let found = try fault(
            """
            setp.lt.u32 %p0, %t, 8;
            @%p0 bra OTHER;
            bar.warp.sync -1;
            ret;
            OTHER:
            bar.warp.sync 0x1ff;
            ret;
            """)
        #expect(found?.kind == .warpDeadlock)
        #expect(found?.opcode == "bar.warp.sync")
    }

    @Test func masksMayNameEndedLanesThatNobodyReads() throws {
        let ended = "setp.ge.u32 %p0, %t, 16;\n@%p0 exit;\n"
        let vote = ended + "vote.sync.ballot.b32 %r0, %p0, -1;\nret;"
        #expect(try fault(vote) == nil)
        #expect(try fault(vote, sanitizers: .synchronization) == nil)
        for mask in ["-1", "0xffff"] {
            let read = ended + "shfl.sync.down.b32 %r0, %t, 1, 31, \(mask);\nret;"
            #expect(try fault(read) == nil)
            let found = try fault(read, sanitizers: .synchronization)
            #expect(found?.kind == .maskMisuse)
            #expect(found?.thread == SIMTExtent(15, 0, 0))
        }
    }

    @Test func differentMasksForTheSameLanes() throws {
        let found = try fault("setp.eq.u32 %p0, %t, 3;\nselp.b32 %r0, 0xffff, -1, %p0;\nbar.warp.sync %r0;\nret;")
        #expect(found?.kind == .mask)
    }
}
