import Testing

@testable import SIMT

/// What the sanitizers find, and what they leave alone.
@Suite struct SanitizerTests {
    private static let shared = ".shared .align 8 .b8 s[1024];"

    private func findings(
        _ body: String, _ sanitizers: SIMTSanitizers = .all, declarations: String = SanitizerTests.shared,
        threads: Int = 64, blocks: Int = 1, bytes: Int = 4096, isScratch: Bool = false
    ) throws -> [SIMTFault] {
        let memory = GlobalMemory()
        let buffer = memory.allocate(byteCount: bytes, name: "buffer", isScratch: isScratch)
        var options = SIMTOptions()
        options.sanitizers = sanitizers
        let report = try Emulation.run(
            Emulation.kernel(pointers: 1, declarations: declarations, body), memory, [buffer],
            grid: SIMTExtent(blocks), block: SIMTExtent(threads), options: options)
        #expect(report.isComplete, "\(report.faults)")
        #expect(report.findingCount >= report.faults.count)
        return report.faults
    }

    private let address = "mov.u32 %r0, s;\nmad.lo.u32 %r1, %t, 4, %r0;\n"
    private let neighbour = "add.u32 %r2, %t, 1;\nand.b32 %r2, %r2, 63;\nmad.lo.u32 %r2, %r2, 4, %r0;\n"

    @Test func aMissingBarrierIsARace() throws {
        let found = try findings(address + neighbour + "st.shared.u32 [%r1], %t;\nld.shared.u32 %r3, [%r2];\nret;")
        let race = try #require(found.first)
        #expect(race.kind == .sharedRace)
        #expect(race.opcode == "ld.shared.u32")
        #expect(race.detail.contains("reads what thread"), "\(race.detail)")
        let fine = address + neighbour + "st.shared.u32 [%r1], %t;\nbar.sync 0;\nld.shared.u32 %r3, [%r2];\nret;"
        #expect(try findings(fine).isEmpty)
    }

    @Test func writingAgainTooEarlyIsARace() throws {
        let loop = """
            st.shared.u32 [%r1], %t;
            bar.sync 0;
            ld.shared.u32 %r3, [%r2];
            \("%BARRIER")
            st.shared.u32 [%r1], %r3;
            bar.sync 0;
            ret;
            """
        let found = try findings(address + neighbour + loop.replacing("%BARRIER", with: ""))
        #expect(Set(found.map(\.kind)) == [.sharedRace])
        #expect(found.contains { $0.opcode == "st.shared.u32" && $0.detail.contains("writes where thread") })
        #expect(try findings(address + neighbour + loop.replacing("%BARRIER", with: "bar.sync 0;")).isEmpty)
    }

    @Test func withinAWarpOnlySyncInstructionsOrder() throws {
        let body =
            address
                + """
                xor.b32 %r2, %t, 1;
                mad.lo.u32 %r2, %r2, 4, %r0;
                st.shared.u32 [%r1], %t;
                %SYNC
                ld.shared.u32 %r3, [%r2];
                ret;
                """
        #expect(try findings(body.replacing("%SYNC", with: ""), threads: 32).map(\.kind) == [.sharedRace])
        #expect(try findings(body.replacing("%SYNC", with: "bar.warp.sync -1;"), threads: 32).isEmpty)
    }

    @Test func whatOneLaneWroteTheOthersMustWaitFor() throws {
        let body =
            """
            mov.u32 %r0, s;
            setp.eq.u32 %p0, %t, 0;
            @%p0 st.shared.u32 [%r0], 7;
            %SYNC
            ld.shared.u32 %r1, [%r0];
            ret;
            """
        let found = try findings(body.replacing("%SYNC", with: ""), threads: 32)
        #expect(found.map(\.kind) == [.sharedRace])
        #expect(found.first?.thread == SIMTExtent(1, 0, 0))
        #expect(try findings(body.replacing("%SYNC", with: "bar.warp.sync -1;"), threads: 32).isEmpty)
    }

    @Test func namedBarriersOrderThoseWhoMeetThere() throws {
        let body =
            address + """
                setp.ge.u32 %p0, %t, 32;
                @%p0 bra CONSUMER;
                st.shared.u32 [%r1], %t;
                bar.arrive 1, 64;
                ret;
                CONSUMER:
                %WAIT
                ld.shared.u32 %r3, [%r1+-128];
                ret;
                """
        #expect(try findings(body.replacing("%WAIT", with: "bar.sync 1, 64;")).isEmpty)
        #expect(
            try findings(body.replacing("%WAIT", with: "bar.sync 2, 32;"), .sharedRaces).map(\.kind) == [.sharedRace])
    }

    @Test func atomicsDoNotRaceWithEachOther() throws {
        let body =
            """
            mov.u32 %r0, s;
            setp.eq.u32 %p0, %t, 0;
            @%p0 st.shared.u32 [%r0], 0;
            bar.sync 0;
            atom.shared.add.u32 %r1, [%r0], 1;

            """
        #expect(try findings(body + "bar.sync 0;\nld.shared.u32 %r2, [%r0];\nret;").isEmpty)
        let found = try findings(body + "ld.shared.u32 %r2, [%r0];\nret;")
        #expect(Set(found.map(\.kind)) == [.sharedRace])
        #expect(found.contains { $0.opcode == "ld.shared.u32" })
    }

    @Test func neighbouringBytesAreNoRace() throws {
        let body =
            """
            mov.u32 %r0, s;
            add.u32 %r1, %t, %r0;
            cvt.u16.u32 %h0, %t;
            st.shared.u8 [%r1], %h0;
            ld.shared.u8 %r2, [%r1];
            ret;
            """
        #expect(try findings(body).isEmpty)
    }

    @Test func halvesOfAWordHaveWritersOfTheirOwn() throws {
        // Each thread writes an element of 16 bits; the upper ones must not hide who wrote the lower ones.
        let body =
            """
            mov.u32 %r0, s;
            mad.lo.u32 %r1, %t, 2, %r0;
            shl.b32 %r2, %t, 2;
            and.b32 %r2, %r2, 63;
            add.u32 %r2, %r2, %r0;
            cvt.u16.u32 %h0, %t;
            st.shared.u16 [%r1], %h0;
            %SYNC
            ld.shared.u16 %h1, [%READ];
            ret;
            """
        func kinds(sync: String, read: String) throws -> [SIMTFault.Kind] {
            try findings(body.replacing("%SYNC", with: sync).replacing("%READ", with: read), threads: 32).map(\.kind)
        }
        #expect(try kinds(sync: "", read: "%r2") == [.sharedRace])
        #expect(try kinds(sync: "bar.warp.sync -1;", read: "%r2").isEmpty)
        // Neighbours write the halves of a word, and each reads its own: no race.
        #expect(try kinds(sync: "", read: "%r1").isEmpty)
    }

    @Test func halvesOfAWordHaveReadersOfTheirOwn() throws {
        // Threads 0 and 2 read the lower half, thread 1 the upper one, which thread 3 then writes.
        let body =
            """
            mov.u32 %r0, s;
            setp.eq.u32 %p0, %t, 0;
            @%p0 st.shared.u32 [%r0], 7;
            bar.warp.sync -1;
            and.b32 %r1, %t, 1;
            mad.lo.u32 %r1, %r1, 2, %r0;
            setp.lt.u32 %p1, %t, 3;
            @%p1 ld.shared.u16 %h0, [%r1];
            %SYNC
            setp.eq.u32 %p2, %t, 3;
            cvt.u16.u32 %h1, %t;
            @%p2 st.shared.u16 [%r1], %h1;
            ret;
            """
        let found = try findings(body.replacing("%SYNC", with: ""), threads: 32)
        #expect(found.map(\.kind) == [.sharedRace])
        #expect(found.first?.detail.contains("writes where thread (1, 0, 0) reads") == true, "\(found)")
        #expect(try findings(body.replacing("%SYNC", with: "bar.warp.sync -1;"), threads: 32).isEmpty)
    }

    @Test func wordsAndTheirHalvesKnowOfEachOther() throws {
        // Elements of 16 bits are written, read as words, and written as words again.
        let body =
            """
            mov.u32 %r0, s;
            mad.lo.u32 %r1, %t, 2, %r0;
            and.b32 %r2, %t, 15;
            mad.lo.u32 %r2, %r2, 4, %r0;
            cvt.u16.u32 %h0, %t;
            setp.lt.u32 %p0, %t, 16;
            st.shared.u16 [%r1], %h0;
            %FIRST
            ld.shared.u32 %r3, [%r2];
            %SECOND
            @%p0 st.shared.u32 [%r2], %r3;
            %THIRD
            ld.shared.u16 %h1, [%r1];
            ret;
            """
        let marks = ["%FIRST", "%SECOND", "%THIRD"]
        let opcodes = ["ld.shared.u32", "st.shared.u32", "ld.shared.u16"]
        for missing in 0...3 {
            var text = body
            for (index, mark) in marks.enumerated() {
                text = text.replacing(mark, with: index == missing ? "" : "bar.warp.sync -1;")
            }
            #expect(try findings(text, threads: 32).map(\.opcode) == (missing < 3 ? [opcodes[missing]] : []))
        }
    }

    /// Compilers load what lies between words that they need along with them: what no instruction reads does not count.
    @Test func vectorsMayHoldWordsThatNobodyReads() throws {
        func found(reading registers: [String], then rest: String = "") throws -> [SIMTFault.Kind] {
            let sums = registers.map { "add.u32 %r0, %r0, \($0);\n" }.joined()
            let text =
                "mov.u32 %r1, s;\nsetp.lt.u32 %p0, %t, 1;\n@%p0 st.shared.u32 [%r1], %t;\n"
                + "@%p0 st.shared.u16 [%r1+4], 0;\nbar.sync 0;\nld.shared.v4.u32 {%r2, %r3, %r4, _}, [%r1];\n"
            return try findings(text + sums + rest + "ret;", threads: 32).map(\.kind)
        }
        #expect(try found(reading: ["%r2"]).isEmpty)
        #expect(try found(reading: ["%r2", "%r3"]) == [.uninitializedRead])
        #expect(try found(reading: ["%r4"]) == [.uninitializedRead])
        // Nothing is read: that is no compiler's load.
        #expect(try found(reading: []) == [.uninitializedRead])
        // What was loaded along counts as written no more than before.
        let again = "bar.sync 0;\nld.shared.u32 %r5, [%r1+8];\n"
        #expect(try found(reading: ["%r2"], then: again) == [.uninitializedRead])
    }

    /// The same in halves of words and in local memory.
    @Test func shortElementsMayHoldBytesThatNobodyReads() throws {
        func found(_ space: String, reading register: String) throws -> [SIMTFault.Kind] {
            let text = """
                mov.u64 %Q0, \(space == "local" ? "l" : "s");
                st.\(space).u16 [%Q0], 1;
                st.\(space).u16 [%Q0+6], 1;
                ld.\(space).v4.u16 {%h0, %h1, %h2, %h3}, [%Q0];
                st.\(space).u16 [%Q0+8], \(register);
                ret;
                """
            let declarations = Self.shared + "\n.local .align 8 .b8 l[16];"
            return try findings(text, declarations: declarations, threads: 1).map(\.kind)
        }
        for space in ["shared", "local"] {
            #expect(try found(space, reading: "%h0").isEmpty)
            #expect(try found(space, reading: "%h3").isEmpty)
            #expect(try found(space, reading: "%h1") == [.uninitializedRead])
            #expect(try found(space, reading: "%h2") == [.uninitializedRead])
        }
    }

    @Test func readsOfWhatNobodyWrote() throws {
        let half =
            address
            + "setp.lt.u32 %p0, %t, 32;\n@%p0 st.shared.u32 [%r1], %t;\nbar.sync 0;\nld.shared.u32 %r2, [%r1];\nret;"
        let found = try findings(half)
        #expect(found.map(\.kind) == [.uninitializedRead])
        #expect(found.first?.thread == SIMTExtent(32, 0, 0))
        let local = try findings(
            "mov.u64 %Q0, l;\nst.local.u32 [%Q0], %t;\nld.local.u32 %r0, [%Q0];\nld.local.u32 %r1, [%Q0+4];\nret;",
            declarations: ".local .align 4 .b8 l[8];")
        #expect(local.map(\.kind) == [.uninitializedRead])
        let scratch = "mad.lo.u64 %Q0, %T, 4, %P0;\nld.global.u32 %r0, [%Q0];\nret;"
        #expect(try findings(scratch, isScratch: true).map(\.kind) == [.uninitializedRead])
        #expect(try findings(scratch).isEmpty)
        #expect(
            try findings(
                "mad.lo.u64 %Q0, %T, 4, %P0;\nst.global.u32 [%Q0], %t;\nld.global.u32 %r0, [%Q0];\nret;",
                isScratch: true
            ).isEmpty)
    }

    @Test func copiesMustBeAwaited() throws {
        let body = """
            mov.u32 %r0, s;
            mad.lo.u32 %r1, %t, 16, %r0;
            mad.lo.u64 %Q0, %T, 16, %P0;
            cp.async.cg.shared.global [%r1], [%Q0], 16;
            cp.async.commit_group;
            cp.async.cg.shared.global [%r1+512], [%Q0], 16;
            cp.async.commit_group;
            cp.async.wait_group %COUNT;
            bar.warp.sync -1;
            ld.shared.u32 %r2, [%r1];
            ld.shared.u32 %r3, [%r1+512];
            ret;
            """
        #expect(try findings(body.replacing("%COUNT", with: "0"), threads: 32).isEmpty)
        let early = try findings(body.replacing("%COUNT", with: "1"), threads: 32)
        #expect(early.map(\.kind) == [.sharedRace])
        #expect(early.first?.detail.contains("asynchronous copy") == true)
        #expect(try findings(body.replacing("%COUNT", with: "2"), threads: 32).count == 2)
    }

    @Test func barrierObjectsOrderTheCopiesTheyTrack() throws {
        // Warp 0 copies and lets the barrier object tell when; warp 1 reads.
        let body = """
            mov.u32 %r0, s;
            setp.eq.u32 %p0, %t, 0;
            @%p0 mbarrier.init.shared.b64 [%r0], 32;
            bar.sync 0;
            setp.ge.u32 %p1, %t, 32;
            @%p1 bra CONSUMER;
            mad.lo.u32 %r1, %t, 4, %r0;
            mad.lo.u64 %Q0, %T, 4, %P0;
            cp.async.ca.shared.global [%r1+64], [%Q0], 4;
            %ARRIVE
            ret;
            CONSUMER:
            mad.lo.u32 %r1, %lane, 4, %r0;
            %WAIT
            ld.shared.u32 %r2, [%r1+64];
            ret;
            """
        func kinds(_ arrive: String, waits: Bool) throws -> [SIMTFault.Kind] {
            let loop = "WAIT:\nmbarrier.try_wait.parity.shared.b64 %p2, [%r0], 0;\n@!%p2 bra WAIT;"
            let text = body.replacing("%ARRIVE", with: arrive)
                .replacing("%WAIT", with: waits ? loop : "mov.u32 %r3, 0;\nnanosleep.u32 20;\nnanosleep.u32 20;")
            return try findings(text, .sharedRaces).map(\.kind)
        }
        let raised = "cp.async.mbarrier.arrive.shared.b64 [%r0];\nmbarrier.arrive.shared.b64 %Q1, [%r0];"
        for arrive in ["cp.async.mbarrier.arrive.noinc.shared.b64 [%r0];", raised] {
            #expect(try kinds(arrive, waits: true).isEmpty, "\(arrive)")
            #expect(try kinds(arrive, waits: false) == [.sharedRace], "\(arrive)")
        }
        // An arrival of the thread itself says nothing of its copies.
        #expect(try kinds("mbarrier.arrive.shared.b64 %Q1, [%r0];", waits: true) == [.sharedRace])
    }

    @Test func onlyATestThatSucceedsOrders() throws {
        // Warp 1 comes last to the barrier, so that it has written and arrived before warp 0 asks.
        let body = """
            mov.u32 %r0, s;
            setp.eq.u32 %p0, %t, 0;
            @%p0 mbarrier.init.shared.b64 [%r0], %COUNT;
            bar.sync 0;
            mad.lo.u32 %r1, %lane, 4, %r0;
            setp.lt.u32 %p1, %t, 32;
            @%p1 bra CONSUMER;
            st.shared.u32 [%r1+64], %t;
            mbarrier.arrive.shared.b64 %Q0, [%r0];
            ret;
            CONSUMER:
            mbarrier.test_wait.parity.shared.b64 %p2, [%r0], 0;
            ld.shared.u32 %r2, [%r1+64];
            ret;
            """
        #expect(try findings(body.replacing("%COUNT", with: "32")).isEmpty)
        #expect(try findings(body.replacing("%COUNT", with: "64")).map(\.kind) == [.sharedRace])
    }

    @Test func blocksThatTouchTheSameWords() throws {
        let own = "mad.lo.u64 %Q0, %T, 4, %P0;\nst.global.u32 [%Q0], %t;\nld.global.u32 %r0, [%Q0];\nret;"
        #expect(try findings(own, blocks: 4).isEmpty)
        let found = try findings(
            "st.global.u32 [%P0], %t;\nret;", .globalRaces, blocks: 3)
        #expect(found.map(\.kind) == [.globalRace])
        #expect(found.first?.block == SIMTExtent(1, 0, 0))
        #expect(found.first?.detail.contains("block (0, 0, 0)") == true, "\(found)")
        let readers = "ld.global.u32 %r0, [%P0];\nsetp.eq.u32 %p0, %t, 130;\n@%p0 st.global.u32 [%P0], %t;\nret;"
        #expect(try findings(readers, blocks: 3).map(\.kind) == [.globalRace])
        #expect(try findings("red.global.add.u32 [%P0], %t;\nret;", blocks: 3).isEmpty)
    }

    @Test func blocksThatTouchTheSameHalves() throws {
        // Blocks 0 and 1 write the halves of a word; block 2 reads the half of block 0.
        let writers = """
            mov.u32 %r0, %ctaid.x;
            and.b32 %r1, %r0, 1;
            mad.wide.u32 %Q0, %r1, 2, %P0;
            cvt.u16.u32 %h0, %r0;
            setp.eq.u32 %p0, %r0, 2;
            @!%p0 st.global.u16 [%Q0], %h0;
            @%p0 ld.global.u16 %h1, [%Q0];
            ret;
            """
        let found = try findings(writers, threads: 1, blocks: 3)
        #expect(found.map(\.kind) == [.globalRace])
        #expect(found.first?.detail.contains("reads what block (0, 0, 0) wrote") == true, "\(found)")
        #expect(try findings(writers, threads: 1, blocks: 2).isEmpty)
        // Blocks 0 and 1 read the halves of a word; block 2 writes the half of block 1.
        let readers = """
            mov.u32 %r0, %ctaid.x;
            min.u32 %r1, %r0, 1;
            mad.wide.u32 %Q0, %r1, 2, %P0;
            cvt.u16.u32 %h0, %r0;
            setp.eq.u32 %p0, %r0, 2;
            @!%p0 ld.global.u16 %h1, [%Q0];
            @%p0 st.global.u16 [%Q0], %h0;
            ret;
            """
        let later = try findings(readers, threads: 1, blocks: 3)
        #expect(later.map(\.kind) == [.globalRace])
        #expect(later.first?.detail.contains("writes where block (1, 0, 0) reads") == true, "\(later)")
        #expect(try findings(readers, threads: 1, blocks: 2).isEmpty)
    }

    @Test func blocksThatTouchWordsAndHalvesOfThem() throws {
        // Block 0 writes a word; block 1 touches a part of it.
        let body = """
            mov.u32 %r0, %ctaid.x;
            setp.eq.u32 %p0, %r0, 0;
            setp.eq.u32 %p1, %r0, 1;
            cvt.u16.u32 %h0, %r0;
            @%p0 st.global.u32 [%P0], %r0;
            @%p1 %OP
            ret;
            """
        for operation in [
            "ld.global.u16 %h1, [%P0+2];", "st.global.u16 [%P0+2], %h0;", "ld.global.u8 %h1, [%P0+1];",
        ] {
            let text = body.replacing("%OP", with: operation)
            #expect(try findings(text, threads: 1, blocks: 2).map(\.kind) == [.globalRace], "\(operation)")
        }
        let apart = body.replacing("%OP", with: "st.global.u16 [%P0+4], %h0;")
        #expect(try findings(apart, threads: 1, blocks: 2).isEmpty)
    }

    @Test func theLastBlockMayReadWhatOthersPublished() throws {
        // Every block writes its part, fences, and counts itself; the last one adds the parts up.
        let body = """
            mov.u32 %r0, %ctaid.x;
            setp.ne.u32 %p0, %t, 4096;
            mul.wide.u32 %Q0, %r0, 4;
            add.u64 %Q0, %Q0, %P0;
            st.global.u32 [%Q0+64], %r0;
            %FENCE
            atom.global.add.u32 %r1, [%P0], 1;
            setp.ne.u32 %p1, %r1, 3;
            @%p1 bra END;
            ld.global.u32 %r2, [%P0+64];
            ld.global.u32 %r3, [%P0+72];
            END:
            ret;
            """
        #expect(try findings(body.replacing("%FENCE", with: "membar.gl;"), threads: 1, blocks: 4).isEmpty)
        #expect(
            try findings(body.replacing("%FENCE", with: ""), threads: 1, blocks: 4).map(\.kind)
                == [.globalRace, .globalRace])
    }

    @Test func aPlaceIsReportedOnceAndCountedAlways() throws {
        let memory = GlobalMemory()
        var options = SIMTOptions()
        options.sanitizers = .uninitializedReads
        let report = try Emulation.run(
            Emulation.kernel(
                pointers: 0, declarations: Self.shared,
                "and.b32 %t, %t, 63;\n" + address + "ld.shared.u32 %r2, [%r1];\nld.shared.u32 %r2, [%r1+512];\nret;"),
            memory, [], grid: SIMTExtent(5), block: SIMTExtent(64), options: options)
        #expect(report.faults.count == 2)
        // Two warps of five blocks, at two places.
        #expect(report.findingCount == 20)
    }
}
