import Evaluation

/// One step of a trajectory: what was proposed and what the judge said.
public struct Turn: Sendable, Codable {
    /// Which of the parallel trajectories it belongs to, from 0.
    public var trajectory: Int
    /// Its place in the trajectory, from 0.
    public var index: Int
    public var proposal: Proposal
    public var verdict: Verdict
    /// `KevinScore.score` of the verdict.
    public var score: Double

    public init(trajectory: Int, index: Int, proposal: Proposal, verdict: Verdict) {
        self.trajectory = trajectory
        self.index = index
        self.proposal = proposal
        self.verdict = verdict
        score = KevinScore.score(verdict)
    }
}
