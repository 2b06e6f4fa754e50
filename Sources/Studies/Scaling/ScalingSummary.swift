import Evaluation
import Foundation
import Policies

/// How the splits of one number of candidates compare, over the workloads that every split has finished.
///
/// Means are geometric, of what a user would have: the baseline's own speed, 1, where nothing faster was found. So a
/// workload without a correct kernel counts too. Intervals are bootstrapped over workloads.
public struct ScalingSummary: Sendable, Hashable, Codable {
    /// One split.
    public struct Row: Sendable, Hashable, Codable {
        public var split: String
        /// Workloads with a correct candidate.
        public var correct: Int
        /// Workloads with a candidate faster than the baseline.
        public var faster: Int
        /// The best candidates as their turns judged them: the largest of many short measurements, which flatters.
        public var judged: RatioInterval
        /// The winners as certified.
        public var certified: RatioInterval
        /// Certified, over the first split's on the same workload; 1 for the first itself.
        public var overFirst: RatioInterval
        /// The mean of the best judged ratio after 1, 2, … candidates.
        public var curve: [Double]
        /// Tokens of a language model; nil for other authors.
        public var tokens: Int?
    }

    public var settings: ScalingSettings
    public var rows: [Row]
    public var outcomes: [ScalingOutcome]
    /// Workloads that every split has finished.
    public var compared: [String]

    public init(_ outcomes: [ScalingOutcome], _ settings: ScalingSettings) {
        (self.outcomes, self.settings) = (outcomes, settings)
        let compared = settings.workloads.filter { workload in
            settings.splits.allSatisfy { split in
                outcomes.contains { $0.workload == workload && $0.split == split && $0.reason == nil }
            }
        }
        self.compared = compared
        let bySplit = settings.splits.map { split in
            compared.compactMap { workload in outcomes.first { $0.workload == workload && $0.split == split } }
        }
        guard !compared.isEmpty, let first = bySplit.first else {
            rows = []
            return
        }
        rows = zip(settings.splits, bySplit).map { split, own in Row(split, own, first: first, settings) }
    }

    /// Why a workload takes no part, one for each.
    public var reasons: [(workload: String, reason: String)] {
        settings.workloads.compactMap { workload in
            let reason = outcomes.first { $0.workload == workload && $0.reason != nil }?.reason
            return reason.map { (workload, $0) }
        }
    }

    /// What the study cannot say, for its readers.
    public var caution: String {
        settings.author == nil
            ? "The author \(settings.policy) is built in: these figures say nothing about language models."
            : "These figures are of \(settings.author ?? ""), and of no other model."
    }
}

extension ScalingSummary.Row {
    /// - Parameters:
    ///   - own: this split's outcomes, one a workload.
    ///   - first: those of the first split, in the same order.
    fileprivate init(
        _ split: String, _ own: [ScalingOutcome], first: [ScalingOutcome], _ settings: ScalingSettings
    ) {
        func certified(_ outcome: ScalingOutcome) -> Double { max(1, outcome.certified?.ratio ?? 1) }
        func interval(_ values: [Double]) -> RatioInterval { .bootstrap(geometricMeanOf: values, seed: settings.seed) }
        let counts = own.compactMap(\.tokens?.total)
        self.init(
            split: split, correct: own.count { $0.best != nil }, faster: own.count { ($0.best ?? 0) > 1 },
            judged: interval(own.map { max(1, $0.best ?? 1) }), certified: interval(own.map(certified)),
            overFirst: interval(zip(own, first).map { certified($0) / certified($1) }),
            curve: (1...max(1, settings.candidates)).map { count in
                geometricMean(own.map { max(1, $0.best(after: count) ?? 1) }) ?? 1
            },
            tokens: counts.isEmpty ? nil : counts.reduce(0, +))
    }
}
