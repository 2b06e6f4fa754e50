import Testing

@testable import SIMT

@Suite("PTX bits, comparisons and conversions") struct PTXBitsTests {
    private static let bits: [(String, PTXOperation)] = [
        ("and.pred %p1, %p2, %p3;", .and(.pred)),
        ("or.b64 %d1, %d2, 3;", .or(.b64)),
        ("xor.b16 %h1, %h2, %h3;", .xor(.b16)),
        ("not.pred %p1, %p2;", .not(.pred)),
        ("cnot.b32 %r1, %r2;", .cnot(.b32)),
        ("shl.b64 %d1, %d2, %r1;", .shl(.b64)),
        ("shr.s16 %h1, %h2, 3;", .shr(.s16)),
        ("popc.b64 %r1, %d1;", .popc(.b64)),
        ("clz.b32 %r1, %r2;", .clz(.b32)),
        ("brev.b64 %d1, %d2;", .brev(.b64)),
        ("bfind.shiftamt.u32 %r1, %r2;", .bfind(.u32, shiftAmount: true)),
        ("bfind.s64 %r1, %d1;", .bfind(.s64, shiftAmount: false)),
        ("bfe.s32 %r1, %r2, 3, %r3;", .bfe(.s32)),
        ("bfi.b64 %d1, %d2, %d3, %r1, 8;", .bfi(.b64)),
        ("bmsk.wrap.b32 %r1, %r2, %r3;", .bmsk(wraps: true)),
        ("szext.clamp.s32 %r1, %r2, %r3;", .szext(.s32, wraps: false)),
        ("fns.b32 %r1, %r2, %r3, %r4;", .fns),
        ("lop3.b32 %r1, %r2, %r3, %r4, 0x96;", .lop3(PTXLogic())),
        ("lop3.or.b32 %r1|%p1, %r2, %r3, %r4, 0x96, %p2;", .lop3(PTXLogic(combination: .or))),
        ("prmt.b32 %r1, %r2, %r3, 0x5140;", .prmt(.general)),
        ("prmt.b32.rc16 %r1, %r2, %r3, %r4;", .prmt(.rc16)),
        ("shf.l.wrap.b32 %r1, %r2, %r3, 7;", .shf(PTXFunnelShift(isLeft: true, wraps: true))),
        ("shf.r.clamp.b32 %r1, %r2, %r3, %r4;", .shf(PTXFunnelShift(isLeft: false, wraps: false))),
        ("dp4a.u32.s32 %r1, %r2, %r3, %r4;", .dp(PTXDotProduct(count: 4, a: .u32, b: .s32))),
        ("dp2a.hi.s32.u32 %r1, %r2, %r3, %r4;", .dp(PTXDotProduct(count: 2, a: .s32, b: .u32, usesHighHalf: true))),
    ]

    private static let comparisons: [(String, PTXOperation)] = [
        ("setp.ge.s32 %p1, %r1, %r2;", .setp(PTXComparison(comparator: .ge, type: .s32))),
        ("setp.hi.u64 %p1|%p2, %d1, %d2;", .setp(PTXComparison(comparator: .hi, type: .u64))),
        (
            "setp.gtu.xor.ftz.f32 %p1, %f1, %f2, %p2;",
            .setp(PTXComparison(comparator: .gtu, type: .f32, combination: .xor, flushesSubnormals: true))
        ),
        ("setp.eq.f16x2 %p1|%p2, %r1, %r2;", .setp(PTXComparison(comparator: .eq, type: .f16x2))),
        ("setp.ne.b16 %p1, %h1, 0;", .setp(PTXComparison(comparator: .ne, type: .b16))),
        ("setp.nan.f64 %p1, %e1, %e2;", .setp(PTXComparison(comparator: .nan, type: .f64))),
        ("set.eq.u32.f32 %r1, %f1, %f2;", .set(PTXComparison(comparator: .eq, type: .f32), result: .u32)),
        (
            "set.lt.and.f32.s32 %f1, %r1, %r2, !%p1;",
            .set(PTXComparison(comparator: .lt, type: .s32, combination: .and), result: .f32)
        ),
        ("set.eq.f16x2.f16x2 %r1, %r2, %r3;", .set(PTXComparison(comparator: .eq, type: .f16x2), result: .f16x2)),
        ("selp.f32 %f1, %f2, 0f00000000, %p1;", .selp(.f32)),
        ("selp.u16 %h1, 1, 0, !%p1;", .selp(.u16)),
        ("slct.u64.f32 %d1, %d2, %d3, %f1;", .slct(.u64, condition: .f32, flushesSubnormals: false)),
        ("testp.notanumber.f64 %p1, %e1;", .testp(.notanumber, .f64)),
    ]

    private static let conversions: [(String, PTXOperation)] = [
        ("cvt.u64.u32 %d1, %r1;", .cvt(PTXConversion(to: .u64, from: .u32))),
        ("cvt.s8.s32 %r1, %r2;", .cvt(PTXConversion(to: .s8, from: .s32))),
        ("cvt.sat.u8.s32 %h1, %r2;", .cvt(PTXConversion(to: .u8, from: .s32, saturation: .range))),
        (
            "cvt.rzi.ftz.s32.f32 %r1, %f1;",
            .cvt(PTXConversion(to: .s32, from: .f32, rounding: .wholeTowardZero, flushesSubnormals: true))
        ),
        ("cvt.rmi.f32.f32 %f1, %f2;", .cvt(PTXConversion(to: .f32, from: .f32, rounding: .wholeDown))),
        ("cvt.rn.f32.s64 %f1, %d1;", .cvt(PTXConversion(to: .f32, from: .s64, rounding: .nearestEven))),
        ("cvt.f32.f16 %f1, %h1;", .cvt(PTXConversion(to: .f32, from: .f16))),
        ("cvt.f32.bf16 %f1, %h1;", .cvt(PTXConversion(to: .f32, from: .bf16))),
        ("cvt.rz.bf16.f32 %h1, %f1;", .cvt(PTXConversion(to: .bf16, from: .f32, rounding: .towardZero))),
        ("cvt.sat.f32.f32 %f1, %f2;", .cvt(PTXConversion(to: .f32, from: .f32, saturation: .range))),
        ("cvt.rna.tf32.f32 %r1, %f1;", .cvt(PTXConversion(to: .tf32, from: .f32, rounding: .nearestAway))),
        (
            "cvt.rn.relu.satfinite.f16x2.f32 %r1, %f1, %f2;",
            .cvt(
                PTXConversion(
                    to: .f16x2, from: .f32, rounding: .nearestEven, saturation: .finite, clampsNegative: true))
        ),
        ("cvt.rn.bf16x2.f32 %r1, %f1, %f2;", .cvt(PTXConversion(to: .bf16x2, from: .f32, rounding: .nearestEven))),
        (
            "cvt.rn.satfinite.e4m3x2.f32 %h1, %f1, %f2;",
            .cvt(PTXConversion(to: .e4m3x2, from: .f32, rounding: .nearestEven, saturation: .finite))
        ),
        ("cvt.rn.f16x2.e5m2x2 %r1, %h1;", .cvt(PTXConversion(to: .f16x2, from: .e5m2x2, rounding: .nearestEven))),
        (
            "cvt.pack.sat.u8.s32.b32 %r1, %r2, %r3, %r4;",
            .cvtPack(PTXIntegerPacking(to: .u8, from: .s32, hasCarriedBits: true))
        ),
        ("mov.b64 %d1, {%h1, %h2, %h3, %h4};", .mov(.b64)),
        ("mov.b32 {%h1, _}, %r1;", .mov(.b32)),
        ("mov.b128 {%d1, %d2}, %q1;", .mov(.b128)),
        ("mov.pred %p1, -1;", .mov(.pred)),
        ("mov.f32 %f1, 0f00000000;", .mov(.f32)),
        (
            "cvta.to.global.u64 %d1, %d2;",
            .cvta(PTXAddressConversion(space: .global, isToSpace: true, type: .u64))
        ),
        ("cvta.shared.u64 %d1, tile;", .cvta(PTXAddressConversion(space: .shared, isToSpace: false, type: .u64))),
        ("isspacep.shared::cluster %p1, %d1;", .isspacep(.sharedCluster)),
    ]

    @Test(arguments: bits + comparisons + conversions) func operations(text: String, operation: PTXOperation) throws {
        #expect(try PTXTexts.operation(text) == operation)
    }

    @Test func packingTakesTwoSources() {
        #expect(PTXConversion(to: .f16x2, from: .f32).isPacking)
        #expect(!PTXConversion(to: .f16x2, from: .e4m3x2).isPacking)
        #expect(PTXTexts.error("cvt.rn.f16x2.f32 %r1, %f1;")?.code == .operand)
        #expect(PTXTexts.error("cvt.rn.f16.f32 %h1, %f1, %f2;")?.code == .operand)
    }

    @Test func roundingIsDemandedWhereBitsAreLost() {
        for text in ["cvt.f32.s32 %f1, %r1;", "cvt.s32.f32 %r1, %f1;", "cvt.f16.f32 %h1, %f1;"] {
            #expect(PTXTexts.error(text)?.code == .syntax, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("setp.lo.s32 %p1, %r1, %r2;", ".lt"), ("setp.lt.b32 %p1, %r1, %r2;", ".eq"),
            ("shl.u32 %r1, %r2, 1;", ".b32"),
            ("prmt.b32.xyz %r1, %r2, %r3, 0;", ".f4e"), ("shf.wrap.b32 %r1, %r2, %r3, 0;", ".l"),
            ("cvt.rna.f16.f32 %h1, %f1;", ".rn"), ("cvt.f32.f16x2 %f1, %r1;", ".f32"),
            ("testp.odd.f32 %p1, %f1;", ".finite"),
            ("mov.e4m3 %h1, %h2;", ".b16"), ("cvta.texture.u64 %d1, %d2;", ".global"),
        ])
    func unknownFormsNameWhatIsKnown(text: String, known: String) throws {
        let error = try #require(PTXTexts.error(text))
        #expect(error.hint?.contains(known) == true, "\(error)")
        #expect(error.opcode == String(text.prefix { $0 != " " }))
    }

    @Test(
        arguments: [
            "shl.b64 %d1, %d2, %d3;", "popc.b64 %d1, %d2;", "selp.f32 %f1, %f2, %f3, %r1;", "mov.b64 {%h1, %h2}, %d1;",
            "mov.b32 %r1, {%r2, %r3};", "lop3.b32 %r1, %r2, %r3, %r4, %r5;", "setp.eq.s32 %r1, %r2, %r3;",
            "and.pred %p1, %p2, %r1;", "cvt.u64.u32 %r1, %r2;",
        ])
    func wrongOperands(text: String) {
        #expect(PTXTexts.error(text)?.code == .operand)
    }
}
