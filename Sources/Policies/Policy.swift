/// An author: sees the turns so far and proposes the next candidate.
///
/// A policy keeps no state between calls, so that a run replays from its seed and its records.
public protocol Policy: Sendable {
    /// The name on the command line and in records.
    var name: String { get }

    /// The next candidate, or `nil` when nothing is left that the policy would try.
    func propose(_ observation: Observation) async throws -> Proposal?
}
