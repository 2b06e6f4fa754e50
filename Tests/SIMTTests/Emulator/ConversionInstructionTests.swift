import Testing

@testable import SIMT

/// Conversions among integers and between integers and floating point.
@Suite struct ConversionInstructionTests {
    private let x = Operands.integers(31)

    private func check(
        _ snippet: String, _ x: [UInt64]? = nil, _ place: SourceLocation = #_sourceLocation,
        _ expected: (UInt64) -> UInt64
    ) throws {
        let x = x ?? self.x
        let made = try Emulation.apply(snippet, x)
        let isWide = snippet.contains("%D")
        for i in x.indices {
            let got = isWide ? made.doubles[i] : UInt64(made.words[i])
            #expect(got == expected(x[i]), "\(snippet) of \(x[i])", sourceLocation: place)
        }
    }

    private func word(_ value: some FixedWidthInteger) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: value)) }
    private func wide(_ value: some FixedWidthInteger) -> UInt64 { UInt64(truncatingIfNeeded: value) }

    @Test func integersChangeWidth() throws {
        try check("cvt.s32.s8 %d, %x;") { word(Int8(truncatingIfNeeded: $0)) }
        try check("cvt.u32.u8 %d, %x;") { word(UInt8(truncatingIfNeeded: $0)) }
        try check("cvt.s64.s16 %D, %X;") { wide(Int16(truncatingIfNeeded: $0)) }
        try check("cvt.s64.s32 %D, %x;") { wide(Int32(truncatingIfNeeded: $0)) }
        try check("cvt.u64.u32 %D, %x;") { wide(UInt32(truncatingIfNeeded: $0)) }
        try check("cvt.u32.u64 %d, %X;") { word($0) }
        // The result type decides what stands above it in a wider register.
        try check("cvt.s8.s32 %d, %x;") { word(Int8(truncatingIfNeeded: $0)) }
        try check("cvt.u8.s32 %d, %x;") { word(UInt8(truncatingIfNeeded: $0)) }
        try check("cvt.u16.s8 %d, %x;") { word(UInt16(truncatingIfNeeded: Int8(truncatingIfNeeded: $0))) }
        try check("cvt.s16.u64 %D, %X;") { wide(Int16(truncatingIfNeeded: $0)) }
        try check("cvt.u32.s16 %D, %x;") { wide(UInt32(truncatingIfNeeded: Int16(truncatingIfNeeded: $0))) }
    }

    @Test func integersSaturate() throws {
        try check("cvt.sat.u8.s32 %d, %x;") { word(UInt8(clamping: Int32(truncatingIfNeeded: $0))) }
        try check("cvt.sat.s8.u32 %d, %x;") { word(Int8(clamping: UInt32(truncatingIfNeeded: $0))) }
        try check("cvt.sat.s32.u64 %d, %X;") { word(Int32(clamping: $0)) }
        try check("cvt.sat.u64.s64 %D, %X;") { UInt64(clamping: Int64(bitPattern: $0)) }
        try check("cvt.pack.sat.u8.s32.b32 %d, %x, %x, 0x1234;") {
            let byte = word(UInt8(clamping: Int32(truncatingIfNeeded: $0)))
            return 0x1234_0000 | byte << 8 | byte
        }
    }

    @Test func integersBecomeFloats() throws {
        try check("cvt.rn.f32.s32 %d, %x;") { UInt64(Float(Int32(truncatingIfNeeded: $0)).bitPattern) }
        try check("cvt.rn.f32.u64 %d, %X;") { UInt64(Float($0).bitPattern) }
        try check("cvt.rn.f64.s64 %D, %X;") { Double(Int64(bitPattern: $0)).bitPattern }
        try check("cvt.rn.f64.u32 %D, %x;") { Double(UInt32(truncatingIfNeeded: $0)).bitPattern }
        for direction in RoundedFormat.Direction.allCases {
            try check("cvt.\(direction.word).f32.u32 %d, %x;") {
                UInt64(RoundedFormat.single.bits(Double(UInt32(truncatingIfNeeded: $0)), direction))
            }
            try check("cvt.\(direction.word).f16.s32 %h0, %x; cvt.u32.u16 %d, %h0;") {
                UInt64(RoundedFormat.half.bits(Double(Int32(truncatingIfNeeded: $0)), direction))
            }
        }
        try check("cvt.rn.f32.s8 %d, %x;") { UInt64(Float(Int8(truncatingIfNeeded: $0)).bitPattern) }
    }

    @Test func floatsBecomeIntegers() throws {
        let floats = Operands.floats(32, range: 40)
        func value(_ bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
        func clamped<Made: FixedWidthInteger>(_ value: Double, _ type: Made.Type, nan: Made = 0) -> Made {
            if value.isNaN { return nan }
            if value >= Double(Made.max) { return Made.max }
            if value <= Double(Made.min) { return Made.min }
            return Made(value)
        }
        let rules: [(String, FloatingPointRoundingRule)] = [
            ("rni", .toNearestOrEven), ("rzi", .towardZero), ("rmi", .down), ("rpi", .up),
        ]
        for (word, rule) in rules {
            try check("cvt.\(word).s32.f32 %d, %x;", floats) {
                UInt64(UInt32(bitPattern: clamped(Double(value($0)).rounded(rule), Int32.self)))
            }
            try check("cvt.\(word).u32.f32 %d, %x;", floats) {
                UInt64(clamped(Double(value($0)).rounded(rule), UInt32.self))
            }
            try check("cvt.\(word).s64.f32 %D, %x;", floats) {
                UInt64(bitPattern: clamped(Double(value($0)).rounded(rule), Int64.self, nan: .min))
            }
            try check("cvt.\(word).f32.f32 %d, %x;", floats) {
                let made = value($0).rounded(rule)
                return made.isNaN ? $0 : UInt64(made.bitPattern)
            }
            try check("cvt.\(word).s16.f32 %h0, %x; cvt.s32.s16 %d, %h0;", floats) {
                UInt64(UInt32(bitPattern: Int32(clamped(Double(value($0)).rounded(rule), Int16.self))))
            }
        }
        let doubles = Operands.doubles(33)
        try check("cvt.rzi.s64.f64 %D, %X;", doubles) {
            UInt64(bitPattern: clamped(Double(bitPattern: $0).rounded(.towardZero), Int64.self, nan: .min))
        }
        try check("cvt.rpi.u32.f64 %d, %X;", doubles) {
            UInt64(clamped(Double(bitPattern: $0).rounded(.up), UInt32.self, nan: 1 << 31))
        }
        try check("cvt.rni.u8.f64 %d, %X;", doubles) {
            UInt64(clamped(Double(bitPattern: $0).rounded(.toNearestOrEven), UInt8.self, nan: 1 << 7))
        }
        try check("cvt.rmi.s16.f64 %d, %X;", doubles) {
            word(clamped(Double(bitPattern: $0).rounded(.down), Int16.self, nan: .min))
        }
    }

    @Test func floatsChangeWidth() throws {
        let doubles = Operands.doubles(34, range: 30, specials: false)
        for direction in RoundedFormat.Direction.allCases {
            try check("cvt.\(direction.word).f32.f64 %d, %X;", doubles) {
                UInt64(RoundedFormat.single.bits(Double(bitPattern: $0), direction))
            }
        }
        let floats = Operands.floats(35).filter { !Float(bitPattern: UInt32($0)).isNaN }.prefix32
        try check("cvt.f64.f32 %D, %x;", floats) { Double(Float(bitPattern: UInt32($0))).bitPattern }
        try check("cvt.sat.f32.f32 %d, %x;", floats) {
            UInt64(Float.minimum(Float.maximum(Float(bitPattern: UInt32($0)), 0), 1).bitPattern)
        }
        try check("cvt.rna.tf32.f32 %d, %x;", floats.filter { UInt32($0) & 0x7f80_0000 != 0x7f80_0000 }.prefix32) {
            (UInt64(UInt32($0)) + 0x1000) & 0xffff_e000
        }
    }

    @Test func infinitiesBecomeTheLargestNumber() throws {
        let numbers: [Float] = [.infinity, -.infinity, 1e30, -1e30, 65_504, 1, -2, 3.4e38]
        let floats = numbers.map { UInt64($0.bitPattern) }.cycled(32)
        let halves: [UInt64] = [0x7bff, 0xfbff, 0x7bff, 0xfbff, 0x7bff, 0x3c00, 0xc000, 0x7bff]
        let made = try Emulation.apply("cvt.rn.satfinite.f16.f32 %h0, %x; cvt.u32.u16 %d, %h0;", floats).words
        let pairs = try Emulation.apply("cvt.rn.satfinite.f16x2.f32 %d, %x, %x;", floats).words
        let wide = try Emulation.apply("cvt.rna.satfinite.tf32.f32 %d, %x;", floats).words
        for i in floats.indices {
            #expect(UInt64(made[i]) == halves[i % 8])
            #expect(UInt64(pairs[i]) == halves[i % 8] << 16 | halves[i % 8])
            if i % 8 < 2 { #expect(wide[i] & 0x7fff_ffff == 0x7f7f_e000) }
        }
    }

    @Test func registersArePackedAndUnpacked() throws {
        try check("mov.b64 {%r0, %r1}, %X; mov.b64 %D, {%r1, %r0};") { $0 >> 32 | $0 << 32 }
        try check("mov.b64 {%h0, %h1, %h2, %h3}, %X; mov.b64 %D, {%h3, %h0, %h1, %h2};") {
            $0 << 16 | $0 >> 48
        }
        try check("mov.b32 {%h0, _}, %x; mov.b32 %d, {%h0, %h0};") { word(UInt32($0 & 0xffff) * 0x1_0001) }
        try check("mov.b64 {_, %d}, %X;") { $0 >> 32 }
    }
}
