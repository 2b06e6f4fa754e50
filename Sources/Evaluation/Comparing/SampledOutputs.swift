import KernelIR
import Workers

/// The outputs of a run of which an emulator executed some work-groups only: the elements that they wrote, packed, with the
/// oracle's values for these.
///
/// Whether an element was written is told by the poison that it held before; a value that has the same bytes counts as
/// unwritten. Norms and bounds are those of the written elements alone, so that a sample is judged as strictly as the whole.
struct SampledOutputs {
    /// The input set with the oracle's values of the written elements only.
    let set: InputSet
    /// The written elements, packed.
    let copy: OutputCopy
    /// Elements that were written, of all outputs.
    let written: Int
    /// Elements of all outputs.
    let elements: Int

    /// Collects what was written; O(elements).
    ///
    /// - Parameter poison: what the outputs held before the run.
    init(_ whole: InputSet, poison: Poison) {
        var packed: [String: [UInt8]] = [:]
        var expected: [ExpectedOutput] = []
        var count = 0
        for output in whole.expected {
            let bytes = UnsafeRawBufferPointer(whole.buffers.bytes(of: output.name) ?? .init(start: nil, count: 0))
            let places = Self.places(bytes, element: output.dtype.byteCount, poison: poison.byte)
            packed[output.name] = Self.packed(bytes, element: output.dtype.byteCount, places)
            expected.append(output.restricted(to: places))
            count += places.count
        }
        set = InputSet(name: whole.name, buffers: whole.buffers, expected: expected)
        copy = OutputCopy(packed)
        written = count
        elements = whole.expected.map(\.values.count).reduce(0, +)
    }

    /// Why so little was written that the sample proves nothing; nil where enough was.
    ///
    /// - Parameter coverage: the fraction of the work-groups that ran.
    func rejection(coverage: Double) -> Rejection? {
        let due = coverage * Double(elements)
        guard Double(written) < Self.leastShare * due || written == 0 else { return nil }
        return Rejection(
            .wrongValues,
            "the work-groups that were run wrote \(written) of \(elements) elements, where about \(Int(due)) are due")
    }

    /// Work-groups need not write alike; half of an even share shows that they do write.
    private static let leastShare = 0.5

    private static func places(_ bytes: UnsafeRawBufferPointer, element: Int, poison: UInt8) -> [Int] {
        (0..<bytes.count / element).filter { place in
            (place * element..<(place + 1) * element).contains { bytes[$0] != poison }
        }
    }

    private static func packed(_ bytes: UnsafeRawBufferPointer, element: Int, _ places: [Int]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(places.count * element)
        for place in places { result.append(contentsOf: bytes[place * element..<(place + 1) * element]) }
        return result
    }
}

extension ExpectedOutput {
    /// The values at some places as an output of their own, with the same right to errors.
    fileprivate func restricted(to places: [Int]) -> ExpectedOutput {
        ExpectedOutput(
            name: name, dtype: dtype, values: places.map { values[$0] }, plain: plain,
            reductionLength: reductionLength, storage: storage)
    }
}
