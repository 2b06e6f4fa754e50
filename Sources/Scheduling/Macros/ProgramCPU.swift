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
    /// The types in which temporaries are stored.
    public var storage: TemporaryStorage

    public init(
        gemm: GemmCPU = GemmCPU(), streaming: StreamingCPU = StreamingCPU(), reduction: ReductionCPU = ReductionCPU(),
        normalization: NormalizationCPU = NormalizationCPU(), convolution: ConvolutionCPU = ConvolutionCPU(),
        factors: Bool = true, scan: ScanCPU = ScanCPU(), storage: TemporaryStorage = TemporaryStorage(),
        attention: AttentionCPU = AttentionCPU(), stages: [String: StageMacros] = [:]
    ) {
        common = StageMacros(
            gemm: gemm, streaming: streaming, reduction: reduction, normalization: normalization,
            convolution: convolution, scan: scan, attention: attention)
        self.stages = stages
        self.factors = factors
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
        fuseMaps(&planning.builder)
        var done = attend(&planning)
        done.formUnion(normalize(&planning, besides: done))
        for stage in planning.builder.state.program.stages where !done.contains(stage.name) {
            guard planning.builder.state.program.stage(stage.name) != nil else { continue }
            try apply(to: &planning, stage)
        }
        storage.apply(to: &planning.builder)
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

    /// Inlines maps into maps and computes maps on the results of reductions and scans.
    private func fuseMaps(_ builder: inout ScheduleBuilder) {
        for stage in builder.state.program.stages where stage.monoid == nil {
            // A padded copy would put its guards into every window that reads it.
            if builder.state.feedsWindows(stage) || builder.state.feedsSteps(stage) { continue }
            // Several readers would compute it each, and what produces its operand but once.
            if builder.state.readers(of: stage) > 1, finish(stage, in: &builder, where: builder.state.isProduct) {
                continue
            }
            var attempt = builder
            guard attempt.attempt(.inline(Inline(stage: stage.name))),
                attempt.state.keepsProducts(of: builder.state, without: stage)
            else { continue }
            builder = attempt
        }
        factorSums(&builder)
        for stage in builder.state.program.stages where stage.monoid == nil {
            _ = finish(stage, in: &builder) { $0.kind != .map }
        }
    }

    /// Computes a map as the results of the last stage it reads are finished, where that is legal; says whether it did.
    private func finish(
        _ stage: Stage, in builder: inout ScheduleBuilder, where isSuited: (Stage) -> Bool
    ) -> Bool {
        guard let stage = builder.state.program.stage(stage.name) else { return false }
        for producer in builder.state.program.stages.reversed() where stage.reads(producer) && isSuited(producer) {
            if builder.attempt(.epilogue(Epilogue(stage: stage.name, into: producer.name))) { return true }
        }
        return false
    }

    /// Sums factors before multiplying where that pays: a core adds an element from memory in the time of some 32
    /// multiply-adds of a tile in registers.
    private func factorSums(_ builder: inout ScheduleBuilder) {
        guard factors else { return }
        for stage in builder.state.program.stages where stage.monoid != nil {
            let action = Factor(stage: stage.name)
            guard let saving = action.saving(in: builder.state, summand: 32), saving > 1 else { continue }
            builder.attempt(.factor(action))
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
            if WinogradCPU.isWanted(macros.convolution.filtering, stage) {
                var attempt = builder
                if (try? WinogradCPU(gemm: macros.gemm).apply(to: &attempt, stage: stage.name)) != nil {
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

extension Stage {
    /// Whether it reads a result of another stage.
    fileprivate func reads(_ producer: Stage) -> Bool { loads.contains { producer.outputs.contains($0.buffer) } }
}

extension ScheduleState {
    /// How many stages read what a stage writes.
    fileprivate func readers(of stage: Stage) -> Int {
        Set(stage.outputs.flatMap { program.consumers(of: $0) }.map(\.name)).count
    }

    /// Whether a recurrent stage reads a map's results, the same ones at every step.
    fileprivate func feedsSteps(_ stage: Stage) -> Bool {
        stage.outputs.contains { output in program.consumers(of: output).contains(where: \.isRecurrent) }
    }

    /// Whether a reduction reads a map's results at windows, each of them in many places.
    fileprivate func feedsWindows(_ stage: Stage) -> Bool {
        // A window of one step, as phases of a transposed convolution may have, depends on one axis only.
        let isGuarded = stage.body.flatMap(\.loads).contains { !$0.bounds.isEmpty }
        return stage.outputs.contains { output in
            program.consumers(of: output).contains { consumer in
                consumer.monoid != nil
                    && consumer.body.flatMap(\.loads).contains { load in
                        load.buffer == output
                            && load.indices.contains {
                                $0.asAxis == nil && $0.axes.count > (isGuarded ? 0 : 1)
                            }
                    }
            }
        }
    }

    /// Whether the readers of a map that has been inlined are products still, where they were before. Otherwise each of
    /// the many results that a product makes of an element would compute it anew.
    fileprivate func keepsProducts(of before: ScheduleState, without map: Stage) -> Bool {
        before.program.stages.allSatisfy { reader in
            guard reader.reads(map), before.isProduct(reader), let now = program.stage(reader.name) else { return true }
            return isProduct(now)
        }
    }
}
