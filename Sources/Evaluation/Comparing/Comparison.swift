import CEvaluation
import Dispatch
import KernelIR

extension ExpectedOutput {
    /// Elements that one thread compares at a time.
    private static let stride = 1 << 18

    /// Compares every element of a candidate's output with the oracle, on all cores; O(n).
    ///
    /// The result does not depend on the number of threads.
    /// - Parameter found: the output as the candidate left it; must hold `byteCount` bytes.
    func compare(_ found: UnsafeRawBufferPointer) -> Discrepancy {
        precondition(found.count >= byteCount, "the output is shorter than the workload says")
        let count = values.count
        let chunks = (count + Self.stride - 1) / Self.stride
        let parts = [kw_comparison](unsafeUninitializedCapacity: chunks) { buffer, initialized in
            let slots = Unchecked(buffer)
            let source = Unchecked(found)
            DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
                let range = chunk * Self.stride..<min((chunk + 1) * Self.stride, count)
                slots.value.initializeElement(at: chunk, to: compare(source.value, in: range))
            }
            initialized = chunks
        }
        var total = Discrepancy(output: name, elements: count, tolerance: tolerance)
        for (chunk, part) in parts.enumerated() { total.merge(part, offset: chunk * Self.stride) }
        let error = total.squareError.squareRoot()
        total.normwise = error == 0 ? 0 : norm == 0 ? .infinity : error / norm
        return total
    }

    /// The value of one element of a candidate's output.
    func value(at index: Int, of found: UnsafeRawBufferPointer) -> Double {
        dtype.load(found, at: index)
    }

    private func compare(_ found: UnsafeRawBufferPointer, in range: Range<Int>) -> kw_comparison {
        values.withUnsafeBufferPointer { expected in
            let reference = expected.baseAddress! + range.lowerBound
            let start = found.baseAddress! + range.lowerBound * dtype.byteCount
            let bound = tolerance?.elementwise ?? 0
            switch dtype {
            case .float32:
                let y = start.assumingMemoryBound(to: Float.self)
                return kw_compare_float32(y, reference, range.count, rms, bound)
            case .float64:
                let y = start.assumingMemoryBound(to: Double.self)
                return kw_compare_float64(y, reference, range.count, rms, bound)
            case .float16, .bfloat16:
                let y = start.assumingMemoryBound(to: UInt16.self)
                return withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { wide in
                    let widen = dtype == .float16 ? kw_widen_float16 : kw_widen_bfloat16
                    widen(y, wide.baseAddress!, range.count)
                    return kw_compare_float32(wide.baseAddress!, reference, range.count, rms, bound)
                }
            default:
                return withUnsafeTemporaryAllocation(of: Double.self, capacity: range.count) { wide in
                    for index in range {
                        wide.initializeElement(at: index - range.lowerBound, to: dtype.load(found, at: index))
                    }
                    return kw_compare_float64(wide.baseAddress!, reference, range.count, rms, bound)
                }
            }
        }
    }
}

extension DType {
    /// One element of a packed row-major buffer, widened.
    func load(_ buffer: UnsafeRawBufferPointer, at index: Int) -> Double {
        let offset = index * byteCount
        switch self {
        case .float32: return Double(buffer.load(fromByteOffset: offset, as: Float.self))
        case .float64: return buffer.load(fromByteOffset: offset, as: Double.self)
        case .int8: return Double(buffer.load(fromByteOffset: offset, as: Int8.self))
        case .uint8: return Double(buffer.load(fromByteOffset: offset, as: UInt8.self))
        case .int16: return Double(buffer.load(fromByteOffset: offset, as: Int16.self))
        case .uint16: return Double(buffer.load(fromByteOffset: offset, as: UInt16.self))
        case .int32: return Double(buffer.load(fromByteOffset: offset, as: Int32.self))
        case .uint32: return Double(buffer.load(fromByteOffset: offset, as: UInt32.self))
        case .int64: return Double(buffer.load(fromByteOffset: offset, as: Int64.self))
        case .uint64: return Double(buffer.load(fromByteOffset: offset, as: UInt64.self))
        case .bool: return Double(buffer.load(fromByteOffset: offset, as: UInt8.self))
        case .float16, .bfloat16:
            var bits = buffer.load(fromByteOffset: offset, as: UInt16.self)
            var wide: Float = 0
            if self == .float16 { kw_widen_float16(&bits, &wide, 1) } else { kw_widen_bfloat16(&bits, &wide, 1) }
            return Double(wide)
        }
    }
}

/// Lets disjoint parts of one buffer be used by several threads of one synchronous loop.
struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
