import Evaluation
import Workloads

/// One finished workload of a bench; a line of its record.
public struct BenchRow: Sendable, Hashable, Codable {
    /// The winner against one baseline.
    public struct Comparison: Sendable, Hashable, Codable {
        public var baseline: String
        public var version: String?
        /// Median seconds of one call of the baseline; nil without valid times.
        public var seconds: Double?
        /// Baseline over winner; nil without valid times.
        public var speedup: RatioInterval?
        /// Why the baseline is disqualified; nil where it is not.
        public var fault: String?

        public init(
            baseline: String, version: String? = nil, seconds: Double? = nil, speedup: RatioInterval? = nil,
            fault: String? = nil
        ) {
            self.baseline = baseline
            self.version = version
            self.seconds = seconds
            self.speedup = speedup
            self.fault = fault
        }
    }

    /// The workload's id, e.g. `kernelbench/1/23`.
    public var workload: String
    /// Its published name.
    public var name: String
    public var status: BenchStatus
    /// One line: why nothing was correct.
    public var reason: String?
    /// Median seconds of one call of the certified winner.
    public var seconds: Double?
    /// One entry for each baseline in the order of the settings; empty where nothing was certified.
    public var comparisons: [Comparison]
    /// How many turns the search took.
    public var turns: Int
    /// Wall seconds of this workload, all told.
    public var elapsedSeconds: Double
    /// Where the winner's figures come from, the seed of its inputs among it.
    public var provenance: Provenance?

    public init(
        workload: String, name: String, status: BenchStatus, reason: String? = nil, seconds: Double? = nil,
        comparisons: [Comparison] = [], turns: Int = 0, elapsedSeconds: Double, provenance: Provenance? = nil
    ) {
        self.workload = workload
        self.name = name
        self.status = status
        self.reason = reason
        self.seconds = seconds
        self.comparisons = comparisons
        self.turns = turns
        self.elapsedSeconds = elapsedSeconds
        self.provenance = provenance
    }

    /// What a run of one workload comes to.
    ///
    /// - Parameter mainBaseline: the name of the baseline that took part in the search, where one was asked for.
    public init(
        workload: String, name: String, record: RecordContents, mainBaseline: String?, elapsedSeconds: Double
    ) {
        let verdict = record.end?.winner?.verdict
        self.init(
            workload: workload, name: name,
            status: .judged(verdict?.status ?? record.commonFailure?.status ?? .invalidPlan),
            reason: verdict == nil ? record.commonFailure?.message ?? "the author proposed nothing" : nil,
            seconds: verdict?.medianSeconds, turns: record.turns.count, elapsedSeconds: elapsedSeconds,
            provenance: verdict?.provenance)
        guard let verdict, let timing = verdict.timing else { return }
        if let mainBaseline {
            comparisons.append(
                Comparison(
                    baseline: mainBaseline, version: verdict.provenance.versions[mainBaseline],
                    seconds: timing.baselineMedianSeconds, speedup: timing.speedup, fault: timing.baselineFault))
        }
        comparisons += timing.others.map {
            Comparison(
                baseline: $0.name, version: $0.version, seconds: $0.medianSeconds, speedup: $0.speedup, fault: $0.fault)
        }
    }

    /// The winner against a baseline; nil where nothing was certified or the baseline has no valid time.
    public func speedup(against baseline: String) -> RatioInterval? {
        guard status.isCorrect else { return nil }
        return comparisons.first { $0.baseline == baseline }?.speedup
    }
}
