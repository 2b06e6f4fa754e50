import Foundation

/// How many candidates each author needed over all workloads.
public struct SearchSummary: Sendable, Hashable, Codable {
    /// One author's row.
    public struct Row: Sendable, Hashable, Codable {
        public var policy: String
        /// Candidates to come within the slack, over all workloads; a workload where it never did counts its turns and one.
        public var candidates: Int
        /// Workloads where it did.
        public var reached: Int
        /// The first author's candidates over this one's; 1 for itself.
        public var ratio: Double
        /// Seconds of proposing a candidate.
        public var proposalSeconds: Double
    }

    public var settings: SearchStudy.Settings
    /// How near the best known time counts, e.g. 0.05.
    public var slack: Double
    public var rows: [Row]
    public var outcomes: [SearchOutcome]

    public init(_ outcomes: [SearchOutcome], _ settings: SearchStudy.Settings, slack: Double = 0.05) {
        (self.outcomes, self.settings, self.slack) = (outcomes, settings, slack)
        func candidates(_ policy: String) -> Int {
            outcomes.map { $0.needed(policy, within: slack) ?? settings.turns + 1 }.reduce(0, +)
        }
        let first = settings.policies.first.map(candidates) ?? 0
        rows = settings.policies.map { policy in
            let traces = outcomes.flatMap(\.traces).filter { $0.policy == policy }
            let proposals = max(1, traces.map(\.seconds.count).reduce(0, +))
            return Row(
                policy: policy, candidates: candidates(policy),
                reached: outcomes.count { $0.needed(policy, within: slack) != nil },
                ratio: Double(first) / Double(max(1, candidates(policy))),
                proposalSeconds: traces.map(\.proposalSeconds).reduce(0, +) / Double(proposals))
        }
    }

    /// The fraction of workloads on which an author has come within the slack after so many candidates.
    public func fraction(_ policy: String, after candidates: Int) -> Double {
        guard !outcomes.isEmpty else { return 0 }
        let count = outcomes.count { ($0.needed(policy, within: slack) ?? .max) <= candidates }
        return Double(count) / Double(outcomes.count)
    }

    /// Both tables as Markdown.
    public var markdown: String {
        let names = settings.policies
        let percent = Int((slack * 100).rounded())
        var lines = [
            "Candidates to come within \(percent) % of the best known schedule; \(settings.turns) turns each, seed "
                + "\(settings.seed), \(outcomes.count) workloads. Never counts \(settings.turns + 1).", "",
            "| author | candidates | workloads reached | \(names.first ?? "") over it | proposing, each |",
            "| --- | --: | --: | --: | --: |",
        ]
        lines += rows.map { row in
            "| \(row.policy) | \(row.candidates) | \(row.reached) | \(String(format: "%.2f", row.ratio)) | "
                + "\(String(format: "%.1f", 1000 * row.proposalSeconds)) ms |"
        }
        lines += [
            "", "| workload | shapes | best | " + names.joined(separator: " | ") + " |",
            "| --- | --- | --: |" + names.map { _ in " --: |" }.joined(),
        ]
        lines += outcomes.map { outcome in
            let cells = names.map { outcome.needed($0, within: slack).map(String.init) ?? "never" }
            return
                "| \(outcome.subject) | \(outcome.shapes) | \(String(format: "%.1f", 1e6 * outcome.bestSeconds)) µs | "
                + cells.joined(separator: " | ") + " |"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
