import KernelIR

/// Elements as little-endian bytes in files; float16 and bfloat16 travel as float32, which holds them exactly.
enum LittleEndian {
    /// Reads elements; throws `badInput` where the byte count is no multiple of the element size.
    static func decode(_ bytes: [UInt8], as dtype: DType) throws(KernelwrightError) -> [Double] {
        let size = width(dtype)
        guard bytes.count % size == 0 else {
            throw KernelwrightError(
                .badInput, "\(bytes.count) bytes are no whole number of \(dtype.rawValue) elements",
                hint: "give \(size) bytes for each element")
        }
        return bytes.withUnsafeBytes { raw in
            stride(from: 0, to: bytes.count, by: size).map { offset in
                switch dtype {
                case .float32, .float16, .bfloat16:
                    Double(Float(bitPattern: load(raw, offset)))
                case .float64: Double(bitPattern: load(raw, offset))
                case .int8: Double(load(raw, offset) as Int8)
                case .uint8: Double(load(raw, offset) as UInt8)
                case .int16: Double(load(raw, offset) as Int16)
                case .uint16: Double(load(raw, offset) as UInt16)
                case .int32: Double(load(raw, offset) as Int32)
                case .uint32: Double(load(raw, offset) as UInt32)
                case .int64: Double(load(raw, offset) as Int64)
                case .uint64: Double(load(raw, offset) as UInt64)
                case .bool: raw[offset] == 0 ? 0 : 1
                }
            }
        }
    }

    /// Writes elements; each value must be representable in the dtype.
    static func encode(_ values: [Double], as dtype: DType) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * width(dtype))
        for value in values {
            switch dtype {
            case .float32, .float16, .bfloat16: append(Float(value).bitPattern, to: &bytes)
            case .float64: append(value.bitPattern, to: &bytes)
            case .int8: append(Int8(value), to: &bytes)
            case .uint8: append(UInt8(value), to: &bytes)
            case .int16: append(Int16(value), to: &bytes)
            case .uint16: append(UInt16(value), to: &bytes)
            case .int32: append(Int32(value), to: &bytes)
            case .uint32: append(UInt32(value), to: &bytes)
            case .int64: append(Int64(value), to: &bytes)
            case .uint64: append(UInt64(value), to: &bytes)
            case .bool: bytes.append(value == 0 ? 0 : 1)
            }
        }
        return bytes
    }

    private static func width(_ dtype: DType) -> Int {
        switch dtype {
        case .float16, .bfloat16: DType.float32.byteCount
        default: dtype.byteCount
        }
    }

    private static func load<T: FixedWidthInteger>(_ raw: UnsafeRawBufferPointer, _ offset: Int) -> T {
        T(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    private static func append<T: FixedWidthInteger>(_ value: T, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
