import Evaluation
import Rendering

/// Tries the listed values of a correct kernel's tunables, so that its author need not be asked about numbers.
///
/// One tunable at a time, from the first values on: all values of the first, then those of the second beside its
/// fastest, and so on, which takes a sum of turns and not a product. What comes next is a function of the trajectory's
/// last turns, those on one source; trajectories that go on from the same turns take different values.
public struct TunableSearch: Sendable {
    /// The turns on the last source, the draft first.
    public let turns: [Turn]
    private let draft: Solution
    private let kernel: AnnotatedKernel
    private let tunables: [Tunable]

    /// - Returns: nil where the last source declares nothing to tune, or its draft is not correct.
    public init?(_ observation: Observation) {
        let history = observation.history
        guard let last = history.last?.proposal.sources, last.count == 1 else { return nil }
        turns = Array(history.suffix(while: { $0.proposal.sources == last }))
        kernel = AnnotatedKernel(source: last[0].content, path: last[0].path)
        guard let first = turns.first, first.verdict.isCorrect, case .source(let draft) = first.proposal.content,
            let tunables = try? kernel.tunables, !tunables.isEmpty,
            // A solution.json may bring options of its own.
            draft.options == tunables.map({ $0.option($0.values[0]) })
        else { return nil }
        (self.draft, self.tunables) = (draft, tunables)
    }

    /// Whether values beside the draft's own were tried.
    public var hasBegun: Bool { turns.count > 1 }

    /// The next values to judge; nil when all were tried or are left to the twins before this trajectory, or as many
    /// were tried as are allowed beside the draft.
    public func next(_ observation: Observation, atMost limit: Int) -> Proposal? {
        let choices = untried
        guard turns.count <= limit, choices.indices.contains(observation.twins), let first = turns.first else {
            return nil
        }
        let values = choices[observation.twins]
        // Sizes that leave their range have no solution; what follows them is not tried either.
        guard
            var solution = try? kernel.solution(
                for: observation.workload, profile: observation.target, values: values)
        else { return nil }
        (solution.name, solution.author) = (draft.name, draft.author)
        let text = zip(tunables, values).map { "\($0.name)=\($1)" }.joined(separator: ", ")
        return Proposal(.source(solution), rationale: "turn \(first.index) with \(text)")
    }

    /// The values that no turn has, in the order in which they are to be tried.
    ///
    /// Where a tunable has such values, those of the next ones stand beside its fastest so far.
    private var untried: [[Int]] {
        let cost = TurnCost(turns)
        let costs = Dictionary(turns.map { ($0.proposal.options, cost($0.verdict)) }, uniquingKeysWith: { $1 })
        var best = tunables.map { $0.values[0] }
        var choices: [[Int]] = []
        for place in tunables.indices {
            var (values, least, fastest) = (best, Double.infinity, best[place])
            for value in tunables[place].values {
                values[place] = value
                guard let cost = costs[zip(tunables, values).map { $0.option($1) }] else {
                    choices.append(values)
                    continue
                }
                if cost < least { (least, fastest) = (cost, value) }
            }
            best[place] = fastest
        }
        return choices
    }
}

extension Proposal {
    /// The sources of a kernel that was written out; nil for others.
    fileprivate var sources: [Solution.Source]? {
        if case .source(let solution) = content { solution.sources } else { nil }
    }

    fileprivate var options: [String] {
        if case .source(let solution) = content { solution.options } else { [] }
    }
}

extension Array {
    /// The elements at the end that all satisfy a condition.
    fileprivate func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
        self[(lastIndex { !condition($0) }.map { $0 + 1 } ?? startIndex)...]
    }
}
