import KernelIR

/// Writes generated numbers into memory in a tensor's own type.
struct TensorWriter {
    var dtype: DType
    var count: Int
    var buffer: UnsafeMutableRawBufferPointer

    /// Writes the pair made for position `i` to the elements 2i and 2i + 1, rounded to the dtype.
    @inline(__always)
    func write(_ pair: (Int) -> (Float, Float)) {
        switch dtype {
        case .float32: store(Float.self, pair) { $0 }
        case .float64: store(Double.self, pair) { Double($0) }
        case .float16: store(UInt16.self, pair) { HalfPrecision.float16($0) }
        case .bfloat16: store(UInt16.self, pair) { HalfPrecision.bfloat16($0) }
        default: preconditionFailure("integers are drawn by writeIntegers")
        }
    }

    /// The element at an index of a floating-point buffer.
    static func read(_ dtype: DType, _ buffer: UnsafeMutableRawBufferPointer, at index: Int) -> Float {
        let offset = index * dtype.byteCount
        switch dtype {
        case .float32: return buffer.load(fromByteOffset: offset, as: Float.self)
        case .float64: return Float(buffer.load(fromByteOffset: offset, as: Double.self))
        case .float16: return HalfPrecision.float(float16: buffer.load(fromByteOffset: offset, as: UInt16.self))
        case .bfloat16: return HalfPrecision.float(bfloat16: buffer.load(fromByteOffset: offset, as: UInt16.self))
        default: preconditionFailure("integers are no floating-point numbers")
        }
    }

    /// Writes integers uniform in 0 ..< `bound` (of which 8-bit types keep the low bits), or booleans.
    func writeIntegers(_ stream: RandomStream, below bound: Int = 8) {
        for index in 0..<count {
            let bits = stream.bits(index)
            switch dtype {
            case .bool: buffer.storeBytes(of: UInt8(bits & 1), toByteOffset: index, as: UInt8.self)
            default:
                // Little-endian, so that the low byte comes first whatever the width.
                var value = (bits % UInt64(bound)).littleEndian
                withUnsafeBytes(of: &value) { bytes in
                    let width = dtype.byteCount
                    UnsafeMutableRawBufferPointer(rebasing: buffer[(index * width)..<((index + 1) * width)])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<width]))
                }
            }
        }
    }

    @inline(__always)
    private func store<Stored>(_: Stored.Type, _ pair: (Int) -> (Float, Float), _ convert: (Float) -> Stored) {
        guard count > 0, let base = buffer.baseAddress else { return }
        precondition(buffer.count >= count * MemoryLayout<Stored>.stride, "the buffer is too small for the tensor")
        let elements = base.bindMemory(to: Stored.self, capacity: count)
        for position in 0..<(count / 2) {
            let (first, second) = pair(position)
            elements[2 * position] = convert(first)
            elements[2 * position + 1] = convert(second)
        }
        if count % 2 == 1 { elements[count - 1] = convert(pair(count / 2).0) }
    }
}
