import Evaluation
import Policies

extension RecordContents {
    /// The turns that a trajectory goes on from, oldest first: its own, or with a beam those of the trajectory whose
    /// place it took after its last turn.
    ///
    /// A beam keeps the best `beam` trajectories after each turn, by their best turn, and all go on from these: the
    /// first from the best, the last from the worst kept. So what stands here is a function of the record.
    /// O(turns · trajectories).
    ///
    /// Source: beam search as in Kevin's evaluation, Cognition, "Kevin-32B: multi-turn RL for writing CUDA kernels",
    /// May 2025.
    public func lineage(of trajectory: Int) -> [Turn] {
        guard let beam = header.settings.beam else { return history(of: trajectory) }
        let lineages = lineages(after: history(of: trajectory).count, keeping: beam)
        return lineages.indices.contains(trajectory) ? lineages[trajectory] : []
    }

    /// How many trajectories before this one go on from the same turns as it: none without a beam, or before its first
    /// turn. O(turns · trajectories).
    public func twins(of trajectory: Int) -> Int {
        guard let beam = header.settings.beam else { return 0 }
        let lineages = lineages(after: history(of: trajectory).count, keeping: beam)
        guard lineages.indices.contains(trajectory), let last = lineages[trajectory].last else { return 0 }
        // Lineages that end with one turn are one lineage.
        return lineages.prefix(trajectory).count { $0.last?.isSamePlace(as: last) == true }
    }

    /// What each trajectory goes on from when those that still went on had taken so many turns.
    private func lineages(after turns: Int, keeping beam: Int) -> [[Turn]] {
        let own = (0..<header.settings.trajectories).map { history(of: $0) }
        var lineages = [[Turn]](repeating: [], count: own.count)
        for turn in 0..<turns {
            // A trajectory that ended before neither is kept nor goes on.
            let going = own.indices.filter { own[$0].count > turn }
            let grown = going.map { lineages[$0] + [own[$0][turn]] }
            let standings = grown.map { Standing($0) }.enumerated()
            let order = standings.sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map(\.offset)
            let kept = order.prefix(beam).map { grown[$0] }
            for (place, number) in going.enumerated() { lineages[number] = kept[place * kept.count / going.count] }
        }
        return lineages
    }

    /// The discounted returns of all turns, by trajectory; nil with a beam, where a turn has several successors.
    public var returns: [[Double]]? {
        guard header.settings.beam == nil else { return nil }
        return (0..<header.settings.trajectories).map { KevinScore.returns(history(of: $0).map(\.score)) }
    }
}

extension Turn {
    fileprivate func isSamePlace(as other: Turn) -> Bool {
        trajectory == other.trajectory && index == other.index
    }
}

/// How good a lineage is; the better one is the lesser.
private struct Standing: Comparable {
    let score: Double
    let seconds: Double

    init(_ turns: [Turn]) {
        score = turns.map(\.score).max() ?? 0
        // Without a baseline all scores of correct turns are equal.
        seconds = turns.filter(\.verdict.isCorrect).compactMap(\.verdict.medianSeconds).min() ?? .infinity
    }

    static func < (left: Standing, right: Standing) -> Bool {
        (-left.score, left.seconds) < (-right.score, right.seconds)
    }
}
