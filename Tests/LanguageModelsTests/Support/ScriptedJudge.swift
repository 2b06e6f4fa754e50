import Evaluation
import Refinement
import Rendering

/// Gives the n-th judged candidate the n-th verdict, the last one for all that follow.
actor ScriptedJudge: Certifying {
    private let verdicts: [Verdict]
    private(set) var judged: [Solution] = []

    init(_ verdicts: [Verdict]) { self.verdicts = verdicts }

    func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
        judged.append(solution)
        return verdicts[min(judged.count, verdicts.count) - 1]
    }

    func certify(_ solution: Solution) async throws -> Verdict { .correct(1) }
}
