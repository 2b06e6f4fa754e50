import Policies

/// What a run tells whoever watches it.
public enum RunEvent: Sendable {
    /// The record held these turns already.
    case resumed([Turn])
    /// The policy proposed what comes next; it is being judged.
    case proposed(Proposal, trajectory: Int, index: Int)
    /// A turn is finished and on disk.
    case turn(Turn)
    /// No further turn begins.
    case stopped(StopReason)
    /// The best turn is being judged again on unused inputs.
    case certifying(Turn)
    /// That judgement.
    case certified(Certificate)
}
