/// An author: sees the turns so far and proposes the next candidate.
///
/// A policy keeps no state between calls, so that a run replays from its seed and its records. Authors that ask others,
/// such as a language model over a network, are asynchronous and end early when their task is cancelled.
public protocol Policy: Sendable {
    /// The name on the command line and in records.
    var name: String { get }

    /// The next candidate, or `nil` when nothing is left that the policy would try.
    ///
    /// - Throws: `OutOfBudget` when the policy's own budget is spent, `CancellationError` when its task is cancelled;
    ///   anything else is a defect of the environment, which ends the session but not the run.
    func propose(_ observation: Observation) async throws -> Proposal?

    /// The next candidates, the best guess first, at most `count`: they are compiled together and judged one after the
    /// other. None when nothing is left; the first is what `propose` gives.
    func propose(_ observation: Observation, atMost count: Int) async throws -> [Proposal]
}

extension Policy {
    /// One candidate, for authors that need every verdict before they go on.
    public func propose(_ observation: Observation, atMost count: Int) async throws -> [Proposal] {
        try await propose(observation).map { [$0] } ?? []
    }
}
