import Devices
import KernelIR
import Workers

/// The outputs of a run of which an emulator executed some work-groups only: the elements that they wrote, packed, with
/// the oracle's values for these.
///
/// Whether an element was written is told by the poison that it held before; a value that has the same bytes counts as
/// unwritten. Norms and bounds are those of the written elements alone, so that a sample is judged as strictly as the
/// whole. What was not written is not compared, so the sample must account for the whole of every output.
struct SampledOutputs {
    /// The input set with the oracle's values of the written elements only.
    let set: InputSet
    /// The written elements, packed.
    let copy: OutputCopy
    /// How much was written, output by output.
    let shares: [Share]

    /// What was written of one output.
    struct Share {
        let output: String
        /// Elements that hold something else than before the run.
        let written: Int
        /// Elements that there are.
        let elements: Int
    }

    /// Collects what was written; O(elements).
    ///
    /// - Parameter poison: what the outputs held before the run.
    init(_ whole: InputSet, poison: Poison) {
        var packed: [String: [UInt8]] = [:]
        var expected: [ExpectedOutput] = []
        var shares: [Share] = []
        for output in whole.expected {
            let bytes = UnsafeRawBufferPointer(whole.buffers.bytes(of: output.name) ?? .init(start: nil, count: 0))
            let places = Self.places(bytes, element: output.dtype.byteCount, poison: poison.byte)
            packed[output.name] = Self.packed(bytes, element: output.dtype.byteCount, places)
            expected.append(output.restricted(to: places))
            shares.append(Share(output: output.name, written: places.count, elements: output.values.count))
        }
        set = InputSet(name: whole.name, buffers: whole.buffers, expected: expected)
        copy = OutputCopy(packed)
        self.shares = shares
    }

    /// Why the sample does not stand for the outputs; nil where it does.
    ///
    /// - Parameter samples: what the emulator saw work-groups write; an output that is missing was not written.
    func rejection(_ samples: [OutputSample]) -> Rejection? {
        for share in shares where share.elements > 0 {
            if let rejection = share.rejection(samples.first { $0.output == share.output }) { return rejection }
        }
        return nil
    }

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

extension SampledOutputs.Share {
    fileprivate func rejection(_ sample: OutputSample?) -> Rejection? {
        let text = "output '\(output)': the work-groups that were run wrote \(written) of \(elements) elements"
        guard let sample, sample.isTelling, written > 0 else {
            let part = Int(100 * min(1, sample?.accounted ?? 0))
            return Rejection(
                .wrongValues,
                text + "; those that the time is predicted from stand for \(part) % of the output, so that it cannot "
                    + "be judged by a sample: have all work-groups write alike, or launch fewer")
        }
        // Nothing compares what looks unwritten.
        guard Double(written) >= Self.leastSeen * sample.written * Double(elements) else {
            let stored = Int((min(1, sample.written) * Double(elements)).rounded())
            return Rejection(.wrongValues, text + ", and stored in \(stored) of them what they held before")
        }
        return nil
    }

    /// The part of the stores that must show; a few values may have the bytes of the poison.
    private static let leastSeen = 0.99
}

extension ExpectedOutput {
    /// The values at some places as an output of their own, with the same right to errors.
    fileprivate func restricted(to places: [Int]) -> ExpectedOutput {
        ExpectedOutput(
            name: name, dtype: dtype, values: places.map { values[$0] }, plain: plain,
            reductionLength: reductionLength, storage: storage)
    }
}
