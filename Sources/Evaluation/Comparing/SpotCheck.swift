import KernelIR

/// Finds out whether a timed batch wrote its outputs, at the cost of a few hundred elements.
///
/// Before the batch, random places of an output get plausible wrong values; afterwards they must hold right ones. A
/// candidate that skips work it did before cannot tell where, short of computing the output again.
struct SpotCheck: Sendable {
    /// Places checked in one output.
    static let places = 64

    private let expected: ExpectedOutput
    private let decoys: [(place: Int, value: Double)]

    /// Chooses places and decoys for one output.
    init(_ expected: ExpectedOutput, using random: inout some RandomNumberGenerator) {
        self.expected = expected
        let values = expected.values
        guard !values.isEmpty else {
            decoys = []
            return
        }
        decoys = (0..<min(Self.places, values.count)).map { _ in
            let place = Int.random(in: values.indices, using: &random)
            let other = values[Int.random(in: values.indices, using: &random)]
            return (place, Self.decoy(for: values[place], from: other, in: expected))
        }
    }

    /// Writes the decoys.
    func plant(in output: UnsafeMutableRawBufferPointer) {
        for decoy in decoys { expected.dtype.store(decoy.value, to: output, at: decoy.place) }
    }

    /// The first place that does not hold a right value, and whether it still holds the planted one; nil if all do.
    func firstMiss(in output: UnsafeRawBufferPointer) -> (place: Int, untouched: Bool)? {
        for decoy in decoys {
            let found = expected.value(at: decoy.place, of: output)
            if expected.accepts(found, at: decoy.place) { continue }
            let slack = abs(decoy.value) * 4 * expected.dtype.roundingUnit
            return (decoy.place, abs(found - decoy.value) <= slack)
        }
        return nil
    }

    /// Another element's value where it is clearly wrong here, else a value that is.
    private static func decoy(for right: Double, from other: Double, in expected: ExpectedOutput) -> Double {
        if expected.dtype == .bool { return right == 0 ? 1 : 0 }
        guard right.isFinite else { return 0 }
        if other.isFinite, abs(other - right) > 0.1 * (abs(right) + expected.rms) { return other }
        return expected.dtype.isFloatingPoint ? right * 0.5 - (expected.rms == 0 ? 1 : expected.rms) : right + 1
    }
}

extension ExpectedOutput {
    /// Whether one value is right at its place by the elementwise bound.
    func accepts(_ found: Double, at index: Int) -> Bool {
        let right = values[index]
        if found == right || (found.isNaN && right.isNaN) { return true }
        guard found.isFinite, right.isFinite else { return false }
        return abs(found - right) <= (tolerance?.elementwise ?? 0) * (abs(right) + rms)
    }
}

extension DType {
    /// Stores one number in a packed buffer, rounded to this type; integers saturate.
    func store(_ value: Double, to buffer: UnsafeMutableRawBufferPointer, at index: Int) {
        let offset = index * byteCount
        func put<Number>(_ number: Number) { buffer.storeBytes(of: number, toByteOffset: offset, as: Number.self) }
        switch self {
        case .float32: put(Float(value))
        case .float64: put(value)
        case .float16: put(Float16(value))
        case .bfloat16: put(UInt16(truncatingIfNeeded: Float(value).bitPattern >> 16))
        case .int8: put(Int8(max(-128, min(127, value))))
        case .uint8: put(UInt8(max(0, min(255, value))))
        case .int16: put(Int16(max(-0x1p15, min(0x1p15 - 1, value))))
        case .uint16: put(UInt16(max(0, min(0x1p16 - 1, value))))
        case .int32: put(Int32(max(-0x1p31, min(0x1p31 - 1, value))))
        case .uint32: put(UInt32(max(0, min(0x1p32 - 1, value))))
        case .int64: put(Int64(max(-0x1p53, min(0x1p53, value))))
        case .uint64: put(UInt64(max(0, min(0x1p53, value))))
        case .bool: put(UInt8(value == 0 ? 0 : 1))
        }
    }
}
