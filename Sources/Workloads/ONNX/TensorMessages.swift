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
        self.init()
        dataType = Int32(DataType(dtype).rawValue)
        dims = shape.map(Int64.init)
        rawData = Data(values.flatMap { dtype.bytes(of: $0) })
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

extension DType {
    /// The little-endian bytes of a value in this type, rounded to nearest even where it rounds.
    fileprivate func bytes(of value: Double) -> [UInt8] {
        func little(_ bits: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: bits.littleEndian, Array.init) }
        switch self {
        case .float64: return little(value.bitPattern)
        case .float32: return little(Float(value).bitPattern)
        case .float16: return little(HalfPrecision.float16(Float(value)))
        case .bfloat16: return little(HalfPrecision.bfloat16(Float(value)))
        case .int8: return little(Int8(value))
        case .uint8: return little(UInt8(value))
        case .int16: return little(Int16(value))
        case .uint16: return little(UInt16(value))
        case .int32: return little(Int32(value))
        case .uint32: return little(UInt32(value))
        case .int64: return little(Int64(value))
        case .uint64: return little(UInt64(value))
        case .bool: return [value == 0 ? 0 : 1]
        }
    }
}
