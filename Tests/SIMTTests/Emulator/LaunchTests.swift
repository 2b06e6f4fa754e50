import Testing

@testable import SIMT

/// Options of a launch, and what its report says.
@Suite struct LaunchTests {
    @Test func aSampleRunsItsBlocksOnly() throws {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 40, name: "out")
        let text = Emulation.kernel(
            pointers: 1,
            "mov.u32 %r0, %ctaid.x;\nmul.wide.u32 %Q0, %r0, 4;\nadd.u64 %Q0, %Q0, %P0;\nst.global.u32 [%Q0], 7;\nret;")
        var options = SIMTOptions()
        options.blocks = [9, 0, 4]
        let report = try Emulation.run(
            text, memory, [out], grid: SIMTExtent(10), block: SIMTExtent(1), options: options)
        #expect(report.blocksCompleted == 3)
        let made = memory.read(out, as: UInt32.self)
        for block in 0..<10 { #expect(made[block] == ([0, 4, 9].contains(block) ? 7 : 0)) }
        options.blocks = [10]
        #expect(throws: SIMTError.self) {
            try Emulation.run(text, memory, [out], grid: SIMTExtent(10), block: SIMTExtent(1), options: options)
        }
    }

    @Test func whatBlocksWroteIsCounted() throws {
        let memory = GlobalMemory()
        let (out, other) = (
            memory.allocate(byteCount: 80, name: "out"), memory.allocate(byteCount: 8, name: "other")
        )
        // Two words a block, one of them twice, and half a word for all that the last one writes.
        let text = Emulation.kernel(
            pointers: 2,
            """
            mov.u32 %r0, %ctaid.x;
            mul.wide.u32 %Q0, %r0, 8;
            add.u64 %Q0, %Q0, %P0;
            ld.global.u32 %r1, [%P1];
            st.global.u32 [%Q0], 7;
            st.global.u32 [%Q0+4], 7;
            st.global.u32 [%Q0], 8;
            setp.eq.u32 %p0, %r0, 9;
            @%p0 st.global.u16 [%P1+6], %h0;
            ret;
            """)
        var options = SIMTOptions()
        options.sanitizers = .all
        options.blocks = [0, 4, 9]
        options.countsWrites = true
        let report = try Emulation.run(
            text, memory, [out, other], grid: SIMTExtent(10), block: SIMTExtent(1), options: options)
        #expect(report.faults.isEmpty, "\(report.faults)")
        #expect(
            report.writes == [
                SIMTWrites(address: out, bytes: [0: 8, 4: 8, 9: 8]), SIMTWrites(address: other, bytes: [9: 2]),
            ])
        #expect(report.firstThreadInstructions > 0)
        #expect(report.firstThreadInstructions <= (report.threadInstructions + 2) / 3)
        options.countsWrites = false
        let silent = try Emulation.run(
            text, memory, [out, other], grid: SIMTExtent(10), block: SIMTExtent(1), options: options)
        #expect(silent.writes.isEmpty)
    }

    @Test func threadInstructionsAreActiveLanes() throws {
        // 10 threads: 3 instructions for all, 1 for the 4 threads of the guard, and the end.
        let text = """
            .visible .entry k()
            {
            .reg .b32 %r<3>; .reg .pred %p0;
            mov.u32 %r0, %tid.x;
            setp.lt.u32 %p0, %r0, 4;
            @%p0 add.u32 %r1, %r0, 1;
            add.u32 %r2, %r1, %r0;
            ret;
            }

            """
        var options = SIMTOptions()
        options.countsInstructions = true
        let report = try Emulation.run(text, GlobalMemory(), [], block: SIMTExtent(10), options: options)
        #expect(report.warpInstructions == 5)
        #expect(report.threadInstructions == 44)
        let entries = try #require(report.counters).entries
        #expect(entries.prefix(5).map(\.counts.threads) == [10, 10, 4, 10, 10])
        #expect(entries.map(\.unit).prefix(5) == [.move, .integer, .integer, .integer, .control])
    }

    @Test func printedTexts() throws {
        let text =
            """
            .extern .func (.param .b32 r) vprintf(.param .b64 a, .param .b64 b);
            .global .align 1 .b8 text[4] = {104, 105, 10, 0};

            """
            + Emulation.kernel(
                pointers: 0,
                """
                setp.ge.u32 %p0, %t, 2;
                @%p0 exit;
                mov.u64 %Q0, text;
                cvta.global.u64 %Q0, %Q0;
                {
                .param .b64 a; .param .b64 b; .param .b32 r;
                st.param.b64 [a], %Q0; st.param.b64 [b], 0;
                call.uni (r), vprintf, (a, b);
                ld.param.b32 %r0, [r];
                }
                ret;
                """)
        let report = try Emulation.run(text, GlobalMemory(), [])
        #expect(report.isComplete, "\(report.faults)")
        #expect(report.printed == ["hi\n", "hi\n"])
    }

    @Test func blocksOfEveryShape() throws {
        for block in [SIMTExtent(1), SIMTExtent(31), SIMTExtent(33), SIMTExtent(8, 4, 2), SIMTExtent(1024)] {
            let memory = GlobalMemory()
            let out = memory.allocate(byteCount: 4, name: "out")
            let text = Emulation.kernel(pointers: 1, "red.global.add.u32 [%P0], 1;\nbar.sync 0;\nret;")
            let report = try Emulation.run(text, memory, [out], grid: SIMTExtent(2, 1, 3), block: block)
            #expect(report.isComplete, "\(report.faults)")
            #expect(memory.read(out, as: UInt32.self) == [UInt32(6 * block.count)])
        }
    }
}
