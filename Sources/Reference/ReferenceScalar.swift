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

    /// c = a · b for columns `columns` of row-major c `[m, n]`; b is row-major `[k, n]`, or `[n, k]` where `isTransposed`;
    /// `panel` is room for `panelColumns`·k elements.
    static func multiply(
        m: Int, n: Int, k: Int, a: UnsafePointer<Self>, b: UnsafePointer<Self>, isTransposed: Bool,
        c: UnsafeMutablePointer<Self>, columns: Range<Int>, panel: UnsafeMutablePointer<Self>)

    /// c `[m, width]` = row-major a `[m, k]` · panel `[k, panelColumns]`; rows of c lie `row` elements apart.
    static func multiplyPanel(
        m: Int, k: Int, a: UnsafePointer<Self>, panel: UnsafePointer<Self>, c: UnsafeMutablePointer<Self>, row: Int,
        width: Int)

    /// Fills `count` rows of a panel, `step` elements apart: row i reads x at i·stride + each of `panelColumns` offsets,
    /// or 0 where an offset is negative.
    static func gather(
        count: Int, x: UnsafePointer<Self>, stride: Int, offsets: UnsafePointer<Int>,
        panel: UnsafeMutablePointer<Self>, step: Int)
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
        m: Int, n: Int, k: Int, a: UnsafePointer<Double>, b: UnsafePointer<Double>, isTransposed: Bool,
        c: UnsafeMutablePointer<Double>, columns: Range<Int>, panel: UnsafeMutablePointer<Double>
    ) {
        let (row, column) = isTransposed ? (1, k) : (n, 1)
        kw_gemm_f64(m, n, k, a, b, row, column, c, columns.lowerBound, columns.upperBound, panel)
    }
    public static func multiplyPanel(
        m: Int, k: Int, a: UnsafePointer<Double>, panel: UnsafePointer<Double>, c: UnsafeMutablePointer<Double>,
        row: Int,
        width: Int
    ) {
        kw_multiply_panel_f64(m, k, a, panel, c, row, width)
    }
    public static func gather(
        count: Int, x: UnsafePointer<Double>, stride: Int, offsets: UnsafePointer<Int>,
        panel: UnsafeMutablePointer<Double>, step: Int
    ) {
        kw_gather_f64(count, x, stride, offsets, panel, step)
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
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>, isTransposed: Bool,
        c: UnsafeMutablePointer<Float>, columns: Range<Int>, panel: UnsafeMutablePointer<Float>
    ) {
        let (row, column) = isTransposed ? (1, k) : (n, 1)
        kw_gemm_f32(m, n, k, a, b, row, column, c, columns.lowerBound, columns.upperBound, panel)
    }
    public static func multiplyPanel(
        m: Int, k: Int, a: UnsafePointer<Float>, panel: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>, row: Int,
        width: Int
    ) {
        kw_multiply_panel_f32(m, k, a, panel, c, row, width)
    }
    public static func gather(
        count: Int, x: UnsafePointer<Float>, stride: Int, offsets: UnsafePointer<Int>,
        panel: UnsafeMutablePointer<Float>, step: Int
    ) {
        kw_gather_f32(count, x, stride, offsets, panel, step)
    }
}
