import CEvaluation
import KernelIR
import Workers

/// The comparison of all outputs of one input set with the oracle.
struct OutputReport {
    let set: InputSet
    let discrepancies: [Discrepancy]
    private let copy: OutputCopy?

    /// Compares the outputs as they lie in the set's memory, which nobody may be writing, or those copied aside.
    init(_ set: InputSet, copy: OutputCopy? = nil) {
        self.set = set
        self.copy = copy
        discrepancies = set.expected.map { $0.compare(Self.bytes($0.name, in: set, copy)) }
    }

    /// Whether every output keeps its tolerance.
    var isAcceptable: Bool { discrepancies.allSatisfy(\.isAcceptable) }

    /// The numbers for the verdict: maxima over all outputs, place and tolerance of the worst.
    var accuracy: Accuracy {
        let worst = worstIndex.map { discrepancies[$0] }
        return Accuracy(
            inputSet: set.name,
            maxAbsolute: discrepancies.map(\.maxAbsolute).max().flatMap(Self.finite),
            maxRelative: discrepancies.map(\.maxRelative).max().flatMap(Self.finite),
            elementwise: discrepancies.map(\.maxScaled).max().flatMap(Self.finite),
            normwise: worst.map(\.normwise).flatMap(Self.finite), tolerance: worst?.tolerance,
            mismatches: discrepancies.map(\.mismatches).reduce(0, +),
            elements: discrepancies.map(\.elements).reduce(0, +), worst: worstIndex.map(place),
            quantiles: worstIndex.flatMap(quantiles))
    }

    /// Why the outputs are rejected, or nil.
    ///
    /// - Parameter poison: what the outputs held before, so that places that were never written can be told.
    func rejection(poison: Poison?) -> Rejection? {
        guard !isAcceptable, let index = worstIndex else { return nil }
        let unwritten = poison.map { pattern in
            let expected = set.expected[index]
            let bytes = Self.bytes(expected.name, in: set, copy)
            return kw_count_filled(bytes.baseAddress, expected.values.count, expected.dtype.byteCount, pattern.byte)
        }
        return Rejection(
            discrepancies[index], place: place(index), unwritten: Int(unwritten ?? 0), inputSet: set.name)
    }

    private var worstIndex: Int? {
        discrepancies.indices.max { discrepancies[$0].severity < discrepancies[$1].severity }
    }

    private func quantiles(_ index: Int) -> ErrorQuantiles? {
        let expected = set.expected[index]
        return ErrorQuantiles(
            Self.bytes(expected.name, in: set, copy), expected, max: discrepancies[index].maxScaled)
    }

    private func place(_ index: Int) -> Accuracy.Place {
        let discrepancy = discrepancies[index]
        let expected = set.expected[index]
        guard let element = discrepancy.firstMisplaced ?? discrepancy.worst ?? expected.values.indices.first else {
            return Accuracy.Place(output: expected.name, index: 0, expected: nil, found: nil)
        }
        let found = expected.value(at: element, of: Self.bytes(expected.name, in: set, copy))
        return Accuracy.Place(
            output: expected.name, index: element, expected: Self.finite(expected.values[element]),
            found: Self.finite(found))
    }

    private static func bytes(_ name: String, in set: InputSet, _ copy: OutputCopy?) -> UnsafeRawBufferPointer {
        copy?.bytes(of: name) ?? UnsafeRawBufferPointer(set.buffers.bytes(of: name) ?? .init(start: nil, count: 0))
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
