import Foundation

/// Tells whether a candidate does in the calls of a batch what it did in the first one.
///
/// The first call after inputs were drawn and outputs poisoned has to compute. Later ones of the batch could remember
/// that they saw these inputs before. A first call costs more anyway: it is asked for by itself, and its memory is cold.
/// The floor kernels, which move the same bytes and remember nothing, show how much more.
struct ReplayProbe {
    /// The seconds of single first calls and of a call in the batches that followed, paired.
    struct Series {
        var firstCalls: [Double]
        var batches: [Double]

        /// What a first call typically costs beyond a call of its batch; nil where no first call was timed.
        fileprivate var surcharge: Double? {
            let pairs = zip(firstCalls, batches).map { $0 - $1 }
            return pairs.isEmpty ? nil : median(pairs)
        }

        /// The surcharge of the rounds that were least kind to first calls.
        fileprivate var highSurcharge: Double? {
            let pairs = zip(firstCalls, batches).map { $0 - $1 }.sorted()
            return pairs.isEmpty ? nil : pairs[pairs.count * 9 / 10]
        }
    }

    /// A first call may cost so many calls of its batch beside what the floor's first call costs.
    static let slack = 2.0
    /// The floor's surcharge counts so many times: a kernel may read its bytes more than once, from further away.
    static let coldness = 2.0
    /// Seconds that no comparison of two processes can resolve.
    static let resolution = 50e-6

    /// What is wrong with a candidate; nil where nothing is, or where no floor kernel ran.
    static func finding(_ candidate: Series, floors: [Series]) -> Rejection? {
        guard let surcharge = candidate.surcharge, let floor = floors.compactMap(\.highSurcharge).max() else {
            return nil
        }
        let each = median(candidate.batches)
        guard surcharge > slack * each + coldness * max(floor, 0) + resolution else { return nil }
        let texts = [surcharge + each, each, floor].map { String(format: "%.1f µs", $0 * 1e6) }
        return Rejection(
            .cheated,
            "the first call on new inputs takes \(texts[0]), a call of the batches after it \(texts[1]); cold memory "
                + "explains \(texts[2])")
    }
}
