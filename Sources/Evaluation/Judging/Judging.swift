import Rendering

/// How much a verdict may cost.
public enum Effort: String, Sendable, Hashable, Codable, CaseIterable {
    /// For a turn of the search: every element is compared, few batches are timed.
    case quick
    /// For a result that is shown: more batches, determinism over several runs.
    case full
}

/// Anything that gives verdicts: the session on a device, a replay of recorded verdicts, a fake in a test.
public protocol Judging: Sendable {
    /// Judges one solution; a candidate that fails gets a verdict that says so.
    ///
    /// - Throws: `KernelwrightError` only for a defect of the environment, such as a device that went away.
    func judge(_ solution: Solution, effort: Effort) async throws -> Verdict

    /// Says which solutions come next, so that they can be compiled together; never beside a measurement.
    func prepare(_ solutions: [Solution]) async
}

extension Judging {
    /// For judges that gain nothing by it.
    public func prepare(_ solutions: [Solution]) async {}
}
