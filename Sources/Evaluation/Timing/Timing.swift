/// The times of one candidate and, interleaved with it, of its baselines. Seconds of one call throughout.
public struct Timing: Sendable, Hashable, Codable {
    /// Seconds a call of each timed batch, in the order of measurement.
    public var samples: [Double]
    /// Calls in one batch.
    public var callsPerBatch: Int
    /// The median of `samples`.
    public var medianSeconds: Double
    /// The main baseline's name, without which a ratio means nothing, e.g. `onnxruntime`; nil when none was timed.
    public var baseline: String?
    /// Seconds a call of the baseline's batches; entry i was measured next to `samples[i]`. Empty without a baseline.
    public var baselineSamples: [Double]
    /// The median of `baselineSamples`.
    public var baselineMedianSeconds: Double?
    /// Baseline over candidate, as a ratio of medians.
    public var speedup: RatioInterval?
    /// Why the main baseline was disqualified; nil where it was not, or none was asked for.
    public var baselineFault: String?
    /// The further baselines in the order they were asked for; only a certified candidate faces them.
    public var others: [BaselineTiming]
    /// Rounds in each sitting, before which every contender was renewed; nil in records from before there were any.
    public var sittings: [Int]?
    /// Whether a model of the device gave these times; such times are never compared with measured ones.
    public var predicted: Bool
    /// Whether timing ended before the asked number of pairs because the candidate was far behind the best so far.
    public var stoppedEarly: Bool
    /// What was in the caches when a call began; nil in records from before it was told, which were warm.
    public var caches: CacheState?
    /// Seconds a call on inputs that no call had seen, before each of the candidate's batches; nil where none was timed.
    public var unseen: [Double]?
    /// What such calls cost beyond those of the batches, over what cold memory explains; beyond 1 the candidate replays. Nil
    /// where it was not probed.
    public var replayShare: Double?
    /// The candidate's own drift over the race; nil where there was none worth a word.
    public var drift: Drift?
    /// The drift of the ratio to the main baseline, which an interval over rounds cannot tell; nil where none was.
    public var ratioDrift: Drift?

    /// Times of paired batches; the interval is over `sittings`, or over pairs, drawn from `seed`, where there is one.
    ///
    /// - Precondition: `samples` is not empty; `baselineSamples` is empty or as long as `samples`.
    public init(
        samples: [Double], callsPerBatch: Int, baseline: String? = nil, baselineSamples: [Double] = [],
        baselineFault: String? = nil, others: [BaselineTiming] = [], sittings: [Int]? = nil, seed: UInt64,
        predicted: Bool = false,
        stoppedEarly: Bool = false, caches: CacheState? = nil,
        unseen: [Double]? = nil, replayShare: Double? = nil
    ) {
        self.sittings = sittings
        self.caches = caches
        self.unseen = unseen
        self.replayShare = replayShare
        drift = Drift(of: samples)
        ratioDrift = Drift(of: zip(baselineSamples, samples).map { $0 / $1 })
        self.samples = samples
        self.callsPerBatch = callsPerBatch
        self.baseline = baseline
        self.baselineSamples = baselineSamples
        self.baselineFault = baselineFault
        self.others = others
        self.predicted = predicted
        self.stoppedEarly = stoppedEarly
        medianSeconds = median(samples)
        baselineMedianSeconds = baselineSamples.isEmpty ? nil : median(baselineSamples)
        speedup =
            baselineSamples.isEmpty
            ? nil
            : RatioInterval(numerator: baselineSamples, denominator: samples, sittings: sittings ?? [], seed: seed)
    }

    /// Reads records without the fields that came later, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        samples = try fields.decode([Double].self, forKey: .samples)
        callsPerBatch = try fields.decode(Int.self, forKey: .callsPerBatch)
        medianSeconds = try fields.decode(Double.self, forKey: .medianSeconds)
        baseline = try fields.decodeIfPresent(String.self, forKey: .baseline)
        baselineSamples = try fields.decode([Double].self, forKey: .baselineSamples)
        baselineMedianSeconds = try fields.decodeIfPresent(Double.self, forKey: .baselineMedianSeconds)
        speedup = try fields.decodeIfPresent(RatioInterval.self, forKey: .speedup)
        baselineFault = try fields.decodeIfPresent(String.self, forKey: .baselineFault)
        others = try fields.decodeIfPresent([BaselineTiming].self, forKey: .others) ?? []
        sittings = try fields.decodeIfPresent([Int].self, forKey: .sittings)
        predicted = try fields.decode(Bool.self, forKey: .predicted)
        stoppedEarly = try fields.decode(Bool.self, forKey: .stoppedEarly)
        caches = try fields.decodeIfPresent(CacheState.self, forKey: .caches)
        unseen = try fields.decodeIfPresent([Double].self, forKey: .unseen)
        replayShare = try fields.decodeIfPresent(Double.self, forKey: .replayShare)
        drift = try fields.decodeIfPresent(Drift.self, forKey: .drift)
        ratioDrift = try fields.decodeIfPresent(Drift.self, forKey: .ratioDrift)
    }
}
