import KernelIR
import Rendering

/// One solution that a study judges.
public struct Subject: Sendable {
    public let id: SubjectID
    /// Nil for a correct solution.
    public let faultClass: FaultClass?
    /// Where the fault is, or what a correct solution varies.
    public let place: String
    public let solution: Solution
}
