import KernelIR
import Workers

/// The spot checks of all outputs of one input set, at new places for every batch.
struct SpotChecks {
    private let set: InputSet
    private var random: SplitMix64
    private var planted: [SpotCheck] = []

    /// - Parameter seed: must be unknown to candidates.
    init(_ set: InputSet, seed: UInt64) {
        self.set = set
        random = SplitMix64(seed: seed)
    }

    /// Puts wrong values at random places; call it before a batch, while everybody is paused.
    mutating func plant() {
        planted = set.expected.map { expected in
            let check = SpotCheck(expected, using: &random)
            if let bytes = set.buffers.bytes(of: expected.name) { check.plant(in: bytes) }
            return check
        }
    }

    /// Demands right values at those places after the batch.
    func verify() throws(Rejection) {
        for (check, expected) in zip(planted, set.expected) {
            guard let bytes = set.buffers.bytes(of: expected.name) else { continue }
            guard let miss = check.firstMiss(in: UnsafeRawBufferPointer(bytes)) else { continue }
            let place = "element \(miss.place) of output '\(expected.name)'"
            throw miss.untouched
                ? Rejection(.cheated, "a timed batch did not write \(place), which checked runs did write")
                : Rejection(.wrongValues, "a timed batch left a wrong value in \(place), unlike checked runs")
        }
    }
}
