import Testing

@testable import SIMT

@Suite("PTX arithmetic") struct PTXArithmeticTests {
    private static func with(_ type: PTXType, _ change: (inout PTXArithmetic) -> Void = { _ in }) -> PTXArithmetic {
        var arithmetic = PTXArithmetic(type)
        change(&arithmetic)
        return arithmetic
    }

    private static let cases: [(String, PTXOperation)] = [
        ("add.s32 %r1, %r2, -1;", .add(with(.s32))),
        ("add.sat.s32 %r1, %r2, %r3;", .add(with(.s32) { $0.saturates = true })),
        ("add.u16x2 %r1, %r2, %r3;", .add(with(.u16x2))),
        ("add.cc.u32 %r1, %r2, %r3;", .add(with(.u32) { $0.carry = .writes })),
        ("addc.u32 %r1, %r2, %r3;", .add(with(.u32) { $0.carry = .reads })),
        ("subc.cc.s64 %d1, %d2, %d3;", .sub(with(.s64) { $0.carry = .readsAndWrites })),
        (
            "add.rz.ftz.sat.f32 %f1, %f2, 0f3F800000;",
            .add(
                with(.f32) {
                    $0.rounding = .towardZero
                    $0.flushesSubnormals = true
                    $0.saturates = true
                })
        ),
        ("sub.rn.bf16x2 %r1, %r2, %r3;", .sub(with(.bf16x2))),
        ("add.rp.f64 %e1, %e2, %e3;", .add(with(.f64) { $0.rounding = .up })),
        ("mul.wide.s32 %d1, %r1, 4;", .mul(with(.s32) { $0.part = .wide })),
        ("mul.wide.u16 %r1, %h1, %h2;", .mul(with(.u16) { $0.part = .wide })),
        ("mul.hi.u64 %d1, %d2, %d3;", .mul(with(.u64) { $0.part = .high })),
        ("mul.rm.f32 %f1, %f2, %f3;", .mul(with(.f32) { $0.rounding = .down })),
        ("mad.lo.s32 %r1, %r2, %r3, %r4;", .mad(with(.s32) { $0.part = .low })),
        ("mad.wide.u32 %d1, %r1, %r2, %d2;", .mad(with(.u32) { $0.part = .wide })),
        (
            "mad.lo.cc.u32 %r1, %r2, %r3, %r4;",
            .mad(
                with(.u32) {
                    $0.part = .low
                    $0.carry = .writes
                })
        ),
        (
            "madc.hi.u32 %r1, %r2, %r3, %r4;",
            .mad(
                with(.u32) {
                    $0.part = .high
                    $0.carry = .reads
                })
        ),
        ("mad.rn.f32 %f1, %f2, %f3, %f4;", .mad(with(.f32))),
        ("fma.rn.f32 %f1, %f2, %f3, %f4;", .fma(with(.f32))),
        ("fma.rn.relu.f16x2 %r1, %r2, %r3, %r4;", .fma(with(.f16x2) { $0.clampsNegative = true })),
        ("fma.rn.bf16 %h1, %h2, %h3, %h4;", .fma(with(.bf16))),
        ("div.s32 %r1, %r2, %r3;", .div(with(.s32))),
        ("div.rn.f64 %e1, %e2, %e3;", .div(with(.f64))),
        ("div.full.f32 %f1, %f2, %f3;", .div(with(.f32) { $0.precision = .full })),
        (
            "div.approx.ftz.f32 %f1, %f2, %f3;",
            .div(
                with(.f32) {
                    $0.precision = .approximate
                    $0.flushesSubnormals = true
                })
        ),
        ("rem.u16 %h1, %h2, 7;", .rem(with(.u16))),
        ("abs.ftz.f32 %f1, %f2;", .abs(with(.f32) { $0.flushesSubnormals = true })),
        ("neg.bf16x2 %r1, %r2;", .neg(with(.bf16x2))),
        ("min.NaN.f32 %f1, %f2, %f3;", .min(with(.f32) { $0.propagatesNaN = true })),
        (
            "max.ftz.NaN.xorsign.abs.f16 %h1, %h2, %h3;",
            .max(
                with(.f16) {
                    $0.flushesSubnormals = true
                    $0.propagatesNaN = true
                    $0.xorsSigns = true
                })
        ),
        ("max.relu.s16x2 %r1, %r2, %r3;", .max(with(.s16x2) { $0.clampsNegative = true })),
        ("rcp.rn.f32 %f1, %f2;", .rcp(with(.f32))),
        ("sqrt.approx.f32 %f1, %f2;", .sqrt(with(.f32) { $0.precision = .approximate })),
        ("rsqrt.approx.f64 %e1, %e2;", .rsqrt(with(.f64) { $0.precision = .approximate })),
        ("sin.approx.f32 %f1, %f2;", .sin(with(.f32) { $0.precision = .approximate })),
        ("cos.approx.f32 %f1, %f2;", .cos(with(.f32) { $0.precision = .approximate })),
        ("lg2.approx.f32 %f1, %f2;", .lg2(with(.f32) { $0.precision = .approximate })),
        ("ex2.approx.f16x2 %r1, %r2;", .ex2(with(.f16x2) { $0.precision = .approximate })),
        ("tanh.approx.bf16 %h1, %h2;", .tanh(with(.bf16) { $0.precision = .approximate })),
        ("sad.u32 %r1, %r2, %r3, %r4;", .sad(with(.u32))),
        ("mul24.hi.u32 %r1, %r2, %r3;", .mul24(with(.u32) { $0.part = .high })),
        (
            "mad24.hi.sat.s32 %r1, %r2, %r3, %r4;",
            .mad24(
                with(.s32) {
                    $0.part = .high
                    $0.saturates = true
                })
        ),
        ("copysign.f32 %f1, %f2, %f3;", .copysign(.f32)),
    ]

    @Test(arguments: cases) func operations(text: String, operation: PTXOperation) throws {
        #expect(try PTXTexts.operation(text) == operation)
    }

    @Test(
        arguments: [
            "add.pred %p1, %p2, %p3;", "add.b32 %r1, %r2, %r3;", "mul.s32 %r1, %r2, %r3;",
            "mul.wide.s64 %d1, %d2, %d3;",
            "fma.rn.s32 %r1, %r2, %r3, %r4;", "sin.approx.f64 %e1, %e2;", "add.rna.f32 %f1, %f2, %f3;",
            "rem.f32 %f1, %f2, %f3;", "min.sat.s32 %r1, %r2, %r3;", "max.xorsign.f32 %f1, %f2, %f3;",
            "add.sat.u32 %r1, %r2, %r3;", "add.ftz.s32 %r1, %r2, %r3;", "addc.f32 %f1, %f2, %f3;",
        ])
    func unknownForms(text: String) throws {
        let error = try #require(PTXTexts.error(text))
        #expect(error.code == .unsupported || error.code == .syntax)
        #expect(error.line == PTXTexts.firstLine)
        #expect(error.opcode == String(text.prefix { $0 != " " }))
        #expect(error.hint != nil)
    }

    @Test(
        arguments: [
            "add.s32 %r1, %r2;", "add.s32 %r1, %r2, %r3, %r4;", "add.s32 %r1, %d2, %r3;", "add.f64 %f1, %e2, %e3;",
            "add.s32 5, %r2, %r3;", "mul.wide.s32 %r1, %r2, %r3;", "mad.wide.s32 %d1, %r2, %r3, %r4;",
            "add.s32 %r1, %p1, %r3;", "add.s32 _, %r2, %r3;", "add.s32 %r1, [%d1], %r3;", "neg.s32 %r1, %r2, %r3;",
        ])
    func wrongOperands(text: String) throws {
        let error = try #require(PTXTexts.error(text))
        #expect(error.code == .operand)
        #expect(error.line == PTXTexts.firstLine)
        #expect(error.hint?.hasPrefix("expected ") == true)
    }
}
