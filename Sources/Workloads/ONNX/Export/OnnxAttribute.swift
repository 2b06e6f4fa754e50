import Foundation
import KernelIR

/// A named attribute of an ONNX operator.
enum OnnxAttribute {
    case int(String, Int)
    case ints(String, [Int])
    case float(String, Double)
    case string(String, String)
    case strings(String, [String])
    case tensor(String, Onnx_TensorProto)

    /// A truth value, which ONNX writes as 0 or 1.
    static func flag(_ name: String, _ value: Bool) -> OnnxAttribute { .int(name, value ? 1 : 0) }

    /// An element type, which ONNX writes as a number.
    static func type(_ name: String, _ dtype: DType) -> OnnxAttribute {
        .int(name, Onnx_TensorProto.DataType(dtype).rawValue)
    }

    /// The attribute as a message.
    var proto: Onnx_AttributeProto {
        var proto = Onnx_AttributeProto()
        switch self {
        case .int(let name, let value):
            (proto.name, proto.type, proto.i) = (name, .int, Int64(value))
        case .ints(let name, let values):
            (proto.name, proto.type, proto.ints) = (name, .ints, values.map(Int64.init))
        case .float(let name, let value):
            (proto.name, proto.type, proto.f) = (name, .float, Float(value))
        case .string(let name, let text):
            (proto.name, proto.type, proto.s) = (name, .string, .init(text.utf8))
        case .strings(let name, let texts):
            (proto.name, proto.type, proto.strings) = (name, .strings, texts.map { Data($0.utf8) })
        case .tensor(let name, let tensor):
            (proto.name, proto.type, proto.t) = (name, .tensor, tensor)
        }
        return proto
    }
}
