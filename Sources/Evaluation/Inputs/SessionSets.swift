import KernelIR
import Workers

/// The input sets of a session: those of its turns, and the held-out one.
///
/// Turns and certification never need both. Large sets therefore make room for each other; those that are asked for
/// again are drawn again, the same from the same seeds. No check is left out for it.
actor SessionSets {
    /// A set of more bytes makes room, by default.
    static let togetherBytes = 1 << 30

    private let inputs: any InputSetSource
    private let togetherBytes: Int
    private let time: MonotonicTime
    /// Empty while they make room.
    private var turns: [InputSet] = []
    private var heldOut: InputSet?
    /// What drawing the held-out set cost, most of which is the oracle's; 0 before it was drawn.
    private(set) var heldOutSeconds = 0.0

    /// Draws nothing yet.
    ///
    /// - Parameter togetherBytes: a set of more bytes is not in memory together with the held-out one.
    init(_ inputs: any InputSetSource, togetherBytes: Int, time: MonotonicTime) {
        (self.inputs, self.togetherBytes, self.time) = (inputs, togetherBytes, time)
    }

    /// The sets that candidates are checked on in turns; the last one is timed.
    func forTurns() async throws(KernelwrightError) -> [InputSet] {
        if !turns.isEmpty { return turns }
        if let heldOut, isLarge(heldOut) { self.heldOut = nil }
        var sets: [InputSet] = []
        for role in [InputSetRole.checking, .timed] { sets.append(try await inputs.draw(role)) }
        turns = sets
        return sets
    }

    /// The set that only certification uses, with its own inputs.
    ///
    /// Sets of the turns that make room leave memory when the last who holds them, such as a baseline, lets go.
    func forCertification() async throws(KernelwrightError) -> InputSet {
        if let heldOut {
            // A race that ended before its last round left another round's inputs there.
            inputs.redraw(heldOut.buffers, seed: inputs.seed(of: .heldOut))
            return heldOut
        }
        if turns.contains(where: { isLarge($0) }) { turns = [] }
        let began = time.now
        let set = try await inputs.draw(.heldOut)
        heldOutSeconds = (time.now - began).seconds
        heldOut = set
        return set
    }

    private func isLarge(_ set: InputSet) -> Bool { set.byteCount > togetherBytes }
}
