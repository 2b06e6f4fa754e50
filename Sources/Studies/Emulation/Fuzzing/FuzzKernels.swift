/// Kernels that between them use every part of the PTX that the emulator knows.
enum FuzzKernels {
    static let all = [arithmetic, halves, memory, warps, copies, matrices, calls]

    private static let head = ".version 8.5\n.target sm_90\n.address_size 64\n"

    /// A kernel of pointers `from` and `to` and a count; `%r0` is the index of the thread, below the count, `%d0` and
    /// `%d1` are the places of its word in both buffers.
    private static func kernel(
        _ name: String, before: String = "", _ declarations: String, _ body: String
    ) -> String {
        head + before + """
            .visible .entry \(name)(.param .u64 from, .param .u64 to, .param .u32 count)
            {
            .reg .pred %p<8>;
            .reg .b16 %h<12>;
            .reg .b32 %r<40>;
            .reg .b64 %d<16>;
            \(declarations)
            ld.param.u64 %d0, [from];
            ld.param.u64 %d1, [to];
            ld.param.u32 %r1, [count];
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            mad.lo.s32 %r0, %r2, %r3, %r4;
            setp.ge.u32 %p0, %r0, %r1;
            @%p0 bra $END;
            mul.wide.u32 %d2, %r0, 4;
            add.s64 %d0, %d0, %d2;
            add.s64 %d1, %d1, %d2;
            \(body)
            $END:
            ret;
            }

            """
    }

    private static let arithmetic = kernel(
        "arithmetic", "",
        """
        ld.global.nc.u32 %r5, [%d0];
        ld.global.u32 %r6, [%d1];
        add.cc.u32 %r7, %r5, %r6;
        addc.u32 %r8, %r5, 0;
        mul.hi.s32 %r9, %r5, %r6;
        mad.wide.u32 %d3, %r5, %r6, %d2;
        div.s32 %r10, %r5, %r6;
        rem.u32 %r11, %r5, 7;
        bfe.u32 %r12, %r5, 3, 9;
        bfi.b32 %r13, %r5, %r6, 4, 8;
        prmt.b32 %r14, %r5, %r6, 0x5410;
        lop3.b32 %r15, %r5, %r6, %r7, 0x96;
        shf.l.wrap.b32 %r16, %r5, %r6, 13;
        shl.b32 %r17, %r5, %r6;
        shr.s64 %d4, %d3, 5;
        popc.b32 %r18, %r5;
        clz.b64 %r19, %d3;
        bfind.shiftamt.s32 %r20, %r5;
        dp4a.u32.s32 %r21, %r5, %r6, %r7;
        sad.u32 %r22, %r5, %r6, 1;
        min.s32 %r23, %r5, %r6;
        mul24.lo.s32 %r24, %r5, %r6;
        setp.lt.and.s32 %p1, %r5, %r6, !%p0;
        selp.b32 %r25, %r5, %r6, %p1;
        slct.u32.s32 %r26, %r5, %r6, %r7;
        cvt.rn.f32.u32 %r27, %r5;
        fma.rn.f32 %r28, %r27, 0f3FC00000, %r27;
        div.rn.f32 %r29, %r28, %r27;
        sqrt.approx.ftz.f32 %r30, %r28;
        ex2.approx.f32 %r31, %r30;
        lg2.approx.f32 %r32, %r28;
        sin.approx.f32 %r33, %r28;
        min.NaN.f32 %r34, %r28, %r29;
        setp.ltu.f32 %p2|%p3, %r28, %r29;
        @%p2 add.rm.f32 %r34, %r28, %r29;
        cvt.rzi.s32.f32 %r35, %r34;
        cvt.f64.f32 %d5, %r28;
        fma.rn.f64 %d6, %d5, 0d3FF8000000000000, %d5;
        cvt.rn.f32.f64 %r36, %d6;
        copysign.f32 %r37, %r36, %r28;
        testp.finite.f32 %p4, %r37;
        xor.b32 %r38, %r7, %r8;
        xor.b32 %r38, %r38, %r15;
        add.u32 %r38, %r38, %r35;
        @!%p4 not.b32 %r38, %r38;
        st.global.u32 [%d1], %r38;
        """)

    private static let halves = kernel(
        "halves", "",
        """
        ld.global.u32 %r5, [%d0];
        ld.global.u32 %r6, [%d1];
        mov.b32 {%h0, %h1}, %r5;
        fma.rn.f16x2 %r7, %r5, %r6, %r5;
        add.sat.f16x2 %r8, %r7, %r6;
        mul.rn.bf16x2 %r9, %r5, %r6;
        fma.rn.relu.bf16 %h2, %h0, %h1, %h0;
        max.NaN.f16 %h3, %h0, %h1;
        set.gt.f16x2.f16x2 %r10, %r5, %r6;
        setp.le.f16 %p1, %h0, %h1;
        ex2.approx.f16 %h4, %h0;
        tanh.approx.bf16x2 %r11, %r5;
        cvt.f32.f16 %r12, %h0;
        cvt.rn.bf16x2.f32 %r13, %r12, %r5;
        cvt.rna.tf32.f32 %r14, %r12;
        cvt.rn.satfinite.e4m3x2.f32 %h5, %r12, %r5;
        cvt.rn.f16x2.e4m3x2 %r15, %h5;
        cvt.rni.s16.f16 %h6, %h0;
        cvt.sat.u8.s32 %r16, %r5;
        selp.b16 %h7, %h3, %h4, %p1;
        mov.b32 %r17, {%h7, %h6};
        xor.b32 %r17, %r17, %r7;
        xor.b32 %r17, %r17, %r10;
        mov.b64 %d3, {%r17, %r8};
        mov.b64 {%r18, %r19}, %d3;
        st.global.u32 [%d1], %r18;
        """)

    private static let memory = kernel(
        "memory",
        before: """
            .global .align 4 .u32 counters[4] = {1, 2, 3, 4};
            .global .align 8 .u64 table[2] = {generic(counters), counters+8};
            .const .align 4 .f32 weights[4] = {0f3F800000, 0.5, -2.0, 1e3};
            .extern .shared .align 16 .b8 dynamic[];

            """,
        """
        .shared .align 16 .b8 tile[1024];
        .local .align 16 .b8 depot[64];
        """,
        """
        mov.u32 %r5, tile;
        mad.lo.u32 %r6, %r4, 4, %r5;
        ld.global.u32 %r7, [%d0];
        st.shared.u32 [%r6], %r7;
        bar.sync 0;
        xor.b32 %r8, %r4, 1;
        and.b32 %r8, %r8, 31;
        mad.lo.u32 %r9, %r8, 4, %r5;
        ld.shared.u32 %r10, [%r9];
        mov.u64 %d3, depot;
        cvta.local.u64 %d4, %d3;
        st.local.v2.u32 [%d3+8], {%r7, %r10};
        ld.u32 %r11, [%d4+12];
        and.b32 %r12, %r4, 3;
        mul.wide.u32 %d5, %r12, 4;
        mov.u64 %d6, weights;
        add.s64 %d6, %d6, %d5;
        ld.const.f32 %r13, [%d6];
        mov.u64 %d7, counters;
        add.s64 %d7, %d7, %d5;
        atom.global.add.u32 %r14, [%d7], 1;
        atom.global.cas.b32 %r15, [%d7], %r14, %r10;
        red.global.max.s32 [%d7], %r11;
        atom.shared.exch.b32 %r16, [%r6], %r11;
        ld.global.u64 %d8, [table];
        ld.volatile.u32 %r17, [%d8];
        isspacep.local %p1, %d4;
        membar.gl;
        mov.u32 %r18, 0;
        $LOOP:
        add.u32 %r18, %r18, 3;
        setp.lt.u32 %p2, %r18, %r4;
        @%p2 bra $LOOP;
        add.u32 %r19, %r17, %r18;
        @%p1 add.u32 %r19, %r19, %r13;
        st.global.u32 [%d1], %r19;
        """)

    private static let warps = kernel(
        "warps", "",
        """
        ld.global.u32 %r5, [%d0];
        mov.u32 %r6, %laneid;
        mov.u32 %r7, %lanemask_lt;
        activemask.b32 %r8;
        shfl.sync.bfly.b32 %r9|%p1, %r5, 1, 31, %r8;
        shfl.sync.up.b32 %r10, %r9, 2, 0, %r8;
        vote.sync.ballot.b32 %r11, %p1, %r8;
        vote.sync.all.pred %p2, %p1, %r8;
        match.any.sync.b32 %r12, %r6, %r8;
        redux.sync.add.s32 %r13, %r5, %r8;
        elect.sync %r14|%p3, %r8;
        bar.warp.sync %r8;
        and.b32 %r15, %r6, 1;
        setp.eq.u32 %p4, %r15, 0;
        @%p4 bra $EVEN;
        add.u32 %r16, %r9, 5;
        bra $JOIN;
        $EVEN:
        add.u32 %r16, %r10, 7;
        $JOIN:
        and.b32 %r17, %r11, %r7;
        popc.b32 %r17, %r17;
        add.u32 %r16, %r16, %r17;
        @%p3 add.u32 %r16, %r16, %r13;
        mov.u64 %d3, %clock64;
        st.global.u32 [%d1], %r16;
        """)

    private static let copies = kernel(
        "copies",
        """
        .shared .align 16 .b8 stage[1024];
        .shared .align 8 .b64 ready;
        """,
        """
        mov.u32 %r5, stage;
        and.b32 %r6, %r4, 31;
        mad.lo.u32 %r7, %r6, 4, %r5;
        cp.async.ca.shared.global [%r7], [%d0], 4;
        cp.async.commit_group;
        cp.async.wait_group 0;
        bar.sync 0;
        ld.shared.u32 %r8, [%r7];
        mov.u32 %r9, ready;
        setp.ne.u32 %p1, %r4, 0;
        @%p1 bra $WAIT;
        mbarrier.init.shared.b64 [%r9], 1;
        mbarrier.arrive.shared.b64 %d3, [%r9];
        $WAIT:
        bar.sync 0;
        mov.u32 %r10, 0;
        $TRY:
        mbarrier.try_wait.parity.shared.b64 %p2, [%r9], %r10;
        @!%p2 bra $TRY;
        bar.red.popc.u32 %r11, 0, %p2;
        fence.acq_rel.gpu;
        prefetch.global.L2 [%d0];
        add.u32 %r12, %r8, %r11;
        st.global.u32 [%d1], %r12;
        """)

    private static let matrices = kernel(
        "matrices", ".shared .align 16 .b8 tile[2048];",
        """
        mov.u32 %r5, tile;
        and.b32 %r6, %r4, 31;
        mad.lo.u32 %r7, %r6, 16, %r5;
        st.shared.v4.u32 [%r7], {%r0, %r6, %r4, %r5};
        bar.sync 0;
        ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r8, %r9, %r10, %r11}, [%r7];
        ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%r12, %r13}, [%r7];
        movmatrix.sync.aligned.m8n8.trans.b16 %r14, %r8;
        mov.b32 %r15, 0;
        mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%r16, %r17, %r18, %r19}, {%r8, %r9, %r10, %r11}, \
        {%r12, %r13}, {%r15, %r15, %r15, %r15};
        mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%r20, %r21, %r22, %r23}, {%r8, %r9, %r10, %r11}, \
        {%r12, %r13}, {%r15, %r15, %r15, %r15};
        stmatrix.sync.aligned.m8n8.x1.shared.b16 [%r7], {%r14};
        wmma.load.a.sync.aligned.row.m16n16k16.shared.u8 {%r24, %r25}, [%r5], 16;
        wmma.load.b.sync.aligned.col.m16n16k16.shared.u8 {%r26, %r27}, [%r5], 16;
        wmma.mma.sync.aligned.row.col.m16n16k16.s32.u8.u8.s32 {%r28, %r29, %r30, %r31, %r32, %r33, %r34, %r35}, \
        {%r24, %r25}, {%r26, %r27}, {%r15, %r15, %r15, %r15, %r15, %r15, %r15, %r15};
        add.u32 %r36, %r16, %r20;
        add.u32 %r36, %r36, %r28;
        st.global.u32 [%d1], %r36;
        """)

    private static let calls = kernel(
        "calls",
        before: """
            .extern .func (.param .b32 result) vprintf(.param .b64 format, .param .b64 values);
            .global .align 1 .b8 text[4] = {104, 105, 10, 0};
            .func (.param .b32 result) square(.param .b32 x)
            {
            .reg .b32 %r<2>;
            ld.param.b32 %r0, [x];
            mul.lo.u32 %r1, %r0, %r0;
            st.param.b32 [result], %r1;
            ret;
            }
            .func (.param .b32 result) down(.param .b32 x)
            {
            .reg .b32 %r<4>;
            .reg .pred %p0;
            ld.param.b32 %r0, [x];
            setp.lt.u32 %p0, %r0, 2;
            @%p0 bra $SMALL;
            {
            .param .b32 in;
            .param .b32 out;
            sub.u32 %r1, %r0, 1;
            st.param.b32 [in], %r1;
            call.uni (out), down, (in);
            ld.param.b32 %r2, [out];
            }
            add.u32 %r0, %r0, %r2;
            $SMALL:
            st.param.b32 [result], %r0;
            ret;
            }
            .func (.reg .b64 %sum) joined(.reg .b64 %a, .reg .b32 %b)
            {
            .reg .b64 %w;
            cvt.u64.u32 %w, %b;
            add.u64 %sum, %a, %w;
            ret;
            }
            .global .align 8 .u64 choices[2] = {square, down};

            """,
        "",
        """
        and.b32 %r5, %r4, 7;
        {
        .param .b32 in;
        .param .b32 out;
        st.param.b32 [in], %r5;
        call.uni (out), down, (in);
        ld.param.b32 %r6, [out];
        }
        and.b32 %r7, %r4, 1;
        mul.wide.u32 %d3, %r7, 8;
        mov.u64 %d4, choices;
        add.u64 %d4, %d4, %d3;
        ld.global.u64 %d5, [%d4];
        {
        .param .b32 in;
        .param .b32 out;
        st.param.b32 [in], %r5;
        prototype: .callprototype (.param .b32 _) _ (.param .b32 _);
        call (out), %d5, (in), prototype;
        ld.param.b32 %r8, [out];
        }
        cvt.u64.u32 %d6, %r6;
        call (%d7), joined, (%d6, %r8);
        rem.u32 %r9, %r4, 3;
        $TABLE: .branchtargets $A, $B, $C;
        brx.idx %r9, $TABLE;
        $A:
        add.u64 %d7, %d7, 10;
        bra $STORE;
        $B:
        add.u64 %d7, %d7, 20;
        $C:
        setp.ne.u32 %p1, %r4, 5;
        @%p1 bra $STORE;
        mov.u64 %d8, text;
        cvta.global.u64 %d8, %d8;
        {
        .param .b64 format;
        .param .b64 values;
        .param .b32 printed;
        st.param.b64 [format], %d8;
        st.param.b64 [values], 0;
        call.uni (printed), vprintf, (format, values);
        ld.param.b32 %r10, [printed];
        }
        $STORE:
        cvt.u32.u64 %r11, %d7;
        st.global.u32 [%d1], %r11;
        """)
}
