/// What the race of a certified candidate says about one of its further baselines. Seconds of one call throughout.
public struct BaselineTiming: Sendable, Hashable, Codable {
    /// The baseline's name, e.g. `pytorch-eager`.
    public var name: String
    /// Its version; nil where it never started.
    public var version: String?
    /// The median of `samples`; nil where there are none.
    public var medianSeconds: Double?
    /// Seconds a call of its batches; entry i was measured next to the candidate's batch i.
    public var samples: [Double]
    /// This baseline over the candidate, as a ratio of medians; nil where it was not timed.
    public var speedup: RatioInterval?
    /// Why it is disqualified; nil where it is not.
    public var fault: String?

    /// Times beside those of the candidate; the interval is over `sittings`, or over pairs and drawn from `seed`.
    ///
    /// - Precondition: `samples` is empty or as long as `candidate`.
    public init(
        name: String, version: String?, samples: [Double], candidate: [Double], sittings: [Int] = [], seed: UInt64,
        fault: String? = nil
    ) {
        self.name = name
        self.version = version
        self.samples = samples
        self.fault = fault
        medianSeconds = samples.isEmpty ? nil : median(samples)
        speedup =
            samples.isEmpty
            ? nil : RatioInterval(numerator: samples, denominator: candidate, sittings: sittings, seed: seed)
    }
}
