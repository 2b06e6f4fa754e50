import Evaluation
import Rendering

/// A judge that can also give the final verdict: a fresh process, inputs that no candidate has seen.
public protocol Certifying: Judging {
    /// Judges the winner again; the run is over then.
    ///
    /// - Throws: `KernelwrightError` only for a defect of the environment.
    func certify(_ solution: Solution) async throws -> Verdict
}
