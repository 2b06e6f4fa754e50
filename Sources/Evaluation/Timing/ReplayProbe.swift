import Foundation

/// Tells whether a candidate computes in the calls of a batch what it computes on inputs that it has not seen.
///
/// The calls of a batch have the same inputs, so all but the first could remember. Before each batch the candidate
/// therefore computes once on each of several sets of new inputs, in one request. Such calls cost more anyway: their
/// memory is cold, and they share the cost of asking among fewer. The floor kernels, which move the same bytes and
/// remember nothing, show how much more.
struct ReplayProbe {
    /// Seconds a call on unseen inputs and in the batches that followed, paired by round.
    struct Series {
        var unseen: [Double]
        var batches: [Double]

        /// What a call on unseen inputs costs beyond one of its batch in the kinder rounds, at the lower quartile; nil where
        /// none was timed.
        fileprivate var surcharge: Double? {
            unseen.isEmpty ? nil : unseen.sorted()[unseen.count / 4] - median(batches)
        }

        /// The same in the kindest round.
        ///
        /// A busy machine can only add to it. Work that is really done is done in every round, since the values are
        /// checked at a secret place in each; and no slow batch makes up for it, unless most are slow.
        fileprivate var leastSurcharge: Double? { unseen.min().map { $0 - median(batches) } }
    }

    /// A call may cost so many calls of its batch beside what the floor's surcharge explains.
    static let slack = 1.0
    /// The floor's surcharge counts so many times: a kernel may read its bytes more than once, from further away.
    static let coldness = 2.0
    /// Seconds of a request that no comparison of two processes can resolve.
    static let resolution = 50e-6

    /// Seconds that a call on unseen inputs costs beyond one of its batch.
    let surcharge: Double
    /// Seconds of it that cold memory, asking and the slack explain.
    let explained: Double
    /// Seconds a call of the batches.
    let each: Double

    /// Nil where nothing was timed, or where no floor kernel ran.
    ///
    /// - Parameter sets: calls in one request on unseen inputs.
    init?(_ candidate: Series, floors: [Series], sets: Int) {
        guard let surcharge = candidate.leastSurcharge, let floor = floors.compactMap(\.surcharge).max() else {
            return nil
        }
        self.surcharge = surcharge
        each = median(candidate.batches)
        explained = Self.slack * each + Self.coldness * max(floor, 0) + Self.resolution / Double(max(sets, 1))
    }

    /// The surcharge over what explains it; beyond 1 the candidate is refused.
    var share: Double { max(surcharge, 0) / explained }

    /// What is wrong with the candidate, or nil.
    var finding: Rejection? {
        guard share > 1 else { return nil }
        let texts = [surcharge + each, each, explained].map { String(format: "%.1f µs", $0 * 1e6) }
        return Rejection(
            .cheated,
            "a call on inputs it has not seen takes \(texts[0]), one of the batches after it \(texts[1]); cold memory "
                + "explains \(texts[2]) of the difference")
    }
}
