import KernelIR
import Testing
import Workloads

@testable import Studies

/// Rounding by float32 arithmetic, as the interpreter does it, against rounding by bits.
@Suite struct NarrowFormatTests {
    private static let samples: [Float] = [
        0, 1, -1, 0.1, -0.1, 3.14159, 1 + 0x1p-11, 1 + 0x1p-8, 1234.567, -65504, 65520, 7e4, 1e-5, -3e-6, 6e-8,
        .infinity,
        -.infinity, 1e30, 0x1.fffffep-3,
    ]

    /// The value of the expression at a sample, in float32.
    private func rounded(_ format: NarrowFormat, _ x: Float) -> Float {
        Self.evaluate(format.rounded(.float(Double(x))))
    }

    @Test(arguments: samples) func float16(x: Float) {
        let expected = Float(Float16(x))
        #expect(rounded(.float16, x) == expected)
    }

    @Test(arguments: samples) func bfloat16(x: Float) { #expect(rounded(.bfloat16, x) == Self.nearest(x, digits: 8)) }

    @Test(arguments: samples) func tf32(x: Float) { #expect(rounded(.tf32, x) == Self.nearest(x, digits: 11)) }

    @Test func nanStaysNaN() {
        for format in NarrowFormat.allCases { #expect(rounded(format, .nan).isNaN) }
    }

    /// Round to nearest, ties to even, by bits.
    private static func nearest(_ x: Float, digits: UInt32) -> Float {
        guard x.isFinite else { return x }
        let dropped = 24 - digits
        let bits = x.bitPattern
        let half = (UInt32(1) << (dropped - 1)) - 1 + ((bits >> dropped) & 1)
        return Float(bitPattern: (bits + half) & ~((1 << dropped) - 1))
    }

    private static func evaluate(_ expression: Expr) -> Float {
        switch expression {
        case .constant(let value, _): Float(value)
        case .unary(.absolute, let a): abs(evaluate(a))
        case .binary(.add, let a, let b): evaluate(a) + evaluate(b)
        case .binary(.subtract, let a, let b): evaluate(a) - evaluate(b)
        case .binary(.multiply, let a, let b): evaluate(a) * evaluate(b)
        case .select(let condition, let a, let b): holds(condition) ? evaluate(a) : evaluate(b)
        default: .nan
        }
    }

    private static func holds(_ condition: Expr) -> Bool {
        switch condition {
        case .binary(.less, let a, let b): evaluate(a) < evaluate(b)
        case .binary(.equal, let a, let b): evaluate(a) == evaluate(b)
        default: false
        }
    }
}
