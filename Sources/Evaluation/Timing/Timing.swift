/// The times of one candidate and, interleaved with it, of its baseline. Seconds of one call throughout.
public struct Timing: Sendable, Hashable, Codable {
    /// Seconds a call of each timed batch, in the order of measurement.
    public var samples: [Double]
    /// Calls in one batch.
    public var callsPerBatch: Int
    /// The median of `samples`.
    public var medianSeconds: Double
    /// The baseline's name, without which a ratio means nothing, e.g. `onnxruntime`; nil when none was timed.
    public var baseline: String?
    /// Seconds a call of the baseline's batches; entry i was measured next to `samples[i]`. Empty without a baseline.
    public var baselineSamples: [Double]
    /// The median of `baselineSamples`.
    public var baselineMedianSeconds: Double?
    /// Baseline over candidate, as a ratio of medians.
    public var speedup: RatioInterval?
    /// Whether a model of the device gave these times; such times are never compared with measured ones.
    public var predicted: Bool
    /// Whether timing ended before the asked number of pairs because the candidate was far behind the best so far.
    public var stoppedEarly: Bool

    /// Times of paired batches; the interval is bootstrapped from `seed`.
    ///
    /// - Precondition: `samples` is not empty; `baselineSamples` is empty or as long as `samples`.
    public init(
        samples: [Double], callsPerBatch: Int, baseline: String? = nil, baselineSamples: [Double] = [], seed: UInt64,
        predicted: Bool = false, stoppedEarly: Bool = false
    ) {
        self.samples = samples
        self.callsPerBatch = callsPerBatch
        self.baseline = baseline
        self.baselineSamples = baselineSamples
        self.predicted = predicted
        self.stoppedEarly = stoppedEarly
        medianSeconds = median(samples)
        baselineMedianSeconds = baselineSamples.isEmpty ? nil : median(baselineSamples)
        speedup =
            baselineSamples.isEmpty
            ? nil : RatioInterval.bootstrap(numerator: baselineSamples, denominator: samples, seed: seed)
    }
}
