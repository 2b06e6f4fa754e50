import CReference
import Foundation

/// The arithmetic the operators run in: `Double` is the oracle, `Float` the plain implementation it is compared with.
public protocol ReferenceScalar: BinaryFloatingPoint, Sendable {
    /// Whether results are rounded to float16 or bfloat16 where a node declares it; the oracle never rounds.
    static var roundsToDeclaredType: Bool { get }

    static func exp(_ x: Self) -> Self
    static func expm1(_ x: Self) -> Self
    static func log(_ x: Self) -> Self
    static func log1p(_ x: Self) -> Self
    static func tanh(_ x: Self) -> Self
    static func erf(_ x: Self) -> Self
    static func pow(_ x: Self, _ y: Self) -> Self

    /// Columns of one panel of `multiply`.
    static var panelColumns: Int { get }

    /// c = a · b for columns `columns` of row-major b `[k, n]` and c `[m, n]`; `panel` is room for `panelColumns`·k elements.
    static func multiply(
        m: Int, n: Int, k: Int, a: UnsafePointer<Self>, b: UnsafePointer<Self>, c: UnsafeMutablePointer<Self>,
        columns: Range<Int>, panel: UnsafeMutablePointer<Self>)
}

extension Double: ReferenceScalar {
    public static var roundsToDeclaredType: Bool { false }
    public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
    public static func expm1(_ x: Double) -> Double { Foundation.expm1(x) }
    public static func log(_ x: Double) -> Double { Foundation.log(x) }
    public static func log1p(_ x: Double) -> Double { Foundation.log1p(x) }
    public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
    public static func erf(_ x: Double) -> Double { Foundation.erf(x) }
    public static func pow(_ x: Double, _ y: Double) -> Double { Foundation.pow(x, y) }
    public static var panelColumns: Int { 16 }
    public static func multiply(
        m: Int, n: Int, k: Int, a: UnsafePointer<Double>, b: UnsafePointer<Double>, c: UnsafeMutablePointer<Double>,
        columns: Range<Int>, panel: UnsafeMutablePointer<Double>
    ) {
        kw_gemm_f64(m, n, k, a, b, c, columns.lowerBound, columns.upperBound, panel)
    }
}

extension Float: ReferenceScalar {
    public static var roundsToDeclaredType: Bool { true }
    public static func exp(_ x: Float) -> Float { Foundation.exp(x) }
    public static func expm1(_ x: Float) -> Float { Foundation.expm1(x) }
    public static func log(_ x: Float) -> Float { Foundation.log(x) }
    public static func log1p(_ x: Float) -> Float { Foundation.log1p(x) }
    public static func tanh(_ x: Float) -> Float { Foundation.tanh(x) }
    public static func erf(_ x: Float) -> Float { Foundation.erf(x) }
    public static func pow(_ x: Float, _ y: Float) -> Float { Foundation.pow(x, y) }
    public static var panelColumns: Int { 32 }
    public static func multiply(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
        columns: Range<Int>, panel: UnsafeMutablePointer<Float>
    ) {
        kw_gemm_f32(m, n, k, a, b, c, columns.lowerBound, columns.upperBound, panel)
    }
}
