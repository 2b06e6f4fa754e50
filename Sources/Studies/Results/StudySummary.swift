import Evaluation
import Foundation
import Workloads

/// Rates of a study, computed from its outcomes alone.
public struct StudySummary: Sendable, Codable {
    /// Kill rates of one group of faulty mutants.
    public struct Row: Sendable, Hashable, Codable {
        public var name: String
        /// The judge in a turn, on two input sets.
        public var judge: Rate
        /// The judge in a turn and at certification.
        public var certified: Rate
        /// KernelBench's rule with its present tolerance, 1e-4.
        public var kernelBench: Rate
        /// With the tolerance of its first version, 1e-2.
        public var firstKernelBench: Rate

        init(_ name: String, _ faulty: [StudyOutcome]) {
            self.name = name
            judge = Rate(faulty.count(where: \.isRejected), of: faulty.count)
            certified = Rate(faulty.count(where: \.isRejectedInTheEnd), of: faulty.count)
            kernelBench = Rate(faulty.count(where: \.rejectedByKernelBench), of: faulty.count)
            firstKernelBench = Rate(faulty.count(where: \.rejectedByFirstKernelBench), of: faulty.count)
        }
    }

    /// A faulty mutant that the judge accepts, or a correct solution that it rejects.
    public struct Exception: Sendable, Hashable, Codable {
        public var id: SubjectID
        public var place: String
        /// What can be seen of the reason.
        public var reason: String
    }

    public var settings: StudySettings
    public var workloads: Int
    public var mutants: Int
    /// Mutants by what they are, for each class of faults.
    public var truths: [String: [String: Int]]
    /// Dead mutants that the judge rejects too.
    public var dead: Rate
    /// Both classes of faults.
    public var classes: [Row]
    public var operators: [Row]
    public var byWorkload: [Row]
    /// Rejected precision faults of all that change any bit, harmless or not.
    public var precisionThatChangesBits: Rate
    /// Mutants within rounding that the judge rejects: no faults, no false rejects.
    public var withinRoundingRejected: Rate
    public var survivors: [Exception]
    /// Of the faults that leave the tolerance on some distribution of the battery, those that do on each.
    public var shown: [String: Rate]
    public var correct: Int
    public var falseRejects: Rate
    /// Of the correct solutions that were certified too, those rejected for their values.
    public var certificateFalseRejects: Rate
    public var kernelBenchFalseRejects: Rate
    public var falselyRejected: [Exception]
    /// Correct solutions that leave the tolerance on some set of the battery.
    public var correctOutsideOnBattery: Int
    /// The largest error of an accepted correct solution in units of the judge's bound.
    public var correctSeverity: Double?
    public var secondsPerSubject: Double

    public init(_ settings: StudySettings, _ outcomes: [StudyOutcome]) {
        self.settings = settings
        let mutants = outcomes.filter { $0.truth != nil }
        let faulty = mutants.filter { $0.truth == .faulty }
        let correct = outcomes.filter { $0.truth == nil }
        workloads = Set(outcomes.map(\.id.workload)).count
        self.mutants = mutants.count
        truths = Dictionary(grouping: mutants) { $0.faultClass?.rawValue ?? "" }.mapValues { group in
            Dictionary(grouping: group) { $0.truth?.rawValue ?? "" }.mapValues(\.count)
        }
        dead = Self.rejected(mutants.filter { $0.truth == .died })
        classes = FaultClass.allCases.map { kind in Row(kind.rawValue, faulty.filter { $0.faultClass == kind }) }
        operators = MutationCatalog.all.map(\.name).map { name in Row(name, faulty.filter { $0.id.kind == name }) }
            .filter { $0.judge.total > 0 }
        byWorkload = Self.names(faulty.map(\.id.workload)).map { name in
            Row(name, faulty.filter { $0.id.workload == name })
        }
        precisionThatChangesBits = Self.rejected(
            mutants.filter { $0.faultClass == .precision && ($0.truth == .faulty || $0.truth == .withinRounding) })
        withinRoundingRejected = Self.rejected(mutants.filter { $0.truth == .withinRounding })
        survivors = faulty.filter { !$0.isRejectedInTheEnd }.map(Self.survivor)
        let visible = faulty.filter { !$0.outside.isEmpty }
        shown = Dictionary(
            uniqueKeysWithValues: InputDistribution.allCases.map { distribution in
                (distribution.rawValue, Rate(visible.count { $0.outside.contains(distribution) }, of: visible.count))
            })
        self.correct = correct.count
        falseRejects = Self.rejected(correct)
        let asked = correct.filter { $0.certificate != nil }
        certificateFalseRejects = Rate(asked.count(where: \.isRejectedInTheEnd), of: asked.count)
        kernelBenchFalseRejects = Rate(correct.count(where: \.rejectedByKernelBench), of: correct.count)
        falselyRejected = correct.filter(\.isRejectedInTheEnd).map {
            Exception(
                id: $0.id, place: $0.place,
                reason: "\(($0.isRejected ? $0.status : $0.certificate ?? $0.status).rawValue): \($0.message ?? "")")
        }
        correctOutsideOnBattery = correct.count { !$0.outside.isEmpty }
        correctSeverity = correct.filter { !$0.isRejected }.compactMap(\.severity).max()
        secondsPerSubject =
            outcomes.isEmpty ? 0 : outcomes.map(\.seconds).reduce(0, +) / Double(outcomes.count)
    }

    private static func rejected(_ outcomes: [StudyOutcome]) -> Rate {
        Rate(outcomes.count(where: \.isRejected), of: outcomes.count)
    }

    /// Each once, in order of appearance by number.
    private static func names(_ all: [String]) -> [String] {
        Set(all).sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    }

    private static func survivor(_ outcome: StudyOutcome) -> Exception {
        let reason =
            outcome.outside.isEmpty
            ? "keeps the tolerance on every input of the battery; only its bits differ"
            : "shows only on \(outcome.outside.map(\.rawValue).joined(separator: ", "))"
        return Exception(id: outcome.id, place: outcome.place, reason: reason)
    }
}
