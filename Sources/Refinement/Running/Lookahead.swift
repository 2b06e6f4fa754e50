import Evaluation
import KernelIR
import Policies
import Rendering

/// The candidates of one trajectory that were proposed together, and which of them comes next.
///
/// A batch is a function of the turns before its first one. So a run that was interrupted within a batch proposes it
/// again from these turns, and a replay comes to the same batches.
struct Lookahead: Sendable {
    /// A candidate on its way to the judge.
    struct Candidate: Sendable {
        var proposal: Proposal
        var built: Result<Solution, BuildFailure>
        /// Its share of what proposing, building and compiling the batch took.
        var proposalSeconds: Double
        var compileSeconds: Double
        /// Turns since the batch was proposed.
        var unseen: Int
    }

    private var candidates: [Candidate]
    /// Turns of the trajectory when the batch was proposed.
    private let start: Int

    init(_ candidates: [Candidate], start: Int) {
        (self.candidates, self.start) = (candidates, start)
    }

    /// The candidate for the turn of that index, if the batch has one.
    func candidate(at index: Int) -> Candidate? {
        candidates.indices.contains(index - start) ? candidates[index - start] : nil
    }

    /// Where the batch began that the last recorded turn belongs to.
    static func start(after turns: [RecordedTurn]) -> Int? {
        turns.last.map { $0.turn.index - ($0.unseen ?? 0) }
    }
}
