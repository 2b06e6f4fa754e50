import Policies

/// What a run tells whoever watches it.
public enum RunEvent: Sendable {
    /// The record held these turns already.
    case resumed([Turn])
    /// The policy is asked what comes next, which takes a language model a while.
    case asking(trajectory: Int, index: Int)
    /// The policy proposed what comes next; it is being judged.
    case proposed(Proposal, trajectory: Int, index: Int)
    /// A turn is finished and on disk.
    case turn(Turn)
    /// The author's own budget is spent: what of it, in one line.
    case outOfBudget(String)
    /// No further turn begins.
    case stopped(StopReason)
    /// The best turn is being judged again on unused inputs.
    case certifying(Turn)
    /// That judgement.
    case certified(Certificate)
}
