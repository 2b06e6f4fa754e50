import Evaluation
import Studies

/// How far a study of splits is.
struct ScalingProgress: Sendable {
    /// Runs in all.
    let total: Int
    let done: [ScalingOutcome]

    /// Seconds left if the runs to come take as long as those that are done, on average; nil before the first.
    var secondsLeft: Double? {
        guard !done.isEmpty else { return nil }
        return done.map(\.seconds).reduce(0, +) / Double(done.count) * Double(max(0, total - done.count))
    }

    /// The bar with the time left.
    var bar: String { "\(ProgressBar(done: done.count, of: total))  \(Units.timeLeft(secondsLeft))" }

    /// The line of the run that was finished last.
    var lastLine: String {
        guard let last = done.last else { return "" }
        let result =
            last.reason ?? last.certified.map { "certified \(Units.interval($0))" }
            ?? last.best.map { "best \(Units.ratio($0)), not certified" } ?? "nothing correct"
        return "\(done.count)/\(total)  \(last.workload)  \(last.split)  \(result)  (\(Units.timeLeft(secondsLeft)))"
    }
}
