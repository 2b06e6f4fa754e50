import CEvaluation
import Dispatch
import Glibc
import KernelIR

/// Whether a candidate's outputs lie as near to a baseline's on the same inputs as the two tolerances allow together.
///
/// Agreement spares the oracle; a difference proves nothing against the candidate, so the oracle must then be asked.
struct Agreement {
    /// Types and tolerances, of any draw of the same distribution.
    let expected: [ExpectedOutput]

    /// Compares every element of every output; O(n), on all cores.
    func holds(_ candidate: OutputCopy, _ baseline: OutputCopy) -> Bool {
        expected.allSatisfy { Self.agrees(candidate.bytes(of: $0.name), baseline.bytes(of: $0.name), $0) }
    }

    private static func agrees(
        _ found: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ expected: ExpectedOutput
    ) -> Bool {
        let count = expected.values.count
        guard found.count >= expected.byteCount, other.count >= expected.byteCount else { return false }
        guard count > 0 else { return true }
        guard let own = expected.tolerance, let lenient = expected.baselineTolerance, expected.dtype != .float64 else {
            // Types that must be exact; and doubles, for which no baseline is precise enough to judge by.
            guard let left = found.baseAddress, let right = other.baseAddress else { return false }
            return memcmp(left, right, expected.byteCount) == 0
        }
        let squares = reduce(count, expected.dtype, found, other) { y, r, length in kw_squares_float32(y, r, length) }
        let difference = squares.map(\.difference).reduce(0, +)
        let norm = squares.map(\.reference).reduce(0, +).squareRoot()
        guard difference.squareRoot() <= (own.normwise + lenient.normwise) * norm else { return false }
        let rms = Float(norm / Double(count).squareRoot())
        let bound = Float(own.elementwise + lenient.elementwise)
        return reduce(count, expected.dtype, found, other) { y, r, length in
            kw_far_float32(y, r, length, rms, bound)
        }.allSatisfy { $0 == 0 }
    }

    /// Elements that one core takes at a time.
    private static let stride = 1 << 18

    /// Applies a function to runs of both outputs as floats, in order.
    private static func reduce<Part: Sendable>(
        _ count: Int, _ dtype: DType, _ found: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer,
        _ part: @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Part
    ) -> [Part] {
        let chunks = (count + stride - 1) / stride
        let sources = Unchecked((found, other))
        return [Part](unsafeUninitializedCapacity: chunks) { buffer, initialized in
            let slots = Unchecked(buffer)
            DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
                let range = chunk * stride..<min((chunk + 1) * stride, count)
                let value = withFloats(dtype, sources.value.0, range) { y in
                    withFloats(dtype, sources.value.1, range) { r in part(y, r, range.count) }
                }
                slots.value.initializeElement(at: chunk, to: value)
            }
            initialized = chunks
        }
    }

    private static func withFloats<Result>(
        _ dtype: DType, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>,
        _ body: (UnsafePointer<Float>) -> Result
    ) -> Result {
        guard let start = bytes.baseAddress.map({ $0 + range.lowerBound * dtype.byteCount }) else {
            preconditionFailure("an output of some elements has an address")
        }
        if dtype == .float32 { return body(start.assumingMemoryBound(to: Float.self)) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { wide in
            guard let target = wide.baseAddress else { preconditionFailure("the allocation is not empty") }
            let widen = dtype == .float16 ? kw_widen_float16 : kw_widen_bfloat16
            widen(start.assumingMemoryBound(to: UInt16.self), target, range.count)
            return body(target)
        }
    }
}
