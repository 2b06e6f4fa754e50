import Testing

@testable import SIMT

/// Lanes that part ways and meet again.
@Suite struct FlowTests {
    @Test func ifAndElse() throws {
        let made = try Emulation.words(
            """
            and.b32 %r0, %t, 3;
            setp.lt.u32 %p0, %r0, 2;
            @%p0 bra THEN;
            mul.lo.u32 %r1, %t, 10;
            bra JOIN;
            THEN:
            add.u32 %r1, %t, 100;
            JOIN:
            add.u32 %r1, %r1, 1;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", threads: 64)
        for t in 0..<64 { #expect(made[t] == UInt32(t % 4 < 2 ? t + 101 : 10 * t + 1)) }
    }

    @Test func loopsOfDifferentLength() throws {
        // Collatz: the number of steps to reach 1.
        let made = try Emulation.words(
            """
            add.u32 %r0, %t, 1;
            mov.u32 %r1, 0;
            LOOP:
            setp.eq.u32 %p0, %r0, 1;
            @%p0 bra DONE;
            and.b32 %r2, %r0, 1;
            setp.eq.u32 %p1, %r2, 0;
            @%p1 shr.u32 %r0, %r0, 1;
            @!%p1 mad.lo.u32 %r0, %r0, 3, 1;
            add.u32 %r1, %r1, 1;
            bra LOOP;
            DONE:
            activemask.b32 %r3;
            popc.b32 %r3, %r3;
            shl.b32 %r3, %r3, 16;
            or.b32 %r1, %r1, %r3;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", threads: 96)
        for t in 0..<96 {
            var (n, steps) = (t + 1, 0)
            while n != 1 {
                n = n % 2 == 0 ? n / 2 : 3 * n + 1
                steps += 1
            }
            #expect(made[t] & 0xffff == UInt32(steps))
            // All lanes of the warp are together again behind the loop.
            #expect(made[t] >> 16 == 32)
        }
    }

    @Test func nestedBranchesReconverge() throws {
        let made = try Emulation.words(
            """
            and.b32 %r0, %t, 1; setp.eq.u32 %p0, %r0, 0;
            and.b32 %r1, %t, 2; setp.eq.u32 %p1, %r1, 0;
            mov.u32 %r2, 0;
            @!%p0 bra OUTER_ELSE;
            @!%p1 bra INNER_ELSE;
            or.b32 %r2, %r2, 1;
            bra INNER_JOIN;
            INNER_ELSE:
            or.b32 %r2, %r2, 2;
            INNER_JOIN:
            activemask.b32 %r3;
            bra OUTER_JOIN;
            OUTER_ELSE:
            or.b32 %r2, %r2, 4;
            activemask.b32 %r3;
            OUTER_JOIN:
            activemask.b32 %r4;
            popc.b32 %r3, %r3; popc.b32 %r4, %r4;
            shl.b32 %r3, %r3, 8; shl.b32 %r4, %r4, 16;
            or.b32 %r2, %r2, %r3; or.b32 %r2, %r2, %r4;
            """ + Emulation.store("u32", 0, "%r2", bytes: 4) + "ret;")
        for t in 0..<32 {
            let path = t & 1 == 0 ? (t & 2 == 0 ? 1 : 2) : 4
            #expect(made[t] == UInt32(path | 16 << 8 | 32 << 16), "lane \(t)")
        }
    }

    @Test func lanesEndEarlyAndGuardsSwitchOff() throws {
        let made = try Emulation.words(
            """
            setp.ge.u32 %p0, %t, 20;
            mov.u32 %r0, 7;
            """ + Emulation.store("u32", 0, "%r0", bytes: 4) + """
                @%p0 exit;
                setp.eq.u32 %p1, %t, 3;
                mov.u32 %r1, 1;
                @%p1 mov.u32 %r1, 2;
                """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", threads: 40)
        for t in 0..<40 { #expect(made[t] == (t >= 20 ? 7 : t == 3 ? 2 : 1)) }
    }

    @Test func jumpBackwardOutOfAnIf() throws {
        // A loop whose body is placed before its head, entered from below.
        let made = try Emulation.words(
            """
            mov.u32 %r0, 0;
            mov.u32 %r1, 0;
            bra HEAD;
            BODY:
            add.u32 %r1, %r1, %r0;
            add.u32 %r0, %r0, 1;
            HEAD:
            setp.lt.u32 %p0, %r0, %t;
            @%p0 bra BODY;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", threads: 64)
        for t in 0..<64 { #expect(made[t] == UInt32(t * (t - 1) / 2)) }
    }

    @Test func branchTables() throws {
        let made = try Emulation.words(
            """
            rem.u32 %r0, %t, 3;
            TABLE: .branchtargets A, B, C;
            setp.ne.u32 %p0, %t, 5;
            mov.u32 %r1, 99;
            @%p0 brx.idx %r0, TABLE;
            bra JOIN;
            A: mov.u32 %r1, 10; bra JOIN;
            B: mov.u32 %r1, 20; bra JOIN;
            C: mov.u32 %r1, 30;
            JOIN:
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;")
        for t in 0..<32 { #expect(made[t] == (t == 5 ? 99 : UInt32(10 * (t % 3 + 1)))) }
    }

    // MARK: Calls

    private static let functions = """
        .func (.param .b32 r) square(.param .b32 a)
        {
        .reg .b32 %r<3>;
        ld.param.b32 %r0, [a];
        mul.lo.u32 %r1, %r0, %r0;
        st.param.b32 [r], %r1;
        ret;
        }
        .func (.param .b32 r) fibonacci(.param .b32 a)
        {
        .reg .b32 %r<6>;
        .reg .pred %p0;
        ld.param.b32 %r0, [a];
        setp.lt.u32 %p0, %r0, 2;
        @%p0 bra SMALL;
        {
        .param .b32 in; .param .b32 out;
        sub.u32 %r1, %r0, 1;
        st.param.b32 [in], %r1;
        call.uni (out), fibonacci, (in);
        ld.param.b32 %r2, [out];
        }
        {
        .param .b32 in; .param .b32 out;
        sub.u32 %r1, %r0, 2;
        st.param.b32 [in], %r1;
        call.uni (out), fibonacci, (in);
        ld.param.b32 %r3, [out];
        }
        add.u32 %r0, %r2, %r3;
        SMALL:
        st.param.b32 [r], %r0;
        ret;
        }
        .func (.reg .b64 %sum) add64(.reg .b64 %a, .reg .b32 %b)
        {
        .reg .b64 %w;
        cvt.u64.u32 %w, %b;
        add.u64 %sum, %a, %w;
        ret;
        }
        .global .align 8 .u64 table[2] = {square, fibonacci};

        """

    @Test func callsAndRecursion() throws {
        let made = try Emulation.words(
            """
            rem.u32 %r0, %t, 12;
            {
            .param .b32 in; .param .b32 out;
            st.param.b32 [in], %r0;
            call (out), fibonacci, (in);
            ld.param.b32 %r1, [out];
            }
            {
            .param .b32 in; .param .b32 out;
            st.param.b32 [in], %r0;
            call (out), square, (in);
            ld.param.b32 %r2, [out];
            }
            shl.b32 %r2, %r2, 16;
            or.b32 %r1, %r1, %r2;
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", functions: Self.functions)
        let numbers = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
        for t in 0..<32 { #expect(made[t] == UInt32(numbers[t % 12] | (t % 12) * (t % 12) << 16)) }
    }

    @Test func divergentCalls() throws {
        let made = try Emulation.words(
            """
            and.b32 %r0, %t, 1;
            setp.eq.u32 %p0, %r0, 0;
            mov.u32 %r1, 5;
            mov.u64 %Q0, table;
            mul.wide.u32 %Q1, %r0, 8;
            add.u64 %Q0, %Q0, %Q1;
            ld.global.u64 %Q2, [%Q0];
            {
            .param .b32 in; .param .b32 out;
            st.param.b32 [in], %r1;
            P: .callprototype (.param .b32 _) _ (.param .b32 _);
            call (out), %Q2, (in), P;
            ld.param.b32 %r2, [out];
            }
            activemask.b32 %r3;
            setp.ne.u32 %p1, %r3, -1;
            @%p1 mov.u32 %r2, 0;
            cvt.u64.u32 %Q3, %t;
            call (%Q4), add64, (%Q3, %r2);
            cvt.u32.u64 %r4, %Q4;
            """ + Emulation.store("u32", 0, "%r4", bytes: 4) + "ret;", functions: Self.functions)
        // square(5) = 25, fibonacci(5) = 5; both kinds of lanes are together after the call.
        for t in 0..<32 { #expect(made[t] == UInt32(t + (t % 2 == 0 ? 25 : 5))) }
    }

    @Test func lanesThatSpinLetOthersRun() throws {
        // Each lane takes a lock; the lane that has it must get on while the others try.
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 8, name: "lock and sum")
        let text = Emulation.kernel(
            pointers: 1,
            """
            AGAIN:
            atom.global.cas.b32 %r0, [%P0], 0, 1;
            setp.ne.u32 %p0, %r0, 0;
            @%p0 bra AGAIN;
            ld.global.u32 %r1, [%P0+4];
            add.u32 %r1, %r1, %t;
            st.global.u32 [%P0+4], %r1;
            atom.global.exch.b32 %r2, [%P0], 0;
            ret;
            """)
        let report = try Emulation.run(text, memory, [out], block: SIMTExtent(64))
        #expect(report.isComplete, "\(report.faults)")
        #expect(memory.read(out, as: UInt32.self) == [0, 64 * 63 / 2])
    }
}
