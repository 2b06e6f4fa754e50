import Dispatch
import KernelIR

/// Writes generated numbers into memory in a tensor's own type.
struct TensorWriter {
    var dtype: DType
    var count: Int
    var buffer: UnsafeMutableRawBufferPointer

    /// Writes the pair made for position `i` to the elements 2i and 2i + 1, rounded to the dtype, on all cores.
    @inline(__always)
    func write(_ pair: @Sendable (Int) -> (Float, Float)) {
        switch dtype {
        case .float32: store(Float.self, pair) { $0 }
        case .float64: store(Double.self, pair) { Double($0) }
        case .float16: store(UInt16.self, pair) { HalfPrecision.float16($0) }
        case .bfloat16: store(UInt16.self, pair) { HalfPrecision.bfloat16($0) }
        default: preconditionFailure("integers are drawn by writeIntegers")
        }
    }

    /// Writes the uniform or normal pairs of a stream, rounded to the dtype, on all cores.
    func write(_ stream: RandomStream, isNormal: Bool) {
        guard dtype == .float32 else {
            return isNormal ? write { stream.normalPair($0) } : write { stream.uniformPair($0) }
        }
        let count = count
        share(Float.self, (count + 1) / 2) { elements, range in
            let start = 2 * range.lowerBound
            stream.fill(
                elements + start, count: min(2 * range.count, count - start), from: range.lowerBound,
                isNormal: isNormal)
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

    /// Writes integers uniform in 0 ..< `bound` (of which 8-bit types keep the low bits), or booleans, on all cores.
    func writeIntegers(_ stream: RandomStream, below bound: Int = 8) {
        let bound = UInt64(bound)
        switch dtype.byteCount {
        case _ where dtype == .bool: fill { UInt8(stream.bits($0) & 1) }
        case 1: fill { UInt8(truncatingIfNeeded: stream.bits($0) % bound) }
        case 2: fill { UInt16(truncatingIfNeeded: stream.bits($0) % bound) }
        case 4: fill { UInt32(truncatingIfNeeded: stream.bits($0) % bound) }
        default: fill { stream.bits($0) % bound }
        }
    }

    @inline(__always)
    private func fill<Stored>(_ element: @Sendable (Int) -> Stored) {
        share(Stored.self, count) { elements, range in
            for index in range { elements[index] = element(index) }
        }
    }

    @inline(__always)
    private func store<Stored>(
        _: Stored.Type, _ pair: @Sendable (Int) -> (Float, Float), _ convert: @Sendable (Float) -> Stored
    ) {
        let count = count
        share(Stored.self, (count + 1) / 2) { elements, range in
            for position in range {
                let (first, second) = pair(position)
                elements[2 * position] = convert(first)
                if 2 * position + 1 < count { elements[2 * position + 1] = convert(second) }
            }
        }
    }

    /// Positions that one core takes at a time.
    private static let stride = 1 << 16

    /// Hands disjoint runs of positions to all cores; a value depends on its position alone, never on who makes it.
    @inline(__always)
    private func share<Stored>(
        _: Stored.Type, _ positions: Int, _ body: @Sendable (UnsafeMutablePointer<Stored>, Range<Int>) -> Void
    ) {
        guard count > 0, let base = buffer.baseAddress else { return }
        precondition(buffer.count >= count * MemoryLayout<Stored>.stride, "the buffer is too small for the tensor")
        let address = UInt(bitPattern: base.bindMemory(to: Stored.self, capacity: count))
        let parts = (positions + Self.stride - 1) / Self.stride
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            guard let elements = UnsafeMutablePointer<Stored>(bitPattern: address) else { return }
            body(elements, part * Self.stride..<min((part + 1) * Self.stride, positions))
        }
    }
}
