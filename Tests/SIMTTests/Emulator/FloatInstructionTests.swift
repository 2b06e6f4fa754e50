import Testing

@testable import SIMT

/// Single and double precision against Swift's own arithmetic and against exact values rounded by hand.
@Suite struct FloatInstructionTests {
    private let x = Operands.floats(1)
    private let y = Operands.floats(2)
    private let z = Operands.floats(3)

    private func check(
        _ snippet: String, _ x: [UInt64]? = nil, _ y: [UInt64]? = nil, _ z: [UInt64]? = nil,
        _ place: SourceLocation = #_sourceLocation, _ expected: (Float, Float, Float) -> Float
    ) throws {
        let (x, y, z) = (x ?? self.x, y ?? self.y, z ?? self.z)
        let made = try Emulation.apply(snippet, x, y, z).words
        for i in x.indices {
            let (a, b, c) = (single(x[i]), single(y[i]), single(z[i]))
            let (got, wanted) = (Float(bitPattern: made[i]), expected(a, b, c))
            #expect(isSame(got, wanted), "\(snippet) of \(a), \(b), \(c): \(got), not \(wanted)", sourceLocation: place)
        }
    }

    private func single(_ bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }

    private func flushed(_ value: Float) -> Float { value.isSubnormal ? (value.sign == .minus ? -0.0 : 0) : value }

    @Test func roundToNearest() throws {
        try check("add.f32 %d, %x, %y;") { a, b, _ in a + b }
        try check("sub.rn.f32 %d, %x, %y;") { a, b, _ in a - b }
        try check("mul.f32 %d, %x, %y;") { a, b, _ in a * b }
        try check("fma.rn.f32 %d, %x, %y, %z;") { a, b, c in c.addingProduct(a, b) }
        try check("mad.rn.f32 %d, %x, %y, %z;") { a, b, c in c.addingProduct(a, b) }
        try check("div.rn.f32 %d, %x, %y;") { a, b, _ in a / b }
        try check("rcp.rn.f32 %d, %x;") { a, _, _ in 1 / a }
        try check("sqrt.rn.f32 %d, %x;") { a, _, _ in a.squareRoot() }
        try check("abs.f32 %d, %x;") { a, _, _ in a.magnitude }
        try check("neg.f32 %d, %x;") { a, _, _ in -a }
        try check("copysign.f32 %d, %x, %y;") { a, b, _ in
            Float(sign: a.sign, exponent: 0, significand: 1) < 0 ? -b.magnitude : b.magnitude
        }
    }

    @Test func subnormalNumbersAreFlushed() throws {
        let small = Operands.floats(7, range: 126, specials: true)
        try check("add.ftz.f32 %d, %x, %y;", small, small.reversed()) { a, b, _ in flushed(flushed(a) + flushed(b)) }
        try check("mul.ftz.f32 %d, %x, %y;", small, small.reversed()) { a, b, _ in flushed(flushed(a) * flushed(b)) }
        try check("fma.rn.ftz.f32 %d, %x, %y, %z;", small, small.reversed()) { a, b, c in
            flushed(flushed(c).addingProduct(flushed(a), flushed(b)))
        }
        try check("max.ftz.f32 %d, %x, %y;", small, small.reversed()) { a, b, _ in
            Float.maximum(flushed(a), flushed(b))
        }
        try check("div.rn.ftz.f32 %d, %x, %y;", small, small.reversed()) { a, b, _ in flushed(flushed(a) / flushed(b)) }
        let made = try Emulation.apply("setp.gt.ftz.f32 %p0, %x, %y; selp.u32 %d, 1, 0, %p0;", small, small.reversed())
        for (i, bits) in small.enumerated() {
            let b = small[small.count - 1 - i]
            #expect(made.words[i] == (flushed(single(bits)) > flushed(single(b)) ? 1 : 0))
        }
    }

    @Test(arguments: RoundedFormat.Direction.allCases)
    private func roundInEveryDirection(_ direction: RoundedFormat.Direction) throws {
        // Exponents are near each other, so that doubles hold every exact result.
        let (x, y) = (Operands.floats(4, range: 10, specials: false), Operands.floats(5, range: 10, specials: false))
        let z = Operands.floats(6, range: 3, specials: false).map { $0 & 0xffff_f000 }
        let short = x.map { $0 & 0xffff_f000 }
        let word = direction.word
        func rounded(_ exact: Double) -> Float { Float(bitPattern: RoundedFormat.single.bits(exact, direction)) }
        try check("add.\(word).f32 %d, %x, %y;", x, y) { a, b, _ in rounded(Double(a) + Double(b)) }
        try check("mul.\(word).f32 %d, %x, %y;", x, y) { a, b, _ in rounded(Double(a) * Double(b)) }
        try check("fma.\(word).f32 %d, %x, %y, %z;", short, short.reversed(), z) { a, b, c in
            rounded(Double(a) * Double(b) + Double(c))
        }
        // A quotient rounded to double is on the same side of every float as the exact one.
        try check("div.\(word).f32 %d, %x, %y;", x, y) { a, b, _ in rounded(Double(a) / Double(b)) }
        try check("sqrt.\(word).f32 %d, %x;", x.map { $0 & 0x7fff_ffff }) { a, _, _ in rounded(Double(a).squareRoot()) }
    }

    @Test func doubleDirectionsBracketTheNearest() throws {
        let (x, y) = (Operands.doubles(1, specials: false), Operands.doubles(2, specials: false))
        let nearest = try Emulation.apply("mul.rn.f64 %D, %X, %Y;", x, y).doubles
        let down = try Emulation.apply("mul.rm.f64 %D, %X, %Y;", x, y).doubles
        let up = try Emulation.apply("mul.rp.f64 %D, %X, %Y;", x, y).doubles
        for i in x.indices {
            let (a, b) = (Double(bitPattern: x[i]), Double(bitPattern: y[i]))
            // The sign of what rounding cut off, exactly.
            let error = (-(a * b)).addingProduct(a, b)
            #expect(Double(bitPattern: nearest[i]) == a * b)
            #expect(Double(bitPattern: down[i]) == (error < 0 ? (a * b).nextDown : a * b))
            #expect(Double(bitPattern: up[i]) == (error > 0 ? (a * b).nextUp : a * b))
        }
    }

    @Test func doublePrecision() throws {
        let (x, y, z) = (Operands.doubles(3), Operands.doubles(4), Operands.doubles(5))
        func check(_ snippet: String, _ expected: (Double, Double, Double) -> Double) throws {
            let made = try Emulation.apply(snippet, x, y, z).doubles
            for i in x.indices {
                let (a, b, c) = (Double(bitPattern: x[i]), Double(bitPattern: y[i]), Double(bitPattern: z[i]))
                #expect(isSame(Double(bitPattern: made[i]), expected(a, b, c)), "\(snippet) of \(a), \(b), \(c)")
            }
        }
        try check("add.f64 %D, %X, %Y;") { a, b, _ in a + b }
        try check("fma.rn.f64 %D, %X, %Y, %Z;") { a, b, c in c.addingProduct(a, b) }
        try check("div.rn.f64 %D, %X, %Y;") { a, b, _ in a / b }
        try check("sqrt.rn.f64 %D, %X;") { a, _, _ in a.squareRoot() }
        try check("min.f64 %D, %X, %Y;") { a, b, _ in Double.minimum(a, b) }
        try check("neg.f64 %D, %X;") { a, _, _ in -a }
    }

    @Test func extremesAndClamps() throws {
        try check("min.f32 %d, %x, %y;") { a, b, _ in
            a == 0 && b == 0 ? (a.sign == .minus || b.sign == .minus ? -0.0 : 0) : Float.minimum(a, b)
        }
        try check("max.NaN.f32 %d, %x, %y;") { a, b, _ in
            a.isNaN || b.isNaN ? .nan : a == 0 && b == 0 ? (a.sign == .plus || b.sign == .plus ? 0 : -0.0) : max(a, b)
        }
        try check("add.sat.f32 %d, %x, %y;") { a, b, _ in (a + b).isNaN ? 0 : Float.minimum(Float.maximum(a + b, 0), 1)
        }
        try check("fma.rn.relu.f32 %d, %x, %y, %z;") { a, b, c in
            let sum = c.addingProduct(a, b)
            return sum.isNaN ? sum : sum > 0 ? sum : 0
        }
    }

    @Test func signsAndNaNTogether() throws {
        try check("min.NaN.xorsign.abs.f32 %d, %x, %y;") { a, b, _ in
            if a.isNaN || b.isNaN { return .nan }
            let least = Swift.min(a.magnitude, b.magnitude)
            return (a.sign == b.sign) ? least : -least
        }
    }

    @Test func quotientsOfTheLargestNumbers() throws {
        let x = [0x7e80_0000, 0x7f80_0000, 0xff80_0000, 0x3f80_0000].map { UInt64($0) }.cycled(32)
        let y = Array(repeating: UInt64(0x7f00_0000), count: 32)
        // 2¹²⁶, ±∞ and 1 by 2¹²⁷: the reciprocal of the divisor is zero, save where the range is full.
        let coarse = try Emulation.apply("div.approx.f32 %d, %x, %y;", x, y).words.map(Float.init(bitPattern:))
        let full = try Emulation.apply("div.full.f32 %d, %x, %y;", x, y).words.map(Float.init(bitPattern:))
        #expect(coarse[0] == 0 && coarse[1].isNaN && coarse[2].isNaN && coarse[3] == 0)
        #expect(full[0] == 0.5 && full[1] == .infinity && full[2] == -.infinity && full[3] == 0x1p-127)
    }

    @Test func doublesHaveNoFormThatFlushes() throws {
        #expect(PTXTexts.error("add.ftz.f64 %e1, %e2, %e3;")?.code == .unsupported)
        #expect(PTXTexts.error("rcp.approx.ftz.f64 %e1, %e2;") == nil)
    }

    @Test func comparisons() throws {
        func check(_ word: String, _ expected: (Float, Float) -> Bool) throws {
            let made = try Emulation.apply("setp.\(word).f32 %p0, %x, %y; selp.u32 %d, 1, 0, %p0;", x, y).words
            for i in x.indices {
                #expect(
                    made[i] == (expected(single(x[i]), single(y[i])) ? 1 : 0), "\(word) \(single(x[i])) \(single(y[i]))"
                )
            }
        }
        func isUnordered(_ a: Float, _ b: Float) -> Bool { a.isNaN || b.isNaN }
        try check("eq") { a, b in a == b }
        try check("ne") { a, b in !isUnordered(a, b) && a != b }
        try check("lt") { a, b in a < b }
        try check("ge") { a, b in a >= b }
        try check("equ") { a, b in isUnordered(a, b) || a == b }
        try check("neu") { a, b in a != b }
        try check("gtu") { a, b in isUnordered(a, b) || a > b }
        try check("leu") { a, b in isUnordered(a, b) || a <= b }
        try check("num") { a, b in !isUnordered(a, b) }
        try check("nan") { a, b in isUnordered(a, b) }
        let made = try Emulation.apply(
            "testp.subnormal.f32 %p0, %x; testp.finite.f32 %p1, %x; selp.u32 %d, 1, 0, %p0; @%p1 or.b32 %d, %d, 2;", x)
        for i in x.indices {
            let value = single(x[i])
            #expect(made.words[i] == (value.isSubnormal ? 1 : 0) + (value.isFinite ? 2 : 0))
        }
    }

    @Test func approximationsStayWithinTheirErrors() throws {
        // Relative or absolute errors of the PTX manual.
        func check(
            _ snippet: String, _ x: [UInt64], relative: Double = 0, absolute: Double = 0, _ expected: (Double) -> Double
        ) throws {
            let made = try Emulation.apply(snippet, x).words
            for i in x.indices {
                let exact = expected(Double(single(x[i])))
                let got = Double(Float(bitPattern: made[i]))
                if exact.isNaN { #expect(got.isNaN); continue }
                if Float(exact).isInfinite { #expect(got == exact || got == Double(Float(exact))); continue }
                let allowed = max(relative * exact.magnitude, absolute) + Double(Float.leastNormalMagnitude)
                #expect(
                    (got - exact).magnitude <= allowed, "\(snippet) of \(single(x[i])): \(got), not \(exact)")
            }
        }
        let any = Operands.floats(9, range: 40)
        let small = Operands.floats(10, range: 6, specials: false)
        let positive = any.map { $0 & 0x7fff_ffff }
        try check("ex2.approx.f32 %d, %x;", small, relative: 0x1p-22, Self.exp2)
        try check("ex2.approx.ftz.f32 %d, %x;", any, relative: 0x1p-22, Self.exp2)
        try check("lg2.approx.f32 %d, %x;", positive, relative: 0x1p-22, absolute: 0x1p-22, Self.log2)
        try check("rcp.approx.ftz.f32 %d, %x;", small, relative: 0x1p-23) { 1 / $0 }
        try check("rsqrt.approx.f32 %d, %x;", small.map { $0 & 0x7fff_ffff }, relative: 0x1p-22) { 1 / $0.squareRoot() }
        try check(
            "sqrt.approx.f32 %d, %x;", positive.filter { $0 < 0x7f80_0000 && $0 > 0x80_0000 }.prefix32,
            relative: 0x1p-22
        ) {
            $0.squareRoot()
        }
        try check("sin.approx.f32 %d, %x;", small.map { $0 & 0xbfff_ffff }, absolute: 0x1p-20) { Self.sine($0) }
        try check("tanh.approx.f32 %d, %x;", small, relative: 0x1p-11) { value in
            let power = Self.exp2(2 * value.magnitude * 1.4426950408889634)
            let made = power.isInfinite ? 1 : (power - 1) / (power + 1)
            return value < 0 ? -made : made
        }
        let made = try Emulation.apply("div.approx.f32 %d, %x, %y;", small, small.reversed()).words
        for i in small.indices {
            let exact = Double(single(small[i])) / Double(single(small[small.count - 1 - i]))
            #expect((Double(Float(bitPattern: made[i])) - exact).magnitude <= exact.magnitude * 0x1p-22)
        }
    }

    /// Series good to a few units in the last place of double precision; no library of the code under test is used.
    private static func exp2(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 1100 { return .infinity }
        if x < -1100 { return 0 }
        let whole = x.rounded()
        let t = (x - whole) * 0.6931471805599453
        var (sum, term) = (1.0, 1.0)
        for k in 1..<20 {
            term *= t / Double(k)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
    }

    private static func log2(_ x: Double) -> Double {
        if x.isNaN || x < 0 { return .nan }
        if x == 0 { return -.infinity }
        if x.isInfinite { return x }
        let t = (x.significand - 1) / (x.significand + 1)
        var (sum, power) = (0.0, t)
        for k in stride(from: 1, to: 60, by: 2) {
            sum += power / Double(k)
            power *= t * t
        }
        return Double(x.exponent) + 2 * sum / 0.6931471805599453
    }

    private static func sine(_ x: Double) -> Double {
        let t = x - (x / 6.283185307179586).rounded() * 6.283185307179586
        var (sum, term) = (t, t)
        for k in 1..<20 {
            term *= -t * t / Double(2 * k * (2 * k + 1))
            sum += term
        }
        return sum
    }
}

extension Array {
    /// As many elements as whole warps take.
    var prefix32: [Element] { Array(prefix(count / 32 * 32)) }
}
