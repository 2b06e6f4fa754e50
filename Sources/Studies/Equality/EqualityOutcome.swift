import Evaluation

/// One certification of a kernel whose baseline is the kernel itself.
public struct EqualityOutcome: Sendable, Hashable, Codable {
    public var workload: String
    /// Its number among the workload's, from 1.
    public var run: Int
    public var status: Verdict.Status
    /// What was found instead of a correct verdict.
    public var message: String?
    /// Itself over itself; nil where it was not correct or not timed.
    public var ratio: RatioInterval?
    /// Median seconds of one call.
    public var seconds: Double?
    /// How near it came to being called a replay, which it is not: beyond 1 it would be; nil where it was not probed.
    public var replayShare: Double?

    public init(
        workload: String, run: Int, status: Verdict.Status, message: String? = nil, ratio: RatioInterval? = nil,
        seconds: Double? = nil, replayShare: Double? = nil
    ) {
        self.workload = workload
        self.run = run
        self.status = status
        self.message = message
        self.ratio = ratio
        self.seconds = seconds
        self.replayShare = replayShare
    }

    init(_ verdict: Verdict, workload: String, run: Int) {
        self.init(
            workload: workload, run: run, status: verdict.status, message: verdict.isCorrect ? nil : verdict.message,
            ratio: verdict.isCorrect ? verdict.speedup : nil, seconds: verdict.medianSeconds,
            replayShare: verdict.timing?.replayShare)
    }

    /// Whether two equal kernels were called different.
    public var isDifferent: Bool { ratio.map { $0.outcome != .tie } ?? false }
}
