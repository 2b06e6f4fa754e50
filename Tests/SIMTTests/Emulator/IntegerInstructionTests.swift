import Testing

@testable import SIMT

/// Integer arithmetic and bit operations against plain Swift.
@Suite struct IntegerInstructionTests {
    private let x = Operands.integers(1)
    private let y = Operands.integers(2)
    private let z = Operands.integers(3)

    private func check32(
        _ snippet: String, z third: [UInt64]? = nil, _ expected: (UInt32, UInt32, UInt32) -> UInt32,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let z = third ?? self.z
        let made = try Emulation.apply(snippet, x, y, z).words
        for i in x.indices {
            let (a, b, c) = (
                UInt32(truncatingIfNeeded: x[i]), UInt32(truncatingIfNeeded: y[i]), UInt32(truncatingIfNeeded: z[i])
            )
            #expect(made[i] == expected(a, b, c), "\(snippet) of \(a), \(b), \(c)", sourceLocation: place)
        }
    }

    private func check64(
        _ snippet: String, _ expected: (UInt64, UInt64, UInt64) -> UInt64, _ place: SourceLocation = #_sourceLocation
    ) throws {
        let made = try Emulation.apply(snippet, x, y, z).doubles
        for i in x.indices {
            #expect(
                made[i] == expected(x[i], y[i], z[i]), "\(snippet) of \(x[i]), \(y[i]), \(z[i])", sourceLocation: place)
        }
    }

    private func bit(_ value: UInt32, _ index: Int) -> UInt32 { (value >> UInt32(index)) & 1 }
    private func signed(_ bits: UInt32) -> Int32 { Int32(bitPattern: bits) }
    private func signed(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits) }

    @Test func sumsAndProducts() throws {
        try check32("add.s32 %d, %x, %y;") { a, b, _ in a &+ b }
        try check32("sub.u32 %d, %x, %y;") { a, b, _ in a &- b }
        try check32("add.sat.s32 %d, %x, %y;") { a, b, _ in
            UInt32(bitPattern: Int32(clamping: Int64(signed(a)) + Int64(signed(b))))
        }
        try check32("sub.sat.s32 %d, %x, %y;") { a, b, _ in
            UInt32(bitPattern: Int32(clamping: Int64(signed(a)) - Int64(signed(b))))
        }
        try check32("mul.lo.u32 %d, %x, %y;") { a, b, _ in a &* b }
        try check32("mul.hi.u32 %d, %x, %y;") { a, b, _ in a.multipliedFullWidth(by: b).high }
        try check32("mul.hi.s32 %d, %x, %y;") { a, b, _ in
            UInt32(bitPattern: signed(a).multipliedFullWidth(by: signed(b)).high)
        }
        try check32("mad.lo.s32 %d, %x, %y, %z;") { a, b, c in a &* b &+ c }
        try check32("mad.hi.u32 %d, %x, %y, %z;") { a, b, c in a.multipliedFullWidth(by: b).high &+ c }
        try check32("mul24.lo.u32 %d, %x, %y;") { a, b, _ in (a & 0xff_ffff) &* (b & 0xff_ffff) }
        try check32("mul24.hi.s32 %d, %x, %y;") { a, b, _ in
            let product = Int64(signed(a << 8) >> 8) * Int64(signed(b << 8) >> 8)
            return UInt32(truncatingIfNeeded: product >> 16)
        }
        try check32("sad.s32 %d, %x, %y, %z;") { a, b, c in
            c &+ UInt32(truncatingIfNeeded: (Int64(signed(a)) - Int64(signed(b))).magnitude)
        }
        try check64("add.s64 %D, %X, %Y;") { a, b, _ in a &+ b }
        try check64("mul.lo.s64 %D, %X, %Y;") { a, b, _ in a &* b }
        try check64("mul.hi.u64 %D, %X, %Y;") { a, b, _ in a.multipliedFullWidth(by: b).high }
        try check64("mul.hi.s64 %D, %X, %Y;") { a, b, _ in
            UInt64(bitPattern: signed(a).multipliedFullWidth(by: signed(b)).high)
        }
        try check64("mad.lo.u64 %D, %X, %Y, %Z;") { a, b, c in a &* b &+ c }
        try check64("mul.wide.s32 %D, %x, %y;") { a, b, _ in
            UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: a)) * Int64(Int32(truncatingIfNeeded: b)))
        }
        try check64("mad.wide.u32 %D, %x, %y, %Z;") { a, b, c in
            UInt64(UInt32(truncatingIfNeeded: a)) * UInt64(UInt32(truncatingIfNeeded: b)) &+ c
        }
    }

    @Test func narrowNumbersIgnoreWhatStandsAboveThem() throws {
        // The registers hold sums that overflowed 16 bits.
        let overflow = "cvt.u16.u32 %h0, %x; cvt.u16.u32 %h1, %y; add.u16 %h0, %h0, %h1; "
        func sum(_ a: UInt32, _ b: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: a) &+ UInt16(truncatingIfNeeded: b) }
        try check32(overflow + "shr.u16 %h2, %h0, 3; cvt.u32.u16 %d, %h2;") { a, b, _ in UInt32(sum(a, b) >> 3) }
        try check32(overflow + "shr.s16 %h2, %h0, 3; cvt.s32.s16 %d, %h2;") { a, b, _ in
            UInt32(bitPattern: Int32(Int16(bitPattern: sum(a, b)) >> 3))
        }
        try check32(overflow + "max.s16 %h2, %h0, %h1; cvt.s32.s16 %d, %h2;") { a, b, _ in
            UInt32(bitPattern: Int32(max(Int16(bitPattern: sum(a, b)), Int16(truncatingIfNeeded: b))))
        }
        try check32(overflow + "mul.wide.s16 %d, %h0, %h1;") { a, b, _ in
            UInt32(bitPattern: Int32(Int16(bitPattern: sum(a, b))) * Int32(Int16(truncatingIfNeeded: b)))
        }
        try check32(overflow + "setp.lt.u16 %p0, %h0, %h1; selp.u32 %d, 7, 9, %p0;") { a, b, _ in
            sum(a, b) < UInt16(truncatingIfNeeded: b) ? 7 : 9
        }
        try check32(overflow + "mov.b32 %d, {%h0, %h1};") { a, b, _ in UInt32(sum(a, b)) | b << 16 }
    }

    @Test func divisions() throws {
        try check32("div.u32 %d, %x, %y;") { a, b, _ in b == 0 ? ~0 : a / b }
        try check32("rem.u32 %d, %x, %y;") { a, b, _ in b == 0 ? a : a % b }
        try check32("div.s32 %d, %x, %y;") { a, b, _ in
            b == 0 ? ~0 : UInt32(bitPattern: signed(a).dividedReportingOverflow(by: signed(b)).partialValue)
        }
        try check32("rem.s32 %d, %x, %y;") { a, b, _ in
            b == 0 ? a : UInt32(bitPattern: signed(a).remainderReportingOverflow(dividingBy: signed(b)).partialValue)
        }
        try check64("div.s64 %D, %X, %Y;") { a, b, _ in
            b == 0 ? ~0 : UInt64(bitPattern: signed(a).dividedReportingOverflow(by: signed(b)).partialValue)
        }
        try check64("rem.u64 %D, %X, %Y;") { a, b, _ in b == 0 ? a : a % b }
    }

    @Test func extremesAndSigns() throws {
        try check32("min.s32 %d, %x, %y;") { a, b, _ in UInt32(bitPattern: min(signed(a), signed(b))) }
        try check32("max.u32 %d, %x, %y;") { a, b, _ in max(a, b) }
        try check64("max.s64 %D, %X, %Y;") { a, b, _ in UInt64(bitPattern: max(signed(a), signed(b))) }
        try check32("abs.s32 %d, %x;") { a, _, _ in signed(a).magnitude }
        try check32("neg.s32 %d, %x;") { a, _, _ in 0 &- a }
        try check64("abs.s64 %D, %X;") { a, _, _ in signed(a).magnitude }
        try check32("min.s16x2 %d, %x, %y;") { a, b, _ in
            func low(_ v: UInt32) -> Int16 { Int16(truncatingIfNeeded: v) }
            return UInt32(UInt16(bitPattern: min(low(a), low(b))))
                | UInt32(UInt16(bitPattern: min(low(a >> 16), low(b >> 16)))) << 16
        }
    }

    @Test func carries() throws {
        let text = """
            mov.b64 {%r0, %r1}, %X; mov.b64 {%r2, %r3}, %Y;
            add.cc.u32 %r4, %r0, %r2; addc.u32 %r5, %r1, %r3; mov.b64 %D, {%r4, %r5};
            """
        try check64(text) { a, b, _ in a &+ b }
        let difference = """
            mov.b64 {%r0, %r1}, %X; mov.b64 {%r2, %r3}, %Y;
            sub.cc.u32 %r4, %r0, %r2; subc.u32 %r5, %r1, %r3; mov.b64 %D, {%r4, %r5};
            """
        try check64(difference) { a, b, _ in a &- b }
        let product = """
            mov.b64 {%r0, %r1}, %X; mov.b64 {%r2, %r3}, %Y;
            mul.lo.u32 %r4, %r0, %r2; mul.hi.u32 %r5, %r0, %r2;
            mad.lo.cc.u32 %r6, %r0, %r3, %r5; madc.hi.u32 %r7, %r0, %r3, 0; mov.b64 %D, {%r4, %r6};
            """
        try check64(product) { a, b, _ in
            let low = UInt64(UInt32(truncatingIfNeeded: a))
            return low &* b
        }
    }

    @Test func logicAndShifts() throws {
        try check32("and.b32 %d, %x, %y;") { a, b, _ in a & b }
        try check64("xor.b64 %D, %X, %Y;") { a, b, _ in a ^ b }
        try check32("not.b32 %d, %x;") { a, _, _ in ~a }
        try check32("cnot.b32 %d, %x;") { a, _, _ in a == 0 ? 1 : 0 }
        try check32("shl.b32 %d, %x, %y;") { a, b, _ in a << b }
        try check32("shr.u32 %d, %x, %y;") { a, b, _ in a >> b }
        try check32("shr.s32 %d, %x, %y;") { a, b, _ in UInt32(bitPattern: signed(a) >> b) }
        try check64("shl.b64 %D, %X, %y;") { a, b, _ in a << UInt64(UInt32(truncatingIfNeeded: b)) }
        try check64("shr.s64 %D, %X, %y;") { a, b, _ in
            UInt64(bitPattern: signed(a) >> UInt64(UInt32(truncatingIfNeeded: b)))
        }
        try check32("shf.l.wrap.b32 %d, %x, %y, %z;") { a, b, c in
            UInt32(truncatingIfNeeded: ((UInt64(b) << 32 | UInt64(a)) << UInt64(c & 31)) >> 32)
        }
        try check32("shf.r.clamp.b32 %d, %x, %y, %z;") { a, b, c in
            UInt32(truncatingIfNeeded: (UInt64(b) << 32 | UInt64(a)) >> UInt64(min(c, 32)))
        }
        try check32("lop3.b32 %d, %x, %y, %z, 0x96;") { a, b, c in a ^ b ^ c }
        try check32("lop3.b32 %d, %x, %y, %z, 0xca;") { a, b, c in (a & b) | (~a & c) }
    }

    @Test func countsAndFields() throws {
        try check32("popc.b32 %d, %x;") { a, _, _ in UInt32(a.nonzeroBitCount) }
        try check32("popc.b64 %d, %X;", { _, _, _ in 0 }, compare: { i in UInt32(x[i].nonzeroBitCount) })
        try check32("clz.b32 %d, %x;") { a, _, _ in UInt32(a.leadingZeroBitCount) }
        try check32("clz.b64 %d, %X;", { _, _, _ in 0 }, compare: { i in UInt32(x[i].leadingZeroBitCount) })
        try check32("brev.b32 %d, %x;") { a, _, _ in
            var made: UInt32 = 0
            for index in 0..<32 { made |= bit(a, index) << UInt32(31 - index) }
            return made
        }
        try check32("bfind.u32 %d, %x;") { a, _, _ in a == 0 ? ~0 : UInt32(31 - a.leadingZeroBitCount) }
        try check32("bfind.shiftamt.s32 %d, %x;") { a, _, _ in
            let bits = signed(a) < 0 ? ~a : a
            return bits == 0 ? ~0 : UInt32(bits.leadingZeroBitCount)
        }
        func field(_ value: UInt64, _ position: UInt32, _ length: UInt32, _ width: Int, _ isSigned: Bool) -> UInt64 {
            let (p, n) = (Int(position & 0xff), Int(length & 0xff))
            let sign: UInt64 = isSigned && n > 0 ? (value >> UInt64(min(p + n - 1, width - 1))) & 1 : 0
            var made: UInt64 = 0
            for index in 0..<width {
                let found = index < n && p + index < width ? (value >> UInt64(p + index)) & 1 : sign
                made |= found << UInt64(index)
            }
            return made
        }
        let small = z.map { $0 % 41 }
        let text = "and.b32 %r0, %y, 63; "
        try check32(text + "bfe.u32 %d, %x, %r0, %z;", z: small) { a, b, c in
            UInt32(field(UInt64(a), b & 63, c, 32, false))
        }
        try check32(text + "bfe.s32 %d, %x, %r0, %z;", z: small) { a, b, c in
            UInt32(truncatingIfNeeded: field(UInt64(a), b & 63, c, 32, true))
        }
        try check32(text + "bfi.b32 %d, %x, %y, %r0, %z;", z: small) { a, b, c in
            let p = Int(b & 63)
            var made: UInt32 = 0
            for index in 0..<32 {
                let isInside = index >= p && index < p + Int(c)
                made |= (isInside ? bit(a, index - p) : bit(b, index)) << UInt32(index)
            }
            return made
        }
        try check32("fns.b32 %d, %x, 0, 3;") { a, _, _ in
            var left = 3
            for index in 0..<32 where bit(a, index) != 0 {
                left -= 1
                if left == 0 { return UInt32(index) }
            }
            return ~0
        }
    }

    private func check32(
        _ snippet: String, _ unused: (UInt32, UInt32, UInt32) -> UInt32, compare: (Int) -> UInt32
    ) throws {
        let made = try Emulation.apply(snippet, x, y, z).words
        for i in x.indices { #expect(made[i] == compare(i), "\(snippet) of \(x[i])") }
    }

    @Test func permutationsAndDots() throws {
        try check32("prmt.b32 %d, %x, %y, %z;") { a, b, c in
            let bytes = UInt64(b) << 32 | UInt64(a)
            var made: UInt32 = 0
            for k in 0..<4 {
                let choice = c >> UInt32(4 * k)
                var byte = UInt32(truncatingIfNeeded: bytes >> UInt64(8 * (choice & 7))) & 0xff
                if choice & 8 != 0 { byte = byte & 0x80 != 0 ? 0xff : 0 }
                made |= byte << UInt32(8 * k)
            }
            return made
        }
        try check32("prmt.b32.b4e %d, %x, %y, 1;") { a, b, _ in
            // Bytes 6 7 0 1 from the highest down.
            let (high, low) = ((b << 8) & 0xff00_0000 | (b >> 8) & 0xff_0000, (a << 8) & 0xff00 | (a >> 8) & 0xff)
            return high | low
        }
        try check32("prmt.b32.rc16 %d, %x, %y, 1;") { a, _, _ in (a >> 16) | (a & 0xffff_0000) }
        try check32("dp4a.s32.u32 %d, %x, %y, %z;") { a, b, c in
            (0..<4).reduce(c) { sum, k in
                let shift = UInt32(8 * k)
                let product = Int32(Int8(truncatingIfNeeded: a >> shift)) * Int32(UInt8(truncatingIfNeeded: b >> shift))
                return sum &+ UInt32(bitPattern: product)
            }
        }
        try check32("dp2a.hi.s32.s32 %d, %x, %y, %z;") { a, b, c in
            (0..<2).reduce(c) { sum, k in
                let left = Int32(Int16(truncatingIfNeeded: a >> UInt32(16 * k)))
                return sum &+ UInt32(bitPattern: left * Int32(Int8(truncatingIfNeeded: b >> UInt32(16 + 8 * k))))
            }
        }
    }

    @Test func predicates() throws {
        try check32(
            """
            setp.lt.s32 %p0, %x, %y; setp.ge.and.u32 %p1|%p2, %x, %z, %p0;
            selp.u32 %d, 1, 0, %p0; @%p1 add.u32 %d, %d, 2; @!%p2 add.u32 %d, %d, 4;
            """
        ) { a, b, c in
            let p0 = signed(a) < signed(b)
            return (p0 ? 1 : 0) + (a >= c && p0 ? 2 : 0) + (!(a < c && p0) ? 4 : 0)
        }
        try check32(
            """
            setp.eq.u32 %p0, %x, %y; setp.hi.u32 %p1, %x, %y;
            xor.pred %p2, %p0, %p1; not.pred %p3, %p2; and.pred %p4, %p2, %p3; or.pred %p5, %p4, %p2;
            selp.u32 %d, 10, 20, %p5;
            """
        ) { a, b, _ in a >= b ? 10 : 20 }
        try check32("set.gt.u32.s32 %d, %x, %y;") { a, b, _ in signed(a) > signed(b) ? ~0 : 0 }
        try check32("slct.u32.s32 %d, %x, %y, %z;") { a, b, c in signed(c) >= 0 ? a : b }
    }
}
