import KernelIR
import Rendering
import Testing

@testable import Evaluation

/// A known way to fool a judge, as a solution that tries it, and what counts as its defeat.
struct Attack: Sendable, CustomTestStringConvertible {
    /// How an attack is defeated.
    enum Defence: Sendable {
        /// The verdict is one of these, whatever the source scan would say.
        case ends(Set<Verdict.Status>)
        /// The verdict may be `correct`, but the kernel is not certified as faster than the honest one.
        case gainsNothing
        /// Certified, it is a race where a second opinion can be had.
        case races
    }

    /// Names the attack in `docs/attacks.md` and in failures.
    var name: String
    /// Where it was seen: an incident, a paper, a repository's issue.
    var source: String
    /// What it tries.
    var aim: String
    var stage: Stage
    var solution: Solution
    var defence: Defence
    /// The rule of the source scan that refuses it first; nil where nothing in the source gives it away.
    var rule: SourceRule?

    /// An attack whose kernel or plan differs from the stage's honest one.
    ///
    /// - Parameters:
    ///   - before: what stands before the kernel.
    ///   - body: the kernel's body; the honest one unless given.
    ///   - scratch: bytes of a scratch buffer that the kernel gets as its last parameter `t`.
    ///   - change: further changes of the solution.
    init(
        _ name: String, on stage: Stage, source: String, aim: String, _ defence: Defence, rule: SourceRule? = nil,
        before: String = "", body: String? = nil, options: [String] = [], scratch: Int? = nil,
        change: (inout Solution) -> Void = { _ in }
    ) {
        self.name = name
        self.source = source
        self.aim = aim
        self.stage = stage
        self.defence = defence
        self.rule = rule
        solution = stage.solution(name, before: before, body: body, options: options, scratch: scratch)
        change(&solution)
    }

    var testDescription: String { name }
}
