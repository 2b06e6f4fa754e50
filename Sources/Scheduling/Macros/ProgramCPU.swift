import KernelIR

/// A whole program's schedule for a CPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// This is the starting point of the built-in author, and its parameters are what it varies.
public struct ProgramCPU: Sendable, Hashable, Codable {
    public var gemm: GemmCPU
    public var streaming: StreamingCPU
    public var reduction: ReductionCPU
    public var normalization: NormalizationCPU
    public var convolution: ConvolutionCPU
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool
    public var scan: ScanCPU
    /// The types in which temporaries are stored.
    public var storage: TemporaryStorage

    public init(
        gemm: GemmCPU = GemmCPU(), streaming: StreamingCPU = StreamingCPU(), reduction: ReductionCPU = ReductionCPU(),
        normalization: NormalizationCPU = NormalizationCPU(), convolution: ConvolutionCPU = ConvolutionCPU(),
        factors: Bool = true, scan: ScanCPU = ScanCPU(), storage: TemporaryStorage = TemporaryStorage()
    ) {
        self.storage = storage
        self.factors = factors
        self.convolution = convolution
        self.scan = scan
        self.gemm = gemm
        self.streaming = streaming
        self.reduction = reduction
        self.normalization = normalization
    }

    /// Reads records from before convolutions, factors, scans and storage had parameters, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        gemm = try fields.decode(GemmCPU.self, forKey: .gemm)
        streaming = try fields.decode(StreamingCPU.self, forKey: .streaming)
        reduction = try fields.decode(ReductionCPU.self, forKey: .reduction)
        normalization = try fields.decode(NormalizationCPU.self, forKey: .normalization)
        convolution = try fields.decodeIfPresent(ConvolutionCPU.self, forKey: .convolution) ?? ConvolutionCPU()
        factors = try fields.decodeIfPresent(Bool.self, forKey: .factors) ?? true
        scan = try fields.decodeIfPresent(ScanCPU.self, forKey: .scan) ?? ScanCPU()
        storage = try fields.decodeIfPresent(TemporaryStorage.self, forKey: .storage) ?? TemporaryStorage()
    }

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        fuseMaps(&builder)
        let reductions = normalize(&builder)
        for stage in builder.state.program.stages where !reductions.contains(stage.name) {
            guard builder.state.program.stage(stage.name) != nil else { continue }
            try apply(to: &builder, stage)
        }
        storage.apply(to: &builder)
        return builder.schedule
    }

    /// Inlines maps into maps and computes maps on the results of reductions and scans.
    private func fuseMaps(_ builder: inout ScheduleBuilder) {
        for stage in builder.state.program.stages where stage.monoid == nil {
            // A padded copy would put its guards into every window that reads it.
            if builder.state.feedsWindows(stage) || builder.state.feedsSteps(stage) { continue }
            var attempt = builder
            guard attempt.attempt(.inline(Inline(stage: stage.name))),
                attempt.state.keepsProducts(of: builder.state, without: stage)
            else { continue }
            builder = attempt
        }
        factorSums(&builder)
        for stage in builder.state.program.stages where stage.monoid == nil {
            for producer in builder.state.program.stages.reversed() where stage.reads(producer) && producer.kind != .map
            {
                if builder.attempt(.epilogue(Epilogue(stage: stage.name, into: producer.name))) { break }
            }
        }
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

    /// Schedules the maps that read reductions' results; returns the stages that are done with.
    private func normalize(_ builder: inout ScheduleBuilder) -> Set<String> {
        var done: Set<String> = []
        for stage in builder.state.program.stages where stage.monoid == nil {
            let reductions = builder.state.reductions(behind: stage)
            guard !reductions.isEmpty, done.isDisjoint(with: reductions.map(\.name)) else { continue }
            var attempt = builder
            guard (try? normalization.apply(to: &attempt, stage: stage.name)) != nil else { continue }
            let before = Set(builder.state.program.stages.map(\.name))
            builder = attempt
            done.insert(stage.name)
            done.formUnion(reductions.map(\.name))
            done.formUnion(builder.state.program.stages.map(\.name).filter { !before.contains($0) })
        }
        return done
    }

    private func apply(to builder: inout ScheduleBuilder, _ stage: Stage) throws(ScheduleError) {
        switch builder.state.classify(stage) {
        case .map: try streaming.apply(to: &builder, stage: stage.name)
        case .contraction: try gemm.apply(to: &builder, stage: stage.name)
        case .convolution: try convolution.apply(to: &builder, stage: stage.name)
        case .recurrence: try RecurrenceCPU().apply(to: &builder, stage: stage.name)
        case .row, .column: try reduction.apply(to: &builder, stage: stage.name)
        case .scan: try scan.apply(to: &builder, stage: stage.name)
        }
    }
}

extension Stage {
    /// Whether it reads a result of another stage.
    fileprivate func reads(_ producer: Stage) -> Bool { loads.contains { producer.outputs.contains($0.buffer) } }
}

extension ScheduleState {
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
