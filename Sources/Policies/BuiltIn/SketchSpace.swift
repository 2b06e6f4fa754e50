import Evaluation
import KernelIR
import Scheduling

/// The schedules the built-in authors choose from: a program's macros under varied parameters.
struct SketchSpace: Sendable {
    let program: TensorProgram
    let target: TargetProfile
    /// The levers that act on some stage of the program.
    private(set) var levers: [Lever]
    private let cache: LoweringCache

    /// - Parameters:
    ///   - precision: the 16-bit type that temporaries may be stored in; nil for none.
    ///   - cache: of the author, for this target.
    init(
        _ program: TensorProgram, target: TargetProfile, precision: DType? = nil, cache: LoweringCache = LoweringCache()
    ) {
        self.program = program
        self.target = target
        self.cache = cache
        levers = cache.levers(program, precision) {
            let subjects = SketchSpace.subjects(of: program, target)
            let storage = precision.map { Lever.storage($0) } ?? []
            return storage + Lever.all(for: target).filter { subjects.contains($0.subject) }
        }
    }

    /// The choices that an observation leaves.
    init(_ observation: Observation, cache: LoweringCache) {
        self.init(
            observation.program, target: observation.target, precision: observation.precision, cache: cache)
    }

    /// The same without the levers that act only on stages in which little of a measured time goes.
    func relevant(to times: StageTimes?) -> SketchSpace {
        guard let times else { return self }
        let macros = times.macros(above: Self.remarkableShare)
        var space = self
        space.levers = levers.filter { lever in
            let own = lever.subject.macros
            return own.isEmpty || !own.isDisjoint(with: macros)
        }
        return space
    }

    /// How many candidates are planned for one proposal at most: planning and lowering a network of hundreds of stages
    /// takes seconds, in which a few candidates are measured.
    var breadth: Int { max(4, Self.plannedStages / max(1, program.stages.count)) }

    /// Stages of all candidates that are planned for one proposal.
    private static let plannedStages = 4096

    /// Stages below this share of the time are left as they are.
    private static let remarkableShare = 0.05

    /// The proposal for some parameters; `nil` where a macro finds its own choice illegal.
    func proposal(_ parameters: ProgramCPU, rationale: String) -> Proposal? {
        guard let schedule = cache.plan(parameters, program, target: target)?.schedule else { return nil }
        return Proposal(.schedule(schedule), rationale: rationale, parameters: parameters)
    }

    /// Parameters that differ by one lever, those that address the bottleneck first.
    func neighbours(
        of parameters: ProgramCPU, bottleneck: Profile.Bottleneck?
    ) -> [(parameters: ProgramCPU, change: String)] {
        let first = levers.filter { lever in bottleneck.map { lever.helps.contains($0) } ?? true }
        let rest = levers.filter { lever in !(bottleneck.map { lever.helps.contains($0) } ?? true) }
        // The best guess of every lever before the second of any.
        let lists = (first + rest).map { $0.alternatives(parameters) }
        let depth = lists.map(\.count).max() ?? 0
        return (0..<depth).flatMap { place in lists.compactMap { place < $0.count ? $0[place] : nil } }
    }

    private static func subjects(of program: TensorProgram, _ target: TargetProfile) -> Set<Lever.Subject> {
        let state = ScheduleState(program, target: target)
        var subjects: Set<Lever.Subject> = []
        for stage in state.program.stages {
            switch state.classify(stage) {
            case .contraction: subjects.insert(.contraction)
            case .convolution: subjects.insert(.convolution)
            case .map: subjects.insert(.map)
            case .recurrence: break
            case .row, .column: subjects.insert(.reduction)
            case .scan: subjects.insert(.scan)
            }
        }
        if !subjects.isDisjoint(with: [.contraction, .convolution]), subjects.contains(.reduction) {
            subjects.insert(.factored)
        }
        if Fusion.matters(to: program, target: target) { subjects.insert(.fused) }
        if ProgramCPU.hasCheaperExpressions(program, target: target) { subjects.insert(.simplified) }
        let reductions = state.program.stages.filter { $0.isReduction }
        let areChained = reductions.contains { later in
            reductions.contains { first in later.loads.contains { first.outputs.contains($0.buffer) } }
        }
        if subjects.isSuperset(of: [.map, .reduction]) || areChained { subjects.insert(.normalization) }
        let products = state.program.stages.filter { if case .contraction = state.classify($0) { true } else { false } }
        if products.count > 1, subjects.contains(.normalization) { subjects.insert(.attention) }
        return subjects
    }
}
