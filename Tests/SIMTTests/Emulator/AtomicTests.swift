import Testing

@testable import SIMT

/// Atomic operations: every lane counts, in order.
@Suite struct AtomicTests {
    /// Runs `count` lanes on one word of `bits` and returns what each got back and what is left.
    private func run(
        _ operation: String, type: String, start: UInt64, operand: String, prepare: String = "", isWide: Bool = false,
        space: String = "global"
    ) throws -> (old: [UInt64], last: UInt64) {
        let memory = GlobalMemory()
        let word = memory.allocate(copying: [start], name: "word")
        let out = memory.allocate(byteCount: 256, name: "old")
        let register = isWide ? "%Q3" : "%r3"
        let widen = isWide ? "" : "cvt.u64.u32 %Q3, %r3;"
        let text = Emulation.kernel(
            pointers: 2,
            """
            \(prepare)
            atom.\(space).\(operation).\(type) \(register), [%P0], \(operand);
            \(widen)
            """ + Emulation.store("u64", 1, "%Q3", bytes: 8) + "ret;")
        let report = try Emulation.run(text, memory, [word, out])
        #expect(report.isComplete, "\(report.faults)")
        return (memory.read(out, as: UInt64.self), memory.read(word, as: UInt64.self)[0])
    }

    @Test func integers() throws {
        let add = try run("add", type: "u32", start: 100, operand: "%t")
        let sums = (0..<32).map { (lane: Int) -> UInt64 in UInt64(100 + lane * (lane - 1) / 2) }
        #expect(add.old == sums)
        #expect(add.last == 100 + 496)
        let max = try run(
            "max", type: "s32", start: UInt64(UInt32(bitPattern: -5)), operand: "%r0", prepare: "sub.s32 %r0, %t, 16;")
        #expect(max.last == 15)
        let min = try run("min", type: "u64", start: 7, operand: "%Q0", prepare: "xor.b64 %Q0, %T, 31;", isWide: true)
        #expect(min.last == 0)
        let inc = try run("inc", type: "u32", start: 0, operand: "6")
        let turns = (0..<32).map { (lane: Int) -> UInt64 in UInt64(lane % 7) }
        #expect(inc.old == turns)
        let dec = try run("dec", type: "u32", start: 2, operand: "9")
        #expect(Array(dec.old.prefix(5)) == [2, 1, 0, 9, 8])
        #expect(
            try run("or", type: "b32", start: 0, operand: "%r0", prepare: "shl.b32 %r0, 1, %t;").last == 0xffff_ffff)
        #expect(try run("xor", type: "b64", start: 0, operand: "%T", isWide: true).last == 0)
        #expect(try run("and", type: "b32", start: 0xff, operand: "%r0", prepare: "or.b32 %r0, %t, 0x30;").last == 0x30)
        let exch = try run("exch", type: "b32", start: 77, operand: "%t")
        let passed: [UInt64] = [77] + (0..<31).map { UInt64($0) }
        #expect(exch.old == passed)
        // Each lane replaces its own number by the next.
        let cas = try run("cas", type: "b32", start: 0, operand: "%t, %r0", prepare: "add.u32 %r0, %t, 1;")
        #expect(cas.last == 32)
        let found = (0..<32).map { (lane: Int) -> UInt64 in UInt64(lane) }
        #expect(cas.old == found)
    }

    @Test func floats() throws {
        let values = (0..<32).map { Float($0) * 0.1 }
        let sum = try run(
            "add", type: "f32", start: 0, operand: "%r0",
            prepare: "cvt.rn.f32.u32 %r0, %t; mul.f32 %r0, %r0, 0f3DCCCCCD;")
        #expect(sum.last == UInt64(values.reduce(0, +).bitPattern))
        let wide = try run(
            "add", type: "f64", start: 0, operand: "%d0", prepare: "cvt.rn.f64.u32 %d0, %t;", isWide: true)
        #expect(Double(bitPattern: wide.last) == 496)
        let pair = try run("add.noftz", type: "f16x2", start: 0, operand: "0x40003c00")
        // 32 · 1 and 32 · 2 in half precision.
        #expect(pair.last == 0x5400_5000)
    }

    @Test func reductionsAndSharedMemory() throws {
        let made = try Emulation.words(
            """
            mov.u32 %r0, s;
            setp.eq.u32 %p0, %t, 0;
            @%p0 st.shared.u32 [%r0], 1000;
            bar.sync 0;
            red.shared.add.u32 [%r0], %t;
            atom.shared.add.u32 %r1, [%r0+0], 0;
            bar.sync 0;
            ld.shared.u32 %r1, [%r0];
            """ + Emulation.store("u32", 0, "%r1", bytes: 4) + "ret;", declarations: ".shared .align 4 .b8 s[16];",
            threads: 128)
        #expect(made.allSatisfy { $0 == 1000 + 127 * 64 })
    }

    @Test func vectorsAreAtomicElementByElement() throws {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 16, name: "out")
        let text = Emulation.kernel(
            pointers: 1,
            "mov.f32 %f0, 0f3F800000; mov.f32 %f1, 0f40000000;\nred.global.add.v2.f32 [%P0], {%f0, %f1};\nret;")
        #expect(try Emulation.run(text, memory, [out]).isComplete)
        #expect(memory.read(out, as: Float.self).prefix(2) == [32, 64])
    }

    @Test func blocksOnSeveralCoresLoseNothing() throws {
        let memory = GlobalMemory()
        let out = memory.allocate(byteCount: 8, name: "out")
        let text = Emulation.kernel(pointers: 1, "red.global.add.u32 [%P0], %t;\nred.global.max.u32 [%P0+4], %t;\nret;")
        var options = SIMTOptions()
        options.threads = 4
        let report = try Emulation.run(
            text, memory, [out], grid: SIMTExtent(200), block: SIMTExtent(64), options: options)
        #expect(report.isComplete)
        #expect(report.blocksCompleted == 200)
        let count = 200 * 64
        #expect(memory.read(out, as: UInt32.self) == [UInt32(count * (count - 1) / 2), UInt32(count - 1)])
    }
}
