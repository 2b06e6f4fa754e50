import Testing

@testable import SIMT

/// Half precision, bfloat16 and conversions against exact values rounded once.
@Suite struct HalfInstructionTests {
    private let x = Operands.halves(1)
    private let y = Operands.halves(2)
    private let z = Operands.halves(3)

    /// Compares bits; any NaN stands for every other.
    private func expect(
        _ made: UInt32, _ exact: Double, _ format: RoundedFormat, _ what: String,
        _ place: SourceLocation = #_sourceLocation
    ) {
        let wanted = format.bits(exact)
        let isNaN = exact.isNaN && format.value(made).isNaN
        #expect(isNaN || made == wanted, "\(what): \(made), not \(wanted)", sourceLocation: place)
    }

    private func check(
        _ type: String, _ format: RoundedFormat, _ operation: String, count: Int,
        _ exact: (Double, Double, Double) -> Double
    ) throws {
        let operands = ["%h1", "%h2", "%h3"].prefix(count).joined(separator: ", ")
        let alone = """
            cvt.u16.u32 %h1, %x; cvt.u16.u32 %h2, %y; cvt.u16.u32 %h3, %z;
            \(operation).\(type) %h0, \(operands); cvt.u32.u16 %d, %h0;
            """
        let pair = "\(operation).\(type)x2 %d, " + ["%x", "%y", "%z"].prefix(count).joined(separator: ", ") + ";"
        let words = (try Emulation.apply(alone, x, y, z).words, try Emulation.apply(pair, x, y, z).words)
        for i in x.indices {
            func part(_ bits: UInt64, _ shift: UInt64) -> Double { format.value(UInt32((bits >> shift) & 0xffff)) }
            let low = exact(part(x[i], 0), part(y[i], 0), part(z[i], 0))
            let high = exact(part(x[i], 16), part(y[i], 16), part(z[i], 16))
            let what = "\(operation).\(type) of \(part(x[i], 0)), \(part(y[i], 0)), \(part(z[i], 0))"
            expect(words.0[i], low, format, what)
            expect(words.1[i] & 0xffff, low, format, what)
            expect(words.1[i] >> 16, high, format, "\(operation).\(type)x2")
        }
    }

    @Test func sumsAndProducts() throws {
        for (type, format) in [("f16", RoundedFormat.half), ("bf16", .bfloat)] {
            try check(type, format, "mul.rn", count: 2) { a, b, _ in a * b }
            try check(type, format, "neg", count: 1) { a, _, _ in -a }
            try check(type, format, "abs", count: 1) { a, _, _ in a.magnitude }
        }
        try check("f16", .half, "add.rn", count: 2) { a, b, _ in a + b }
        try check("f16", .half, "sub.rn", count: 2) { a, b, _ in a - b }
        // Halves span 80 bits at most; where a double does not hold the sum, the smaller part decides nothing.
        try check("f16", .half, "fma.rn", count: 3) { a, b, c in a * b + c }
    }

    @Test func fusedBfloatsRoundOnce() throws {
        // 1 + 2⁻⁸ lies between two bfloats; what is far below it decides.
        let one: UInt64 = 0x3f80
        let tie: UInt64 = 0x3b80
        let tiny: UInt64 = 0x1000
        let x = Array(repeating: one | one << 16, count: 32)
        // a · b + c with a · b = 1 + 2⁻⁷ times itself needs 16 bits.
        let a = Array(repeating: UInt64(0x3f81_3f81), count: 32)
        let made = try Emulation.apply(
            "fma.rn.bf16x2 %d, %x, %y, %z;", a, a, Array(repeating: tiny | tiny << 16, count: 32))
        // (1 + 2⁻⁷)² = 1 + 2⁻⁶ + 2⁻¹⁴, to the nearest 1 + 2⁻⁶.
        #expect(made.words.allSatisfy { $0 == 0x3f82_3f82 })
        let half = try Emulation.apply(
            "fma.rn.bf16x2 %d, %x, %y, %z;", Array(repeating: tie | tie << 16, count: 32), x, x)
        // A tie goes to the even neighbour.
        #expect(half.words.allSatisfy { $0 == 0x3f80_3f80 })
        // 2⁻⁴ · 2⁻⁴ + 1 is the same tie; with a product a little above it, it is none. 1.0078125 · 2⁻⁸ + 1:
        let above = try Emulation.apply(
            "fma.rn.bf16x2 %d, %x, %y, %z;", Array(repeating: UInt64(0x3b81_3b81), count: 32), x, x)
        #expect(above.words.allSatisfy { $0 == 0x3f81_3f81 })
    }

    @Test func extremesAndComparisons() throws {
        func larger(_ a: Double, _ b: Double) -> Double {
            if a.isNaN { return b }
            if b.isNaN { return a }
            if a == b { return a.sign == .plus ? a : b }
            return Swift.max(a, b)
        }
        try check("f16", .half, "max", count: 2) { a, b, _ in larger(a, b) }
        try check("bf16", .bfloat, "max", count: 2) { a, b, _ in larger(a, b) }
        try check("f16", .half, "min.NaN", count: 2) { a, b, _ in
            a.isNaN || b.isNaN ? .nan : -larger(-a, -b)
        }
        let made = try Emulation.apply(
            "cvt.u16.u32 %h1, %x; cvt.u16.u32 %h2, %y; setp.gt.f16 %p0, %h1, %h2; selp.u32 %d, 1, 0, %p0;", x, y
        ).words
        let equal = try Emulation.apply("set.le.f16x2.f16x2 %d, %x, %y;", x, y).words
        for i in x.indices {
            let (a, b) = (
                RoundedFormat.half.value(UInt32(x[i] & 0xffff)), RoundedFormat.half.value(UInt32(y[i] & 0xffff))
            )
            #expect(made[i] == (a > b ? 1 : 0))
            #expect(equal[i] & 0xffff == (a <= b ? 0x3c00 : 0))
        }
    }

    @Test func pairsAreComparedOneByOne() throws {
        let made = try Emulation.apply(
            "setp.lt.f16x2 %p0|%p1, %x, %y; selp.u32 %d, 1, 0, %p0; @%p1 or.b32 %d, %d, 2;", x, y
        ).words
        for i in x.indices {
            func part(_ bits: UInt64, _ shift: UInt64) -> Double {
                RoundedFormat.half.value(UInt32((bits >> shift) & 0xffff))
            }
            let low: UInt32 = part(x[i], 0) < part(y[i], 0) ? 1 : 0
            let high: UInt32 = part(x[i], 16) < part(y[i], 16) ? 2 : 0
            #expect(made[i] == low | high)
        }
    }

    @Test func subnormalHalvesAreFlushed() throws {
        let one = Array(repeating: UInt64(0x0001_0001), count: 32)
        let zero = Array(repeating: UInt64(0), count: 32)
        let text = "cvt.u16.u32 %h1, %x; cvt.u16.u32 %h2, %y; setp.gt.f16 %p0, %h1, %h2; selp.u32 %d, 1, 0, %p0;"
        #expect(try Emulation.apply(text, one, zero).words.allSatisfy { $0 == 1 })
        let flushing = text.replacing("setp.gt.f16", with: "setp.gt.ftz.f16")
        #expect(try Emulation.apply(flushing, one, zero).words.allSatisfy { $0 == 0 })
        // 2⁻¹³⁰ is no normal bfloat.
        let small = Array(repeating: UInt64(0xc302_c302), count: 32)
        #expect(try Emulation.apply("ex2.approx.ftz.bf16x2 %d, %x;", small).words.allSatisfy { $0 == 0 })
        #expect(try Emulation.apply("ex2.approx.bf16x2 %d, %x;", small).words.allSatisfy { $0 == 0x0008_0008 })
    }

    @Test func conversionsToHalf() throws {
        let floats = Operands.floats(11, 512, range: 28)
        for direction in RoundedFormat.Direction.allCases {
            for (type, format) in [("f16", RoundedFormat.half), ("bf16", .bfloat)] {
                let text = "cvt.\(direction.word).\(type).f32 %h0, %x; cvt.u32.u16 %d, %h0;"
                let made = try Emulation.apply(text, floats).words
                for i in floats.indices {
                    let value = Double(Float(bitPattern: UInt32(floats[i])))
                    let wanted = format.bits(value, direction)
                    #expect(made[i] == wanted || value.isNaN, "\(text) of \(value): \(made[i]), not \(wanted)")
                }
            }
        }
        // Through single precision these would round twice.
        let doubles = Operands.doubles(12, 512, range: 18, specials: false)
        let made = try Emulation.apply("cvt.rn.f16.f64 %h0, %X; cvt.u32.u16 %d, %h0;", doubles).words
        for i in doubles.indices { #expect(made[i] == RoundedFormat.half.bits(Double(bitPattern: doubles[i]))) }
    }

    @Test func everyHalfBecomesItsFloat() throws {
        let all = (0..<65536).map { UInt64($0) }
        let made = try Emulation.apply("cvt.u16.u32 %h0, %x; cvt.f32.f16 %d, %h0; mov.b32 %r0, {%h0, %h0};", all).words
        let wide = try Emulation.apply("cvt.u16.u32 %h0, %x; cvt.f32.bf16 %d, %h0;", all).words
        for i in all.indices {
            let half = RoundedFormat.half.value(UInt32(i))
            #expect(isSame(Float(bitPattern: made[i]), Float(half)))
            #expect(isSame(Float(bitPattern: wide[i]), Float(bitPattern: UInt32(i) << 16)))
        }
    }

    @Test func packedConversions() throws {
        let (x, y) = (Operands.floats(13, range: 14), Operands.floats(14, range: 14))
        let made = try Emulation.apply("cvt.rn.f16x2.f32 %d, %x, %y;", x, y).words
        for i in x.indices {
            let (a, b) = (Float(bitPattern: UInt32(x[i])), Float(bitPattern: UInt32(y[i])))
            expect(made[i] >> 16, Double(a), .half, "the first source is the high half")
            expect(made[i] & 0xffff, Double(b), .half, "the second source is the low half")
        }
        let small = try Emulation.apply(
            "cvt.rn.satfinite.e4m3x2.f32 %h0, %x, %y; cvt.u32.u16 %d, %h0;",
            [Float(448), 1, -0.5, 1000].map { UInt64($0.bitPattern) }.cycled(32),
            [Float(0.001953125), 2, -3, -1000].map { UInt64($0.bitPattern) }.cycled(32)
        ).words
        #expect(Array(small.prefix(4)) == [0x7e01, 0x3840, 0xb0c4, 0x7efe])
    }

    @Test func approximations() throws {
        let x = Operands.halves(20).map { $0 & 0xbfff_bfff }
        let made = try Emulation.apply("ex2.approx.f16x2 %d, %x;", x).words
        for i in x.indices {
            let value = RoundedFormat.half.value(UInt32(x[i] & 0xffff))
            let got = RoundedFormat.half.value(made[i] & 0xffff)
            // Powers of two by repeated squaring of a small one, 2^(v/1024) ≈ 1 + v ln 2 / 1024 + …
            var power =
                1.0 + value * 0.6931471805599453 / 1024
                * (1 + value * 0.6931471805599453 / 2048 * (1 + value * 0.6931471805599453 / 3072))
            for _ in 0..<10 { power *= power }
            #expect((got - power).magnitude <= power * 0x1p-9 + 0x1p-24, "2^\(value): \(got), not \(power)")
        }
    }
}

extension Array {
    /// The elements again and again, `count` in all.
    func cycled(_ count: Int) -> [Element] { (0..<count).map { self[$0 % self.count] } }
}
