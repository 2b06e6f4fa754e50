import Foundation
import KernelIR

extension Onnx_TensorProto.DataType {
    /// The ONNX name of an element type.
    init(_ dtype: DType) {
        switch dtype {
        case .float64: self = .double
        case .float32: self = .float
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .int8: self = .int8
        case .uint8: self = .uint8
        case .int16: self = .int16
        case .uint16: self = .uint16
        case .int32: self = .int32
        case .uint32: self = .uint32
        case .int64: self = .int64
        case .uint64: self = .uint64
        case .bool: self = .bool
        }
    }
}

extension Onnx_TensorProto {
    /// A tensor of explicit row-major values.
    init(_ dtype: DType, _ shape: [Int], _ values: [Double]) {
        self.init(dtype, shape, bytes: RawElements.encode(values, as: dtype))
    }

    /// A tensor of row-major little-endian elements.
    init(_ dtype: DType, _ shape: [Int], bytes: Data) {
        self.init()
        dataType = Int32(DataType(dtype).rawValue)
        dims = shape.map(Int64.init)
        rawData = bytes
    }
}

extension Onnx_ValueInfoProto {
    /// The declaration of a graph input or output.
    init(spec: TensorSpec) {
        self.init()
        name = spec.name
        type.tensorType.elemType = Int32(Onnx_TensorProto.DataType(spec.dtype).rawValue)
        type.tensorType.shape.dim = spec.shape.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            dimension.dimValue = Int64(extent)
            return dimension
        }
    }
}
