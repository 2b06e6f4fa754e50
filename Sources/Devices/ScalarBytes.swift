import KernelIR

/// The bytes of a scalar kernel argument in host byte order.
enum ScalarBytes {
    /// Nil when the type cannot hold the value exactly (integers) or is no argument type.
    static func encode(_ value: Double, as type: DType) -> [UInt8]? {
        func bytes(_ value: some BitwiseCopyable) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
        switch type {
        case .float32: return bytes(Float(value))
        case .float64: return bytes(value)
        case .float16: return bytes(Float16(value))
        case .int8: return Int8(exactly: value).map(bytes)
        case .uint8: return UInt8(exactly: value).map(bytes)
        case .int16: return Int16(exactly: value).map(bytes)
        case .uint16: return UInt16(exactly: value).map(bytes)
        case .int32: return Int32(exactly: value).map(bytes) ?? UInt32(exactly: value).map(bytes)
        case .uint32: return UInt32(exactly: value).map(bytes)
        case .int64: return Int64(exactly: value).map(bytes)
        case .uint64: return UInt64(exactly: value).map(bytes)
        case .bool, .bfloat16: return nil
        }
    }
}
