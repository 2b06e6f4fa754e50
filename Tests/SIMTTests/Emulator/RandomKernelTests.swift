import Testing

@testable import SIMT

/// Kernels nobody wrote: whatever they do, the emulator survives it and does it twice the same.
@Suite struct RandomKernelTests {
    private static let templates = [
        "add.u32 R, R, R;", "mad.lo.u32 R, R, R, R;", "mul.hi.s32 R, R, R;", "shl.b32 R, R, R;", "shr.s32 R, R, 3;",
        "div.s32 R, R, R;", "rem.u32 R, R, R;", "min.s32 R, R, R;", "popc.b32 R, R;", "prmt.b32 R, R, R, R;",
        "lop3.b32 R, R, R, R, 0x1b;", "bfe.u32 R, R, R, R;", "fma.rn.f32 R, R, R, R;", "add.ftz.f32 R, R, R;",
        "cvt.rzi.s32.f32 R, R;", "cvt.rn.f32.u32 R, R;", "ex2.approx.f32 R, R;", "fma.rn.f16x2 R, R, R, R;",
        "add.s64 Q, Q, Q;", "mul.lo.u64 Q, Q, Q;", "cvt.u64.u32 Q, R;", "cvt.u32.u64 R, Q;", "mov.b64 {R, R}, Q;",
        "mov.b64 Q, {R, R};", "fma.rn.f64 Q, Q, Q, Q;", "setp.lt.s32 P, R, R;", "setp.gt.f32 P|P, R, R;",
        "selp.u32 R, R, R, P;", "and.pred P, P, P;", "add.cc.u32 R, R, R;", "addc.u32 R, R, R;",
        "shfl.sync.bfly.b32 R, R, R, 31, -1;", "vote.sync.ballot.b32 R, P, -1;", "match.any.sync.b32 R, R, -1;",
        "redux.sync.add.u32 R, R, -1;", "activemask.b32 R;", "bar.warp.sync -1;", "bar.sync 0;", "bar.sync 1, 64;",
        "bar.red.popc.u32 R, 0, P;", "ld.global.u32 R, [A];", "st.global.u32 [A], R;", "ld.shared.u8 R, [S];",
        "st.shared.v2.u32 [S], {R, R};", "atom.global.add.u32 R, [A], R;", "atom.shared.cas.b32 R, [S], R, R;",
        "ld.u32 R, [Q];", "st.global.u64 [Q], Q;", "ld.local.u32 R, [Q];", "exit;", "membar.gl;",
    ]

    private func kernel(_ seed: UInt64) -> String {
        var source = Operands(seed)
        func pick(_ count: Int) -> Int { Int(source.next() >> 33) % count }
        var body = "and.b32 %r30, %t, 31;\nmov.u32 %r31, s;\n"
        for r in 0..<8 { body += "mad.lo.u32 %r\(r), %t, \(pick(1000)), \(pick(5));\ncvt.u64.u32 %Q\(r), %r\(r);\n" }
        for p in 0..<4 { body += "setp.lt.u32 %p\(p), %r30, \(pick(33));\n" }
        let count = 12 + pick(40)
        for index in 0..<count {
            body += "L\(index):\n"
            var line = Self.templates[pick(Self.templates.count)]
            if pick(6) == 0 { line = "bra L\(pick(count + 1));" }
            if line.contains("[A]") {
                body += "and.b32 %r32, %r\(pick(8)), 252;\ncvt.u64.u32 %Q18, %r32;\nadd.u64 %Q18, %Q18, %P0;\n"
            }
            if line.contains("[S]") { body += "and.b32 %r32, %r\(pick(8)), 248;\nadd.u32 %r33, %r31, %r32;\n" }
            var made = ""
            for character in line {
                switch character {
                case "R": made += "%r\(pick(8))"
                case "Q": made += "%Q\(pick(8))"
                case "P": made += "%p\(pick(4))"
                case "A": made += "%Q18"
                case "S": made += "%r33"
                default: made.append(character)
                }
            }
            if pick(4) == 0 { made = "@\(pick(2) == 0 ? "!" : "")%p\(pick(4)) " + made }
            body += made + "\n"
        }
        body += "L\(count):\nand.b32 %r32, %r0, 252;\ncvt.u64.u32 %Q18, %r32;\nadd.u64 %Q18, %Q18, %P0;\n"
        return body + "red.global.add.u32 [%Q18], %r1;\nret;"
    }

    @Test func anythingRunsOrFailsTheSameWayTwice() throws {
        var kinds: Set<SIMTFault.Kind> = []
        var completed = 0
        for seed in 0..<100 {
            let text = Emulation.kernel(
                pointers: 1, declarations: ".shared .align 8 .b8 s[256];", kernel(UInt64(seed) + 1))
            var options = SIMTOptions()
            options.instructionLimit = 1500
            options.countsInstructions = seed % 3 == 0
            if seed % 2 == 0 { options.sanitizers = .all }
            var outcomes: [(report: SIMTReport, words: [UInt32])] = []
            for _ in 0..<2 {
                let memory = GlobalMemory()
                let address = memory.allocate(byteCount: 256, name: "buffer")
                let report = try Emulation.run(
                    text, memory, [address], grid: SIMTExtent(2), block: SIMTExtent(seed % 5 == 0 ? 40 : 64),
                    options: options)
                outcomes.append((report, memory.read(address, as: UInt32.self)))
            }
            #expect(outcomes[0].report == outcomes[1].report, "seed \(seed)")
            #expect(outcomes[0].words == outcomes[1].words, "seed \(seed)")
            if outcomes[0].report.isComplete { completed += 1 }
            kinds.formUnion(outcomes[0].report.faults.map(\.kind))
        }
        // The kernels are worth running: some end well, and many kinds of mistakes happen.
        #expect(completed > 10, "\(completed) of 100 completed")
        #expect(kinds.count >= 6, "\(kinds)")
    }
}
