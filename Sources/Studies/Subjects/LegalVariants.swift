import Evaluation
import KernelIR
import Rendering
import Scheduling
import Workloads

/// Draws correct solutions of one workload that compute in many orders.
public struct LegalVariants: Sendable {
    /// What a solution varies.
    enum Kind: String, CaseIterable {
        /// Every lever of the macros at random: tiles, accumulators, split sums, fusion, fast functions.
        case macros
        /// The macros' choice or the plain loops, then legal actions at random.
        case actions
        /// Exchanged and regrouped operands, reciprocals in place of quotients.
        case arithmetic
    }

    /// Sources longer than this take a compiler many seconds and say nothing more about values.
    private static let longestSource = 60_000

    private let workload: StudyWorkload
    private let renderer: Renderer
    private var target: TargetProfile { renderer.profile }

    public init(_ workload: StudyWorkload, renderer: Renderer) {
        (self.workload, self.renderer) = (workload, renderer)
    }

    /// Up to `count` solutions, all different; equal seeds give equal solutions.
    public func draw(_ count: Int, seed: UInt64) async throws -> [Subject] {
        var seen: Set<String> = []
        var drawn: [Subject] = []
        for number in 0..<(6 * count) where drawn.count < count {
            let kind = Kind.allCases[number % Kind.allCases.count]
            let id = SubjectID(workload: workload.id, base: nil, kind: kind.rawValue, number: number)
            guard let subject = try await solution(id, seed: seed),
                subject.solution.sources[0].content.utf8.count <= Self.longestSource,
                seen.insert(subject.solution.sources[0].content).inserted
            else { continue }
            drawn.append(subject)
        }
        return drawn
    }

    /// The solution of an id; nil where the draw finds nothing legal.
    public func solution(_ id: SubjectID, seed: UInt64) async throws -> Subject? {
        guard let kind = Kind(rawValue: id.kind) else { return nil }
        let seed = seed &+ UInt64(id.number) &* 0x9E37_79B9
        var generator = SplitMix64(seed: seed)
        guard var (schedule, place) = try await base(seed, isRandom: kind != .actions || Bool.random(using: &generator))
        else { return nil }
        var state = try ScheduleState(workload.program, target: target).applying(schedule)
        if kind == .actions {
            let steps = Int.random(in: 1...5, using: &generator)
            for _ in 0..<steps {
                guard let action = ActionDraw.legal(in: state, using: &generator) else { break }
                state = try state.applying(action)
                schedule.append(action)
            }
            place += ", \(steps) actions at random"
        }
        var loops = state.lowered()
        if kind == .arithmetic { loops = loops.withLegalArithmetic(using: &generator) }
        guard
            let solution = try? renderer.render(
                loops, workload: workload.workload.contentHash, schedule: nil, author: "study")
        else { return nil }
        return Subject(id: id, faultClass: nil, place: place, solution: solution)
    }

    private func base(_ seed: UInt64, isRandom: Bool) async throws -> (Schedule, String)? {
        guard isRandom else { return ([], "plain loops") }
        return try await RandomAuthor.schedule(of: workload, target: target, seed: seed).map {
            ($0, "macros at random")
        }
    }
}

/// Draws schedule actions.
enum ActionDraw {
    /// A legal action that keeps the declared precision; kinds are drawn first, so that the many possible splits don't crowd
    /// out the rest.
    static func legal(in state: ScheduleState, using generator: inout SplitMix64) -> Action? {
        let actions = state.legalActions().filter { action in
            switch action {
            case .narrow, .matrix: false
            default: true
            }
        }
        let kinds = Dictionary(grouping: actions.indices) { type(of: actions[$0].wrapped).name }
        guard let kind = kinds.keys.sorted().randomElement(using: &generator) else { return nil }
        return kinds[kind]?.randomElement(using: &generator).map { actions[$0] }
    }
}
