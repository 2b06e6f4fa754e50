/// How long a kernel is predicted to take, and what bounds it; never a measurement.
public struct TimingPrediction: Sendable, Hashable {
    /// Seconds of one launch, its overhead included.
    public let predictedSeconds: Double
    /// Every limit, the longest first; limits of equal time in the order of `TimingLimit`.
    public let limits: [LimitTime]
    /// The limit that takes longest; of `loadStore` and the part of it that makes nearly all of it, the part.
    public let binding: TimingLimit
    /// The counters that back the binding limit; never empty.
    public let evidence: [TimingCounter]
    /// The counters of all limits, each once.
    public let counters: [TimingCounter]
    public let occupancy: Occupancy
    /// Blocks of the grid over the blocks that the whole GPU holds at once.
    public let waves: Double
    /// The part of the block slots' time that is used: 1 less what the last, partly filled wave leaves idle.
    public let balance: Double
    /// Where the instruction counts come from.
    public let source: InstructionSource
    /// The part of the blocks behind the counters, 0…1.
    public let coverage: Double

    init(
        predictedSeconds: Double, limits: [LimitTime], binding: TimingLimit, evidence: [TimingCounter],
        counters: [TimingCounter], occupancy: Occupancy, waves: Double, balance: Double, source: InstructionSource,
        coverage: Double
    ) {
        self.predictedSeconds = predictedSeconds
        self.limits = limits
        self.binding = binding
        self.evidence = evidence
        self.counters = counters
        self.occupancy = occupancy
        self.waves = waves
        self.balance = balance
        self.source = source
        self.coverage = coverage
    }

    /// The time of one limit in seconds.
    public func predictedSeconds(of limit: TimingLimit) -> Double {
        limits.first { $0.limit == limit }?.predictedSeconds ?? 0
    }

    /// The part of a ceiling that the kernel uses, 0…1.
    public func fraction(of limit: TimingLimit) -> Double { limits.first { $0.limit == limit }?.fraction ?? 0 }
}
