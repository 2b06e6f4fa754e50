import Foundation
import KernelIR

/// A value while a model is read: its type, and its elements where they are known already.
struct ImportedValue: Sendable {
    /// Where the elements come from.
    enum Source: Sendable {
        /// Computed when the workload runs.
        case runtime
        /// A parameter, whose elements are stored in its own type.
        case weight(Data)
        /// Known, row-major.
        case constant([Double])
    }

    /// The name in the workload; empty for a constant that no node has read yet and that has no ONNX name.
    var name: String
    var type: TensorType
    var source: Source

    var shape: [Int] { type.shape }
    var rank: Int { type.shape.count }
    var dtype: DType { type.dtype }
    var count: Int { type.elementCount }

    /// The elements, if they belong to the model.
    var known: [Double]? {
        switch source {
        case .runtime: nil
        case .weight(let bytes): type.numbers(bytes)
        case .constant(let values): values
        }
    }

    /// The elements of a constant; nil for parameters, which are not folded.
    var constant: [Double]? { if case .constant(let values) = source { values } else { nil } }

    /// A constant without a name.
    static func constant(_ values: [Double], _ shape: [Int], _ dtype: DType) -> ImportedValue {
        ImportedValue(name: "", type: TensorType(dtype: dtype, shape: shape), source: .constant(values))
    }
}

/// A tensor or a number: what ATen's arithmetic takes.
enum Operand: Sendable {
    case tensor(ImportedValue)
    case number(Double)

    var shape: [Int] { if case .tensor(let value) = self { value.shape } else { [] } }
}

extension Int {
    /// The nearest integer towards zero; NaN gives 0 and what is out of range the nearest bound.
    init(saturating value: Double) {
        if let exact = Int(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}
