import KernelIR

/// A whole program's schedule for a CPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// This is the starting point of the built-in author, and its parameters are what it varies. Those of the macros hold for
/// all stages, and can be read and set here as if they were the program's own, unless a stage has its own.
@dynamicMemberLookup
public struct ProgramCPU: Sendable, Hashable, Codable {
    /// The macros' parameters for every stage that has none of its own.
    public var common: StageMacros
    /// The macros' parameters for single stages, by the name of the stage that the macro is applied to.
    public var stages: [String: StageMacros]
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool
    /// Which maps are computed where they are read.
    public var fusion: Fusion
    /// Whether expressions make way for equal ones that cost less.
    public var simplifies: Bool
    /// The types in which temporaries are stored.
    public var storage: TemporaryStorage

    public init(
        gemm: GemmCPU = GemmCPU(), streaming: StreamingCPU = StreamingCPU(), reduction: ReductionCPU = ReductionCPU(),
        normalization: NormalizationCPU = NormalizationCPU(), convolution: ConvolutionCPU = ConvolutionCPU(),
        factors: Bool = true, fusion: Fusion = .estimated, simplifies: Bool = true, scan: ScanCPU = ScanCPU(),
        storage: TemporaryStorage = TemporaryStorage(), attention: AttentionCPU = AttentionCPU(),
        stages: [String: StageMacros] = [:]
    ) {
        common = StageMacros(
            gemm: gemm, streaming: streaming, reduction: reduction, normalization: normalization,
            convolution: convolution, scan: scan, attention: attention)
        self.stages = stages
        self.factors = factors
        self.fusion = fusion
        self.simplifies = simplifies
        self.storage = storage
    }

    /// A parameter of the macros for all stages without their own.
    public subscript<Value>(dynamicMember path: WritableKeyPath<StageMacros, Value>) -> Value {
        get { common[keyPath: path] }
        set { common[keyPath: path] = newValue }
    }

    /// The parameters that a stage is scheduled with.
    public func macros(for stage: String) -> StageMacros { stages[stage] ?? common }

    /// Sets a parameter for every stage, those with their own included.
    public mutating func set<Value>(_ path: WritableKeyPath<StageMacros, Value>, to value: Value) {
        common[keyPath: path] = value
        for stage in stages.keys { stages[stage]?[keyPath: path] = value }
    }

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        try plan(program, target: target).schedule
    }

    /// The actions for an unscheduled program, and what they owe to which stage.
    public func plan(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> ProgramPlan {
        var planning = Planning(ScheduleBuilder(ScheduleState(program, target: target)))
        StageFusion(factors: factors, fusion: fusion).apply(to: &planning.builder)
        var done = attend(&planning)
        done.formUnion(normalize(&planning, besides: done))
        done.formUnion(joinReductions(&planning, besides: done))
        for stage in planning.builder.state.program.stages where !done.contains(stage.name) {
            guard planning.builder.state.program.stage(stage.name) != nil else { continue }
            try apply(to: &planning, stage)
        }
        storage.apply(to: &planning.builder)
        if simplifies { planning.builder.simplify() }
        planning.plan.schedule = planning.builder.schedule
        return planning.plan
    }

    /// A schedule under construction, and what each part of it owes to which stage.
    private struct Planning {
        var builder: ScheduleBuilder
        var plan = ProgramPlan(schedule: [])

        init(_ builder: ScheduleBuilder) { self.builder = builder }

        /// Notes that what differs between an earlier state and now came from a macro applied to a stage.
        mutating func note(
            _ macro: ProgramPlan.Macro, of stage: String, since before: ScheduleBuilder, with others: [String] = []
        ) -> [String] {
            let known = Set(before.state.program.stages.map(\.name))
            let made = builder.state.program.stages.map(\.name).filter { !known.contains($0) }
            for name in [stage] + others + made { plan.deciders[name] = stage }
            plan.macros[stage] = macro
            return made
        }
    }

    /// Schedules attentions as one kernel each; returns the stages that are done with.
    private func attend(_ planning: inout Planning) -> Set<String> {
        var done: Set<String> = []
        for stage in planning.builder.state.program.stages {
            guard let group = planning.builder.state.attention(endingIn: stage) else { continue }
            let before = planning.builder
            var attempt = before
            guard (try? macros(for: stage.name).attention.apply(to: &attempt, group)) != nil else { continue }
            planning.builder = attempt
            let others = ([group.scores, group.weights] + group.reductions).map(\.name)
            done.formUnion(others + [stage.name])
            done.formUnion(planning.note(.attention, of: stage.name, since: before, with: others))
        }
        return done
    }

    /// Schedules the maps that read reductions' results; returns the stages that are done with.
    private func normalize(_ planning: inout Planning, besides others: Set<String>) -> Set<String> {
        var done: Set<String> = []
        for stage in planning.builder.state.program.stages where stage.monoid == nil && !others.contains(stage.name) {
            let reductions = planning.builder.state.reductions(behind: stage)
            guard !reductions.isEmpty, done.isDisjoint(with: reductions.map(\.name)) else { continue }
            let before = planning.builder
            var attempt = before
            let macro = macros(for: stage.name).normalization
            guard (try? macro.apply(to: &attempt, stage: stage.name)) != nil else { continue }
            planning.builder = attempt
            done.insert(stage.name)
            done.formUnion(reductions.map(\.name))
            done.formUnion(
                planning.note(.normalization, of: stage.name, since: before, with: reductions.map(\.name)))
        }
        return done
    }

    /// Schedules reductions that read other reductions' results, the last ones first; returns the stages that are done with.
    private func joinReductions(_ planning: inout Planning, besides others: Set<String>) -> Set<String> {
        var done = others
        for stage in planning.builder.state.program.stages.reversed()
        where stage.isReduction && !stage.isRecurrent && !done.contains(stage.name) {
            let macro = macros(for: stage.name).normalization
            let behind = planning.builder.state.reductions(behind: stage).map(\.name)
            guard macro.joinsReductions, !behind.isEmpty, done.isDisjoint(with: behind),
                !planning.builder.state.isProduct(stage)
            else { continue }
            let before = planning.builder
            var attempt = before
            guard (try? macro.apply(to: &attempt, reduction: stage.name)) != nil else { continue }
            planning.builder = attempt
            done.formUnion(behind + [stage.name])
            done.formUnion(planning.note(.normalization, of: stage.name, since: before, with: behind))
        }
        return done
    }

    private func apply(to planning: inout Planning, _ stage: Stage) throws(ScheduleError) {
        let before = planning.builder
        let macro = try apply(macros(for: stage.name), to: &planning.builder, stage)
        _ = planning.note(macro, of: stage.name, since: before)
    }

    private func apply(
        _ macros: StageMacros, to builder: inout ScheduleBuilder, _ stage: Stage
    ) throws(ScheduleError) -> ProgramPlan.Macro {
        switch builder.state.classify(stage) {
        case .map:
            try macros.streaming.apply(to: &builder, stage: stage.name)
            return .streaming
        case .contraction:
            try macros.gemm.apply(to: &builder, stage: stage.name)
            return .gemm
        case .convolution:
            if WinogradCPU.isWanted(macros.convolution.filtering, stage, builder.state.target) {
                var attempt = builder
                let filtered = WinogradCPU(gemm: macros.gemm, math: macros.convolution.math)
                if (try? filtered.apply(to: &attempt, stage: stage.name)) != nil {
                    builder = attempt
                    return .convolution
                }
            }
            try macros.convolution.apply(to: &builder, stage: stage.name)
            return .convolution
        case .recurrence:
            try RecurrenceCPU().apply(to: &builder, stage: stage.name)
            return .recurrence
        case .row, .column:
            try macros.reduction.apply(to: &builder, stage: stage.name)
            return .reduction
        case .scan:
            try macros.scan.apply(to: &builder, stage: stage.name)
            return .scan
        }
    }
}
