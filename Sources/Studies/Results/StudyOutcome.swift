import Evaluation
import Workloads

/// What a mutant is, as the battery shows.
public enum Truth: String, Sendable, Hashable, Codable, CaseIterable {
    /// It does not compile, crashes, hangs or writes beside its buffers: killed by anybody.
    case died
    /// The bits of the original on the whole battery.
    case equivalent
    /// Other bits, and no loss: a value fault that keeps the tolerance on the whole battery, or a precision fault
    /// whose errors are nowhere more than twice the original's.
    case withinRounding
    /// A value fault that leaves the tolerance on some inputs, or a precision fault that costs digits on some.
    case faulty
}

/// What was found out about one subject.
public struct StudyOutcome: Sendable, Hashable, Codable {
    public var id: SubjectID
    /// Nil for a correct solution.
    public var faultClass: FaultClass?
    /// Where the fault is, or what a correct solution varies.
    public var place: String
    /// Nil for a correct solution.
    public var truth: Truth?
    /// How it died, where it did.
    public var death: String?
    /// The distributions of the battery on which it leaves the tolerance.
    public var outside: [InputDistribution]
    /// What the judge says.
    public var status: Verdict.Status
    public var message: String?
    /// What certification says, where it was asked: of faulty mutants that the judge accepts, and of some correct ones.
    public var certificate: Verdict.Status?
    /// The largest of the judge's errors in units of its bound: how near it was to the other verdict.
    public var severity: Double?
    /// Whether KernelBench's rule rejects it, with its present tolerance and with its first one.
    public var rejectedByKernelBench: Bool
    public var rejectedByFirstKernelBench: Bool
    /// Wall seconds it took.
    public var seconds: Double

    /// Whether the judge rejects it in a turn.
    public var isRejected: Bool { status != .correct }

    /// Whether the judge rejects it in a turn or for its values at certification, where it was asked.
    ///
    /// What a certificate says about time counts for nothing, since the lanes of a study disturb one another.
    public var isRejectedInTheEnd: Bool {
        guard let certificate, !isRejected else { return isRejected }
        return certificate != .correct && certificate != .cheated
    }
}
