import Devices

/// What the judge found about one solution. A candidate's failure is data: it is recorded here and never thrown.
///
/// The JSON form carries, beside the stored fields, the flat summary that scripts rely on: `maxAbsoluteError`,
/// `maxRelativeError`, `deterministic`, `medianSeconds` and `speedup`.
public struct Verdict: Sendable, Hashable {
    /// The outcome, in the order in which the judge can come to it.
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// The compiler rejected the sources.
        case compileError
        /// The launch plan names things that do not exist, or asks for more than the device has.
        case invalidPlan
        /// The driver refused a launch.
        case launchError
        /// The worker process died.
        case crashed
        /// The worker did not answer before the deadline.
        case timedOut
        /// The worker reached its memory limit.
        case outOfMemory
        /// The worker tried something that its sandbox forbids.
        case sandboxViolation
        /// An output differs from the oracle by more than the tolerance.
        case wrongValues
        /// An output holds a NaN or an infinity where the oracle holds none, or the reverse.
        case nonFinite
        /// An input or a parameter was written to.
        case inputModified
        /// A guard band around a buffer was written to.
        case outOfBounds
        /// Two work-items touch one location without an order between them.
        case race
        /// Two runs on the same inputs gave different bits although the run demands equality.
        case nondeterministic
        /// The outputs look like those of arithmetic in a narrower type than the declared one.
        case precisionDowngrade
        /// The measurement shows that the work was not done, or not then.
        case cheated
        /// Everything that was asked holds.
        case correct
    }

    public var status: Status
    /// One line for the author: what failed, where, and what the judge saw instead.
    public var message: String?
    /// One entry for each input set that was compared, in the order of comparison.
    public var accuracy: [Accuracy]
    /// Whether repeated runs agreed bit for bit, where that was examined.
    public var determinism: Determinism?
    /// Measured or predicted times; nil when the candidate failed before it was timed.
    public var timing: Timing?
    /// Where the time goes against the device's ceilings.
    public var profile: Profile?
    /// Arithmetic narrower or looser than the declared types, as far as the sources show it; nil in older records.
    public var precisionUse: PrecisionUse?
    /// What an analysis of the kernels' accesses found; nil where none was asked for.
    public var secondOpinion: SecondOpinion?
    /// What the model of the device says, where that takes the place of a clock; nil for measured times.
    public var prediction: PlanPrediction?
    /// The fraction of the launch grid that was executed: 1 on a device, less where an emulator sampled it.
    public var coverage: Double
    /// What this verdict cost, by part.
    public var costs: Costs
    /// What a reader needs to repeat the measurement.
    public var provenance: Provenance

    public init(
        status: Status, message: String? = nil, accuracy: [Accuracy] = [], determinism: Determinism? = nil,
        timing: Timing? = nil, profile: Profile? = nil, precisionUse: PrecisionUse? = nil, coverage: Double = 1,
        costs: Costs = Costs(),
        provenance: Provenance
    ) {
        self.status = status
        self.message = message
        self.accuracy = accuracy
        self.determinism = determinism
        self.timing = timing
        self.profile = profile
        self.precisionUse = precisionUse
        self.coverage = coverage
        self.costs = costs
        self.provenance = provenance
    }

    /// Whether the candidate passed every check.
    public var isCorrect: Bool { status == .correct }
    /// The largest absolute error over all compared input sets; nil when none was compared or none is finite.
    public var maxAbsoluteError: Double? { accuracy.compactMap(\.maxAbsolute).max() }
    /// The largest error relative to its own reference value; nil when none was compared or none is finite.
    public var maxRelativeError: Double? { accuracy.compactMap(\.maxRelative).max() }
    /// Whether repeated runs agreed bit for bit; nil when that was not examined.
    public var deterministic: Bool? { determinism?.bitwise }
    /// Median seconds of one call.
    public var medianSeconds: Double? { timing?.medianSeconds }
    /// Baseline seconds over candidate seconds with its 95 % interval; nil without a valid baseline.
    public var speedup: RatioInterval? { timing?.speedup }
}

/// Whether repeated runs on the same inputs gave the same bits.
public struct Determinism: Sendable, Hashable, Codable {
    /// Number of runs that were compared.
    public var runs: Int
    /// Whether every run gave the bits of the first.
    public var bitwise: Bool

    /// What bits depend on; nil where they are equal, and in records from before it was told.
    public enum Cause: String, Sendable, Hashable, Codable {
        /// Runs of one process differ.
        case repetition
        /// Another process, whose memory lies elsewhere, gives other bits.
        case addresses
        /// One thread gives other bits than all, or does not finish.
        case threads

        /// The cause in words, after "by".
        public var text: String {
            switch self {
            case .repetition: "mere repetition"
            case .addresses: "where memory lies"
            case .threads: "the number of threads"
            }
        }
    }

    public var cause: Cause?

    public init(runs: Int, bitwise: Bool, cause: Cause? = nil) {
        (self.runs, self.bitwise, self.cause) = (runs, bitwise, cause)
    }
}
