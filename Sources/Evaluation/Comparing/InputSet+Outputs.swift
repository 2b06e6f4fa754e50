/// The outputs of one run as they lie in memory, against the oracle; nobody may be writing them.
public struct OutputErrors: Sendable, Hashable {
    /// Whether every element keeps the tolerance.
    public let keepsTolerance: Bool
    /// The largest ‖y − r‖₂ / ‖r‖₂ of all outputs; infinite where a NaN or an infinity is misplaced.
    public let normwise: Double
    /// The largest |y − r| / (|r| + rms(r)) of all elements; infinite likewise.
    public let elementwise: Double
}

extension InputSet {
    /// Compares all outputs with the oracle.
    public func outputErrors() -> OutputErrors {
        let report = OutputReport(self)
        let isMisplaced = report.discrepancies.contains { $0.misplaced > 0 }
        return OutputErrors(
            keepsTolerance: report.isAcceptable,
            normwise: isMisplaced ? .infinity : report.discrepancies.map(\.normwise).max() ?? 0,
            elementwise: isMisplaced ? .infinity : report.discrepancies.map(\.maxScaled).max() ?? 0)
    }
}
