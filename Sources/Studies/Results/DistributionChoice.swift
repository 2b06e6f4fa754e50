import Workloads

/// Which two distributions show most faults of one workload.
public struct DistributionChoice: Sendable, Hashable, Codable {
    public var workload: String
    /// What the workload is judged under now: checked on the first, timed on the last.
    public var present: [InputDistribution]
    /// Faulty mutants that show on one of them.
    public var presentKills: Int
    /// The best pair, its first member the one to check on.
    public var best: [InputDistribution]
    public var bestKills: Int
    /// Faulty mutants that show on any distribution.
    public var faults: Int

    /// Whether another pair shows strictly more.
    public var isImprovement: Bool { bestKills > presentKills }

    /// Counts over the outcomes of one workload; among equals, the pair that keeps the most of the present one.
    public init(workload: String, present: [InputDistribution], _ outcomes: [StudyOutcome]) {
        let shown = outcomes.filter { $0.truth == .faulty && !$0.outside.isEmpty }.map { Set($0.outside) }
        func kills(_ pair: [InputDistribution]) -> Int { shown.count { !$0.isDisjoint(with: pair) } }
        self.workload = workload
        self.present = present
        faults = shown.count
        presentKills = kills(present)
        let all = InputDistribution.allCases
        let pairs = all.flatMap { timed in all.filter { $0 != timed }.map { [$0, timed] } }
        func rank(_ pair: [InputDistribution]) -> (Int, Int) {
            (kills(pair), zip(pair, [present.first, present.last]).count { $0 == $1 })
        }
        best = pairs.reduce([present.first ?? .normal, present.last ?? .uniform]) { rank($1) > rank($0) ? $1 : $0 }
        bestKills = kills(best)
    }
}
