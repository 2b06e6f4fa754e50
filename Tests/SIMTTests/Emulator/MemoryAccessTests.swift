import Testing

@testable import SIMT

/// Loads and stores of every width, in every space.
@Suite struct MemoryAccessTests {
    @Test func narrowElementsExtendAndCut() throws {
        let bytes: [UInt8] = (0..<64).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
        let memory = GlobalMemory()
        let input = memory.allocate(copying: bytes, name: "in")
        let out = memory.allocate(byteCount: 32 * 16, name: "out")
        let text = Emulation.kernel(
            pointers: 2,
            """
            mad.lo.u64 %Q0, %T, 2, %P0;
            ld.global.u8 %r0, [%Q0];
            ld.global.s8 %r1, [%Q0+1];
            ld.global.s16 %r2, [%Q0];
            ld.global.u16 %Q1, [%Q0];
            cvt.u32.u64 %r3, %Q1;
            mad.lo.u64 %Q2, %T, 16, %P1;
            st.global.v4.u32 [%Q2], {%r0, %r1, %r2, %r3};
            ret;
            """)
        #expect(try Emulation.run(text, memory, [input, out]).isComplete)
        let made = memory.read(out, as: UInt32.self)
        for t in 0..<32 {
            let (low, high) = (bytes[2 * t], bytes[2 * t + 1])
            let half = UInt16(low) | UInt16(high) << 8
            #expect(made[4 * t] == UInt32(low))
            #expect(made[4 * t + 1] == UInt32(bitPattern: Int32(Int8(bitPattern: high))))
            #expect(made[4 * t + 2] == UInt32(bitPattern: Int32(Int16(bitPattern: half))))
            #expect(made[4 * t + 3] == UInt32(half))
        }
    }

    @Test(arguments: [1, 2, 3, 7, 31])
    func anyStrideReadsTheSame(_ stride: Int) throws {
        let values = (0..<1024).map { UInt32($0 * $0) }
        let made = try Emulation.words(
            """
            mul.lo.u32 %r0, %t, \(stride);
            mul.wide.u32 %Q0, %r0, 4;
            add.u64 %Q0, %Q0, %P1;
            ld.global.u32 %r1, [%Q0];
            ld.global.u32 %r2, [%P1+8];
            add.u32 %r1, %r1, %r2;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", more: [values])
        for t in 0..<32 { #expect(made[t] == values[t * stride] + 4) }
    }

    @Test func lanesMayReachSeveralAllocations() throws {
        let (a, b) = (Array(repeating: UInt32(5), count: 32), Array(repeating: UInt32(6), count: 32))
        let made = try Emulation.words(
            """
            and.b32 %r0, %t, 1; setp.eq.u32 %p0, %r0, 0;
            selp.b64 %Q0, %P1, %P2, %p0;
            mad.lo.u64 %Q0, %T, 4, %Q0;
            ld.u32 %r1, [%Q0];
            add.u32 %r2, %r1, 10;
            st.u32 [%Q0], %r2;
            ld.global.u32 %r1, [%Q0];
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", more: [a, b])
        for t in 0..<32 { #expect(made[t] == (t % 2 == 0 ? 15 : 16)) }
    }

    @Test func vectorsAndTheirOrder() throws {
        let memory = GlobalMemory()
        let input = memory.allocate(copying: (0..<128).map { UInt32($0) }, name: "in")
        let out = memory.allocate(byteCount: 512, name: "out")
        let text = Emulation.kernel(
            pointers: 2,
            """
            mad.lo.u64 %Q0, %T, 16, %P0;
            mad.lo.u64 %Q1, %T, 16, %P1;
            ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%Q0];
            st.global.v2.u32 [%Q1], {%r3, %r2};
            mov.b64 %Q2, {%r1, %r0};
            st.global.u64 [%Q1+8], %Q2;
            ld.global.v2.u32 {_, %r4}, [%Q0];
            st.global.u32 [%Q1], %r4;
            ret;
            """)
        #expect(try Emulation.run(text, memory, [input, out]).isComplete)
        let made = memory.read(out, as: UInt32.self)
        for t in 0..<32 {
            let base = UInt32(4 * t)
            #expect(Array(made[4 * t..<4 * t + 4]) == [base + 1, base + 2, base + 1, base])
        }
    }

    @Test func theLastLaneWinsAtOnePlace() throws {
        let made = try Emulation.words("st.global.u32 [%P0], %t;\nret;", threads: 32)
        #expect(made[0] == 31)
    }

    @Test func localMemoryBelongsToEachThread() throws {
        let made = try Emulation.words(
            """
            mov.u64 %Q0, frame;
            cvta.local.u64 %Q1, %Q0;
            mul.lo.u32 %r0, %t, 7;
            st.local.u32 [%Q0+4], %r0;
            st.u32 [%Q1+8], %t;
            and.b32 %r1, %t, 1;
            mad.wide.u32 %Q2, %r1, 4, %Q1;
            ld.u32 %r2, [%Q2+4];
            isspacep.local %p0, %Q1;
            isspacep.global %p1, %Q1;
            @!%p0 mov.u32 %r2, 0;
            @%p1 mov.u32 %r2, 0;
            """ + Emulation.store("u32", 0, "%r2", bytes: 4) + "ret;",
            declarations: ".local .align 8 .b8 frame[16];", threads: 96)
        for t in 0..<96 { #expect(made[t] == UInt32(t % 2 == 0 ? 7 * t : t)) }
    }

    @Test func sharedMemoryBothStaticAndDynamic() throws {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 256, name: "out")
        let text =
            ".extern .shared .align 16 .b8 dynamic[];\n"
            + Emulation.kernel(
                pointers: 1, declarations: ".shared .align 4 .b8 fixed[260];",
                """
                mov.u32 %r0, fixed;
                mov.u32 %r1, dynamic;
                mad.lo.u32 %r2, %t, 4, %r0;
                mad.lo.u32 %r3, %t, 4, %r1;
                st.shared.u32 [%r2], %t;
                mul.lo.u32 %r4, %t, 100;
                st.shared.u32 [%r3], %r4;
                cvt.u64.u32 %Q0, %r2;
                cvta.shared.u64 %Q1, %Q0;
                ld.u32 %r5, [%Q1];
                cvta.to.shared.u64 %Q2, %Q1;
                ld.shared.u32 %r6, [%Q2];
                ld.shared.u32 %r7, [%r3];
                add.u32 %r5, %r5, %r6; add.u32 %r5, %r5, %r7;
                and.b32 %r8, %r1, 15;
                add.u32 %r5, %r5, %r8;
                """ + Emulation.store("u32", 0, "%r5", bytes: 4) + "ret;")
        let report = try Emulation.run(text, memory, [out], block: SIMTExtent(64), dynamicSharedBytes: 256)
        #expect(report.isComplete, "\(report.faults)")
        #expect(memory.read(out, as: UInt32.self) == (0..<64).map { UInt32($0 * 102) })
    }

    @Test func variablesKeepTheirValuesBetweenLaunches() throws {
        let text = """
            .const .align 4 .b32 weights[4] = {3, 5, 7, 11};
            .global .align 4 .u32 counter = 40;
            .global .align 8 .u64 where = generic(counter);

            """
            + Emulation.kernel(
                pointers: 1,
                """
                ld.global.u64 %Q0, [where];
                ld.global.u32 %r0, [%Q0];
                and.b32 %r1, %t, 3;
                mov.u64 %Q1, weights;
                mad.wide.u32 %Q1, %r1, 4, %Q1;
                ld.const.u32 %r2, [%Q1];
                cvta.const.u64 %Q2, %Q1;
                ld.u32 %r3, [%Q2];
                add.u32 %r2, %r2, %r3;
                add.u32 %r2, %r2, %r0;
                setp.eq.u32 %p0, %t, 0;
                @%p0 red.global.add.u32 [counter], 1;
                """ + Emulation.store("u32", 0, "%r2", bytes: 4) + "ret;")
        let program = try Emulation.program(text)
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 128, name: "out")
        for round in 0..<3 {
            let launch = SIMTLaunch(kernel: "k", grid: SIMTExtent(1), block: SIMTExtent(32), arguments: [.pointer(out)])
            let report = try program.run(launch, memory: memory)
            #expect(report.isComplete, "\(report.faults)")
            let made = memory.read(out, as: UInt32.self)
            for t in 0..<32 { #expect(made[t] == UInt32(40 + round) + 2 * [3, 5, 7, 11][t % 4]) }
        }
        #expect(try program.read(variable: "counter", from: memory) == [43, 0, 0, 0])
    }

    @Test func parametersOfEveryKind() throws {
        let text = """
            .visible .entry k(.param .u64 out, .param .u8 small, .param .f64 wide, .param .align 8 .b8 pair[12])
            {
            .reg .b64 %P, %Q; .reg .b32 %r<6>; .reg .f64 %d0; .reg .b16 %h0;
            ld.param.u64 %P, [out];
            ld.param.u8 %h0, [small];
            cvt.u32.u16 %r0, %h0;
            ld.param.f64 %d0, [wide];
            cvt.rzi.u32.f64 %r1, %d0;
            ld.param.v2.u32 {%r2, %r3}, [pair];
            mov.b64 %Q, pair;
            ld.param.u32 %r4, [%Q+8];
            st.global.v4.u32 [%P], {%r0, %r1, %r2, %r3};
            st.global.u32 [%P+16], %r4;
            ret;
            }

            """
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 32, name: "out")
        let launch = SIMTLaunch(
            kernel: "k", grid: SIMTExtent(1), block: SIMTExtent(1),
            arguments: [.pointer(out), .bytes([200]), .double(77.5), .bytes([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])])
        let report = try Emulation.program(text).run(launch, memory: memory)
        #expect(report.isComplete, "\(report.faults)")
        #expect(memory.read(out, as: UInt32.self).prefix(5) == [200, 77, 1, 2, 3])
    }

    @Test func specialRegisters() throws {
        let text = Emulation.kernel(
            pointers: 1,
            """
            mov.u32 %r0, %tid.x; mov.u32 %r1, %tid.y; mov.u32 %r2, %tid.z;
            mov.u32 %r3, %ctaid.y; mov.u32 %r4, %nctaid.x; mov.u32 %r5, %ntid.y; mov.u32 %r6, %warpid;
            mov.u32 %r7, %lanemask_lt;
            mad.lo.u32 %r8, %r2, 3, %r1; mad.lo.u32 %r8, %r8, 5, %r0;
            mad.lo.u32 %r9, %r3, 60, %r8;
            mul.wide.u32 %Q0, %r9, 16;
            add.u64 %Q0, %Q0, %P0;
            shl.b32 %r4, %r4, 8; or.b32 %r4, %r4, %r5;
            st.global.v4.u32 [%Q0], {%r8, %r4, %r6, %r7};
            ret;
            """)
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 16 * 120, name: "out")
        #expect(try Emulation.run(text, memory, [out], grid: SIMTExtent(1, 2), block: SIMTExtent(5, 3, 4)).isComplete)
        let made = memory.read(out, as: UInt32.self)
        for i in 0..<120 {
            let t = i % 60
            let below = (UInt32(1) << UInt32(t % 32)) - 1
            let expected: [UInt32] = [UInt32(t), 0x103, UInt32(t / 32), below]
            #expect(Array(made[4 * i..<4 * i + 4]) == expected)
        }
    }
}
