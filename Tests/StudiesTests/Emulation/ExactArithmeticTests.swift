import Foundation
import Testing

@testable import Studies

/// The exact arithmetic that the emulator is compared with, against the processor's.
@Suite struct ExactArithmeticTests {
    private let single = FloatFormat.single

    /// Operands with special values, ties and cancellations among them.
    private func operands(_ count: Int, _ cases: Int = 3000) -> [[UInt64]] {
        var source = OperandSource(seed: 11)
        return source.operands(Array(repeating: .float(single), count: count), count: cases)
    }

    private func float(_ bits: UInt64) -> Float { Float(bitPattern: UInt32(bits)) }

    private func expect(
        _ made: FloatValue, _ wanted: Float, _ what: String, _ place: SourceLocation = #_sourceLocation
    ) {
        let bits = single.bits(made)
        #expect(
            single.isSame(bits, UInt64(wanted.bitPattern)), "\(what): \(float(bits)), not \(wanted)",
            sourceLocation: place)
    }

    @Test func operationsRoundAsTheProcessorDoes() {
        let sets = operands(3)
        for index in sets[0].indices {
            let (a, b, c) = (sets[0][index], sets[1][index], sets[2][index])
            let (x, y, z) = (single.value(a), single.value(b), single.value(c))
            let (p, q, r) = (float(a), float(b), float(c))
            expect(.sum(x, y, .nearestEven), p + q, "\(p) + \(q)")
            expect(.product(x, y), p * q, "\(p) · \(q)")
            expect(.quotient(x, y), p / q, "\(p) / \(q)")
            expect(.fused(x, y, z, .nearestEven), r.addingProduct(p, q), "\(p) · \(q) + \(r)")
            expect(x.root, p.squareRoot(), "√\(p)")
            expect(x.whole(.nearestEven), p.rounded(.toNearestOrEven), "\(p) to a whole number")
            expect(x.whole(.up), p.rounded(.up), "\(p) up")
            #expect((FloatValue.order(x, y) ?? 2) == (p < q ? -1 : p > q ? 1 : p == q ? 0 : 2))
        }
    }

    @Test func doublesRoundAsTheProcessorDoes() {
        let double = FloatFormat.double
        var source = OperandSource(seed: 12)
        let sets = source.operands([.float(double), .float(double), .float(double)], count: 2000)
        for index in sets[0].indices {
            let (p, q) = (Double(bitPattern: sets[0][index]), Double(bitPattern: sets[1][index]))
            let r = Double(bitPattern: sets[2][index])
            let (x, y, z) = (double.value(p.bitPattern), double.value(q.bitPattern), double.value(r.bitPattern))
            #expect(double.isSame(double.bits(.fused(x, y, z, .nearestEven)), r.addingProduct(p, q).bitPattern))
            #expect(double.isSame(double.bits(.quotient(x, y)), (p / q).bitPattern), "\(p) / \(q)")
            #expect(double.isSame(double.bits(x.root), p.squareRoot().bitPattern), "√\(p)")
            #expect(single.isSame(single.bits(x), UInt64(Float(p).bitPattern)), "\(p) to single precision")
        }
    }

    @Test func directionsEncloseTheExactResult() {
        let sets = operands(2)
        for index in sets[0].indices {
            let exact = FloatValue.product(single.value(sets[0][index]), single.value(sets[1][index]))
            guard case .finite(let number) = exact else { continue }
            let (down, up) = (single.bits(exact, .down), single.bits(exact, .up))
            let zero = single.bits(exact, .towardZero)
            #expect(FloatValue.order(single.value(down), exact) ?? 1 <= 0)
            #expect(FloatValue.order(single.value(up), exact) ?? -1 >= 0)
            #expect(zero == (number.isNegative ? up : down))
            // Nothing lies between the two, which are the same where the result is a number of the format.
            let steps = number.isNegative ? down &- up : up &- down
            #expect(steps <= 1)
            let nearest = single.bits(exact)
            #expect(nearest == down || nearest == up)
        }
    }

    @Test func tiesGoWhereTheyShould() {
        let format = FloatFormat.half
        // 1 + 2⁻¹¹ is the middle of two halves, 1 + 3 · 2⁻¹¹ of the next two.
        func number(_ quarters: Int) -> FloatValue {
            .finite(ExactNumber(isNegative: false, significand: UInt128(2048 + quarters), exponent: -11))
        }
        #expect(format.bits(number(1)) == 0x3c00 && format.bits(number(3)) == 0x3c02)
        #expect(format.bits(number(1), .nearestAway) == 0x3c01 && format.bits(number(3), .nearestAway) == 0x3c02)
        #expect(format.bits(number(1), .up) == 0x3c01 && format.bits(number(1), .towardZero) == 0x3c00)
        // Beyond the largest number, and below the least one.
        #expect(format.bits(.finite(ExactNumber(65_520)), .nearestEven) == 0x7c00)
        #expect(format.bits(.finite(ExactNumber(65_519)), .nearestEven) == 0x7bff)
        #expect(format.bits(.finite(ExactNumber(1 << 40)), .down) == 0x7bff)
        let tiny = FloatValue.finite(ExactNumber(isNegative: true, significand: 1, exponent: -25))
        #expect(format.bits(tiny) == 0x8000 && format.bits(tiny, .down) == 0x8001)
    }

    @Test func seriesAgreeWithTheLibrary() {
        for step in 0...4000 {
            let x = Double(step) / 100 - 20
            func near(_ made: Double, _ wanted: Double, _ what: String) {
                #expect((made - wanted).magnitude <= 0x1p-39 * max(wanted.magnitude, 0x1p-20), "\(what) of \(x)")
            }
            near(ElementaryFunction.exp2(x), Foundation.exp2(x), "exp2")
            near(ElementaryFunction.tanh(x), Foundation.tanh(x), "tanh")
            near(ElementaryFunction.log2(x + 20.005), Foundation.log2(x + 20.005), "log2")
            #expect((ElementaryFunction.sine(16 * x) - Foundation.sin(16 * x)).magnitude <= 0x1p-40)
            #expect((ElementaryFunction.cosine(16 * x) - Foundation.cos(16 * x)).magnitude <= 0x1p-40)
        }
    }
}
