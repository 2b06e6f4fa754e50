import Evaluation

/// Kernels of legal instructions in no sensible order, with random registers, guards and jumps.
struct RandomKernel {
    /// In a template, R and Q are registers of 32 and 64 bits, H of 16, P is a predicate, A a place in global memory,
    /// S one in shared memory, `#` a small number.
    private static let templates = [
        "add.u32 R, R, R;", "sub.cc.u32 R, R, R;", "subc.u32 R, R, R;", "mad.lo.u32 R, R, R, R;", "mul.hi.s32 R, R, R;",
        "mul.wide.s32 Q, R, R;", "div.s32 R, R, R;", "rem.s64 Q, Q, Q;", "div.u16 H, H, H;", "min.s32 R, R, R;",
        "abs.s32 R, R;", "sad.s32 R, R, R, R;", "shl.b32 R, R, R;", "shr.s32 R, R, #;", "shl.b64 Q, Q, R;",
        "shf.r.clamp.b32 R, R, R, R;", "popc.b64 R, Q;", "clz.b32 R, R;", "brev.b32 R, R;", "bfind.u64 R, Q;",
        "bfe.s32 R, R, R, R;", "bfi.b64 Q, Q, Q, R, R;", "bmsk.clamp.b32 R, R, R;", "szext.wrap.s32 R, R, R;",
        "fns.b32 R, R, R, R;", "prmt.b32 R, R, R, R;", "prmt.b32.f4e R, R, R, R;", "lop3.b32 R, R, R, R, 0x1b;",
        "dp2a.lo.s32.u32 R, R, R, R;", "cnot.b32 R, R;", "fma.rn.f32 R, R, R, R;", "add.rz.ftz.f32 R, R, R;",
        "div.rp.f32 R, R, R;", "rcp.approx.f32 R, R;", "rsqrt.approx.ftz.f32 R, R;", "tanh.approx.f32 R, R;",
        "cos.approx.f32 R, R;", "max.xorsign.abs.f32 R, R, R;", "fma.rn.f64 Q, Q, Q, Q;", "sqrt.rm.f64 Q, Q;",
        "fma.rn.f16x2 R, R, R, R;", "add.bf16x2 R, R, R;", "mul.sat.f16 H, H, H;", "ex2.approx.f16x2 R, R;",
        "cvt.rzi.s32.f32 R, R;", "cvt.rni.u64.f64 Q, Q;", "cvt.rn.f32.u64 R, Q;", "cvt.rm.f16.s32 H, R;",
        "cvt.rn.f16x2.f32 R, R, R;", "cvt.rz.bf16.f32 H, R;", "cvt.sat.s8.u32 R, R;", "cvt.u64.u32 Q, R;",
        "cvt.u32.u64 R, Q;", "cvt.pack.sat.u8.s32.b32 R, R, R, R;", "mov.b64 {R, R}, Q;", "mov.b64 Q, {R, R};",
        "mov.b32 {H, H}, R;", "mov.u32 R, #;", "mov.u32 R, %smid;", "mov.u32 R, %nctaid.y;",
        "mov.u64 Q, %globaltimer;",
        "setp.lt.s32 P, R, R;", "setp.gt.or.f32 P|P, R, R, P;", "setp.ne.b64 P, Q, Q;", "set.le.f32.s32 R, R, R;",
        "selp.u32 R, R, R, P;", "slct.u64.f32 Q, Q, Q, R;", "testp.subnormal.f64 P, Q;", "and.pred P, P, P;",
        "xor.pred P, P, P;", "not.pred P, P;", "shfl.sync.bfly.b32 R, R, R, 31, -1;",
        "shfl.sync.idx.b32 R|P, R, R, R, R;", "vote.sync.ballot.b32 R, P, -1;", "vote.sync.uni.pred P, P, R;",
        "match.any.sync.b32 R, R, -1;", "match.all.sync.b64 R|P, Q, R;", "redux.sync.add.u32 R, R, -1;",
        "redux.sync.xor.b32 R, R, R;", "activemask.b32 R;", "elect.sync R|P, -1;", "bar.warp.sync -1;",
        "bar.warp.sync R;", "bar.sync 0;", "bar.sync R;", "bar.sync 1, 64;", "bar.arrive 2, 64;", "bar.sync 3, R;",
        "bar.red.popc.u32 R, 0, P;", "bar.red.and.pred P, 0, P;", "barrier.cluster.arrive.aligned;",
        "barrier.cluster.wait.aligned;", "ld.global.u32 R, [A];", "ld.global.v2.u32 {R, R}, [A];",
        "ld.global.v4.b32 {R, _, R, R}, [A+#];", "st.global.u32 [A], R;", "st.global.u8 [A+#], R;",
        "ld.shared.u8 R, [S];", "ld.shared.v4.u32 {R, R, R, R}, [S];", "st.shared.v2.u32 [S], {R, R};",
        "atom.global.add.u32 R, [A], R;", "atom.global.add.noftz.f16x2 R, [A], R;", "atom.shared.cas.b32 R, [S], R, R;",
        "atom.shared.inc.u32 R, [S], R;", "red.global.min.s64 [A], Q;", "atom.exch.b64 Q, [Q], Q;",
        "ld.u32 R, [Q];", "ld.u32 R, [R];", "st.global.u64 [Q], Q;", "st.shared.u32 [R], R;", "ld.local.u32 R, [Q];",
        "st.local.u16 [depot+#], R;",
        "ld.const.u32 R, [weights+#];", "ld.const.u32 R, [Q];", "ld.param.u32 R, [count];",
        "ld.param.u64 Q, [from+#];", "ld.param.u32 R, [R];", "cvta.shared.u64 Q, Q;", "cvta.to.local.u64 Q, Q;",
        "isspacep.global P, Q;", "mov.u64 Q, words;", "mov.u32 R, tile;", "mov.u64 Q, depot;", "mov.u64 Q, helper;",
        "cp.async.ca.shared.global [S], [A], 4;", "cp.async.cg.shared.global [S], [A], 16, R;",
        "cp.async.ca.shared.global [R], [Q], 8;", "cp.async.commit_group;", "cp.async.wait_group #;",
        "cp.async.wait_all;", "mbarrier.init.shared.b64 [S], #;", "mbarrier.arrive.shared.b64 Q, [S];",
        "mbarrier.arrive.expect_tx.shared.b64 _, [S], R;", "mbarrier.arrive_drop.shared.b64 Q, [S], R;",
        "mbarrier.test_wait.shared.b64 P, [S], Q;", "mbarrier.try_wait.parity.shared.b64 P, [S], R;",
        "mbarrier.inval.shared.b64 [R];", "mbarrier.init.b64 [Q], R;", "fence.sc.gpu;", "membar.gl;",
        "ldmatrix.sync.aligned.m8n8.x2.shared.b16 {R, R}, [S];",
        "ldmatrix.sync.aligned.m8n8.x4.trans.b16 {R, R, R, R}, [Q];",
        "stmatrix.sync.aligned.m8n8.x1.shared.b16 [S], {R};", "movmatrix.sync.aligned.m8n8.trans.b16 R, R;",
        "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {R, R, R, R}, {R, R}, {R}, {R, R, R, R};",
        "mma.sync.aligned.m8n8k16.row.col.satfinite.s32.s8.u8.s32 {R, R}, {R}, {R}, {R, R};",
        "wmma.load.a.sync.aligned.row.m16n16k16.global.s8 {R, R}, [A], R;",
        "wmma.store.d.sync.aligned.row.m8n32k16.shared.s32 [S], {R, R, R, R, R, R, R, R};",
        "call.uni (R), twice, (R);", "call twice_less;", "call (), Q, (), proto;", "call.uni (R), Q, (R), proto;",
        "nanosleep.u32 R;", "prefetch.global.L1 [A];", "trap;", "exit;", "ret;", "brkpt;",
    ]

    private static let head = """
        .version 8.5
        .target sm_90
        .address_size 64
        .global .align 8 .b32 words[64];
        .const .align 4 .u32 weights[4] = {1, 2, 3, 4};
        .func helper() { ret; }
        .func (.reg .b32 %o) twice(.reg .b32 %i) { add.u32 %o, %i, %i; ret; }
        .func twice_less()
        {
        .reg .pred %p;
        .reg .b32 %r;
        mov.u32 %r, %tid.x;
        setp.lt.u32 %p, %r, 9;
        @%p ret;
        call helper;
        }
        .visible .entry random(.param .u64 from, .param .u64 to, .param .u32 count)
        {
        .reg .b32 %r<10>, %t; .reg .b64 %q<10>, %g; .reg .b16 %h<8>; .reg .pred %p<6>;
        .shared .align 16 .b8 tile[1024];
        .local .align 16 .b8 depot[64];
        proto: .callprototype (.param .b32 _) _ (.param .b32 _);
        ld.param.u64 %g, [from];
        mov.u32 %t, %tid.x;
        mov.u32 %r9, tile;

        """

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    mutating func text() -> String {
        var lines: [String] = []
        for number in 0..<8 {
            lines.append("mad.lo.u32 %r\(number), %t, \(pick(1000)), \(pick(5));")
            lines.append("cvt.u64.u32 %q\(number), %r\(number);")
        }
        for number in 0..<6 { lines.append("setp.lt.u32 %p\(number), %t, \(pick(64));") }
        let count = 8 + pick(48)
        for number in 0..<count {
            lines.append("$L\(number):")
            if pick(7) == 0 {
                lines.append(guarded("bra $L\(pick(count + 1));"))
            } else {
                let template = Self.templates[pick(Self.templates.count)]
                lines += places(template)
                lines.append(guarded(filled(template)))
            }
        }
        return Self.head + lines.joined(separator: "\n") + "\n$L\(count):\nst.global.u32 [%g], %r0;\nret;\n}\n"
    }

    /// What makes the places of a template point into their memory, most of the time.
    private mutating func places(_ template: String) -> [String] {
        var lines: [String] = []
        if template.contains("[A") {
            lines += [
                "and.b32 %r8, %r\(pick(8)), \(pick(12) == 0 ? 65532 : 4080);", "cvt.u64.u32 %q9, %r8;",
                "add.u64 %q9, %q9, %g;",
            ]
        }
        if template.contains("[S") {
            lines += ["and.b32 %r8, %r\(pick(8)), 1008;", "add.u32 %r8, %r9, %r8;"]
        }
        return lines
    }

    private mutating func filled(_ template: String) -> String {
        var made = ""
        var before: Character = " "
        for character in template {
            // Capitals within words are the words' own.
            let isFree = !before.isLetter && !before.isNumber && before != "."
            switch character {
            case "R" where isFree: made += "%r\(pick(8))"
            case "Q" where isFree: made += "%q\(pick(8))"
            case "H" where isFree: made += "%h\(pick(8))"
            case "P" where isFree: made += "%p\(pick(6))"
            case "A" where isFree: made += "%q9"
            case "S" where isFree: made += "%r8"
            case "#": made += "\(pick(4) == 0 ? pick(70) : 4 * pick(4))"
            default: made.append(character)
            }
            before = character
        }
        return made
    }

    private mutating func guarded(_ line: String) -> String {
        pick(4) == 0 ? "@\(pick(2) == 0 ? "!" : "")%p\(pick(6)) " + line : line
    }
}
