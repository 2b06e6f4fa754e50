/// The time of one limit.
public struct LimitTime: Sendable, Hashable {
    public let limit: TimingLimit
    /// Seconds that the kernel would take if nothing else limited it.
    public let predictedSeconds: Double
    /// That time over the predicted time of the kernel: how much of this ceiling the kernel uses, 0…1.
    public let fraction: Double

    public init(limit: TimingLimit, predictedSeconds: Double, fraction: Double) {
        self.limit = limit
        self.predictedSeconds = predictedSeconds
        self.fraction = fraction
    }
}
