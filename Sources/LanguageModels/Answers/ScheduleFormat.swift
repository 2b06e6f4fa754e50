import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Scheduling

/// Answers that choose from the actions that are legal now, or write the whole list of actions.
///
/// Choices go on from the fastest correct schedule so far, or from the unscheduled program.
public struct ScheduleFormat: AnswerFormat {
    /// The most actions that are listed; where more are legal, these are spread evenly over all.
    public static let mostListed = 100
    /// The most lines of the loops that are shown.
    static let mostLoopLines = 120

    private let unscheduled: ScheduleState
    /// What choices go on from.
    private let base: Schedule
    private let listed: [Action]
    private let legalCount: Int
    private let loops: String

    /// Lists what is legal. Complexity: one attempted application for each action worth trying.
    public init(_ observation: Observation) {
        unscheduled = ScheduleState(observation.program, target: observation.target)
        base = Self.base(observation)
        let state = (try? unscheduled.applying(base)) ?? unscheduled
        let legal = state.legalActions().filter { Self.isAllowed($0, observation.precision) }
        legalCount = legal.count
        let count = min(legal.count, Self.mostListed)
        listed = (0..<count).map { legal[$0 * legal.count / count] }
        loops = Self.beginning(of: LoopNestPrinter.text(state.lowered()))
    }

    public func proposal(in answer: String) throws(AnswerError) -> (content: Proposal.Content, summary: String) {
        let text = answer.trimmingCharacters(in: .whitespacesAndNewlines)
        if let number = Int(text) { return (.schedule(try schedule(.numbers([number]))), "") }
        if text.hasPrefix("[") { return (.schedule(try schedule(ScheduleChoice(text))), "") }
        let block = try AnswerBlock(text, expected: "a list of numbers, or a list of actions")
        return (.schedule(try schedule(ScheduleChoice(block.content))), block.summary)
    }

    public var material: String? {
        let more = legalCount > listed.count ? " (\(listed.count) of \(legalCount); others may be written as JSON)" : ""
        let actions = listed.enumerated().map { "\($0 + 1) \(Self.text($1))" }
        return """
            The schedule to go on from\(base.isEmpty ? " is empty: every loop is serial" : ""):
            \(Quotation(base.map(Self.text).joined(separator: "\n"), info: "json").text)
            Its loops:
            \(Quotation(loops).text)
            Legal actions\(more):
            \(Quotation(actions.joined(separator: "\n")).text)
            """
    }

    public var description: String {
        """
        You schedule the loops of a program; the kernel is written from your schedule, and its values stay right.

        Answer with at most three sentences on what you change and why, then with exactly one fenced code block that \
        holds either the numbers of listed actions, e.g. [12] or [3, 17], which are applied in this order to the \
        schedule to go on from, or a whole schedule: a list of actions that starts from the unscheduled program, one \
        object each with all fields, e.g.

        ```json
        [{"action":"split","stage":"matmul","loop":"n","factor":16},
         {"action":"bind","stage":"matmul","loop":"n.o","to":"group"},
         {"action":"vectorize","stage":"matmul","loop":"n.i","gather":false}]
        ```

        - split stage loop factor: the loop becomes loop.o around loop.i of factor iterations
        - fuse stage outer inner: two neighbouring loops become outer_inner
        - reorder stage loops: the named loops stand in this order
        - bind stage loop to: the outermost serial loop is spread over work-groups (to=group), or work-items (to=item)
        - order stage loops: which loop of groups runs fastest: the last
        - vectorize stage loop gather: the innermost loop becomes the lanes of a vector
        - unroll stage loop: the loop is written out; with a reduced loop around it, its results stay in registers
        - accumulators stage loop count: a reduced loop keeps count partial results
        - inline stage, epilogue stage into, attach stage to loop allowRecompute shared: a stage is computed where \
        it is read, as results are finished, or in a loop of its reader; shared: by a group's work-items together, \
        over which bind then spreads its loops
        - pack stage buffer axis width: an operand is copied into panels first
        - splitReduction stage axis block, fuseReductions first second block, extract stage with, hoist stage, \
        factor stage, separate stage axis, winograd stage, scanBlock stage axis block: other ways to compute the same
        - math stage mode: exact or fast functions; simplify stage: cheaper equal expressions; \
        stream stage: results past the caches; prefetch stage loop; reverse stage loop; specialize stage loop
        """
    }

    private func schedule(_ choice: ScheduleChoice) throws(AnswerError) -> Schedule {
        var actions: Schedule
        switch choice {
        case .actions(let whole): actions = whole
        case .numbers(let numbers):
            actions = base
            for number in numbers {
                guard number >= 1, number <= listed.count else {
                    throw AnswerError("\(number) is no listed action; they are numbered from 1 to \(listed.count)")
                }
                actions.append(listed[number - 1])
            }
        }
        try check(actions)
        return actions
    }

    /// Throws at the first illegal action, with the legal choices.
    private func check(_ actions: Schedule) throws(AnswerError) {
        var state = unscheduled
        for (place, action) in actions.enumerated() {
            do {
                state = try state.applying(action)
            } catch {
                throw AnswerError("action \(place + 1), \(Self.text(action)), is illegal: \(error)")
            }
        }
    }

    private static func base(_ observation: Observation) -> Schedule {
        var scheduled = observation
        scheduled.history = observation.history.filter {
            if case .schedule = $0.proposal.content { true } else { false }
        }
        guard case .schedule(let schedule)? = scheduled.best?.proposal.content else { return [] }
        return schedule
    }

    /// Storage in 16 bits is for runs that allow it.
    private static func isAllowed(_ action: Action, _ precision: DType?) -> Bool {
        if case .narrow(let narrow) = action { narrow.type == precision } else { true }
    }

    private static func text(_ action: Action) -> String { (try? JSONText.encode(action)) ?? "" }

    private static func beginning(of text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > mostLoopLines else { return text }
        return lines.prefix(mostLoopLines).joined(separator: "\n") + "\n… \(lines.count - mostLoopLines) more lines"
    }
}
