import Foundation
import KernelIR

/// Evaluates operators on constants, so that arithmetic on shapes is done when the model is read.
///
/// Only what models compute shapes with; results that a type does not hold exactly are left to the workload.
enum ConstantFolding {
    /// More elements than this are computed by the workload, not here.
    static let largest = 1 << 16

    /// Functions of one element by ATen operator.
    static let unary: [String: @Sendable (Double) -> Double] = [
        "aten.neg.default": { -$0 }, "aten.abs.default": { abs($0) }, "aten.floor.default": { $0.rounded(.down) },
        "aten.ceil.default": { $0.rounded(.up) }, "aten.round.default": { $0.rounded(.toNearestOrEven) },
        "aten.sqrt.default": { $0.squareRoot() }, "aten.reciprocal.default": { 1 / $0 },
        "aten.logical_not.default": { $0 == 0 ? 1 : 0 }, "aten.sign.default": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    ]

    /// Functions of two elements by ATen operator.
    static let binary: [String: @Sendable (Double, Double) -> Double] = [
        "aten.add.Tensor": { $0 + $1 }, "aten.sub.Tensor": { $0 - $1 }, "aten.mul.Tensor": { $0 * $1 },
        "aten.div.Tensor": { $0 / $1 }, "aten.maximum.default": { $0.isNaN || $0 > $1 ? $0 : $1 },
        "aten.minimum.default": { $0.isNaN || $0 < $1 ? $0 : $1 }, "aten.eq.Tensor": { $0 == $1 ? 1 : 0 },
        "aten.ne.Tensor": { $0 != $1 ? 1 : 0 }, "aten.lt.Tensor": { $0 < $1 ? 1 : 0 },
        "aten.le.Tensor": { $0 <= $1 ? 1 : 0 }, "aten.gt.Tensor": { $0 > $1 ? 1 : 0 },
        "aten.ge.Tensor": { $0 >= $1 ? 1 : 0 }, "aten.logical_and.default": { $0 != 0 && $1 != 0 ? 1 : 0 },
        "aten.logical_or.default": { $0 != 0 || $1 != 0 ? 1 : 0 },
        "aten.truncated_quotient": { ($0 / $1).rounded(.towardZero) },
        "aten.remainder.Tensor": { $0 - ($0 / $1).rounded(.down) * $1 },
        "aten.fmod.Tensor": { $0.truncatingRemainder(dividingBy: $1) },
    ]

    /// Reductions of all elements by ATen operator.
    static let reductions: [String: @Sendable ([Double]) -> Double?] = [
        "aten.sum.dim_IntList": { $0.reduce(0, +) }, "aten.prod.default": { $0.reduce(1, *) },
        "aten.amax.default": { $0.max() }, "aten.amin.default": { $0.min() },
    ]

    /// A constant of results, or nil where the type does not hold one of them.
    static func constant(_ values: [Double], _ shape: [Int], _ dtype: DType) -> ImportedValue? {
        let rounded = dtype.isFloatingPoint ? values.map(dtype.rounded) : values
        guard dtype.isFloatingPoint || rounded.allSatisfy({ $0.magnitude <= 0x1p53 && dtype.represents($0) }) else {
            return nil
        }
        return .constant(rounded, shape, dtype)
    }

    /// Applies a function of two elements with broadcasting.
    static func combine(
        _ left: (values: [Double], shape: [Int]), _ right: (values: [Double], shape: [Int]), to shape: [Int],
        _ function: (Double, Double) -> Double
    ) -> [Double] {
        zip(expand(left.values, left.shape, to: shape), expand(right.values, right.shape, to: shape)).map(function)
    }

    /// Repeats elements along axes of extent 1.
    static func expand(_ values: [Double], _ shape: [Int], to target: [Int]) -> [Double] {
        shape == target ? values : read(values, shape: target, strides: Shape.broadcastStrides(shape, to: target))
    }

    /// Reads elements at strides, row-major over a shape.
    static func read(_ values: [Double], shape: [Int], strides: [Int], offset: Int = 0) -> [Double] {
        guard !shape.contains(0) else { return [] }
        var places = [offset]
        for (extent, stride) in zip(shape, strides) {
            places = places.flatMap { place in (0..<extent).map { place + $0 * stride } }
        }
        return places.map { values[$0] }
    }

    /// Converts an element to a type as ONNX's Cast does; nil where a type has no such number.
    static func cast(_ value: Double, to dtype: DType) -> Double? {
        if dtype.isFloatingPoint { return dtype.rounded(value) }
        if dtype == .bool { return value == 0 ? 0 : 1 }
        let whole = value.rounded(.towardZero)
        return whole.magnitude <= 0x1p63 && (whole.magnitude > 0x1p53 || dtype.represents(whole)) ? whole : nil
    }
}

extension DType {
    /// The nearest number of a floating-point type.
    func rounded(_ value: Double) -> Double {
        switch self {
        case .float32: Double(Float(value))
        case .float16: Double(HalfPrecision.float(float16: HalfPrecision.float16(Float(value))))
        case .bfloat16: Double(HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(Float(value))))
        default: value
        }
    }
}
