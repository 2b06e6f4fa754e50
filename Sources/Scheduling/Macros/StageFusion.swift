import KernelIR

/// Rewrites of a program's stages that pay on any device: maps join maps, and the reductions whose results they read; sums
/// of products that only sums of factors are needed for are factored.
///
/// What may join what is a matter of rules: no map goes into windows and steps that read it in many places, nor into a
/// product that would be none any more. Where a map may go into its readers, an estimate says whether it is cheaper to
/// store it (`FusionCost`).
struct StageFusion {
    /// Whether the factors of products are summed apart.
    var factors: Bool
    /// Which maps are computed where they are read.
    var fusion = Fusion.estimated

    /// Inlines maps into maps and computes maps on the results of reductions and scans.
    func apply(to builder: inout ScheduleBuilder) {
        for stage in builder.state.program.stages where stage.monoid == nil { join(stage, in: &builder, fusion) }
        factorSums(&builder)
        for stage in builder.state.program.stages where stage.monoid == nil {
            _ = finish(stage, in: &builder) { $0.kind != .map }
        }
    }

    /// Computes a map in its readers, or as what it reads is finished; leaves it where neither is legal or suits.
    private func join(_ stage: Stage, in builder: inout ScheduleBuilder, _ fusion: Fusion) {
        // A padded copy would put its guards into every window that reads it.
        if builder.state.feedsWindows(stage) || builder.state.feedsSteps(stage) { return }
        // What joins many buffers would be written out in each of its readers.
        if builder.state.program.joinsMany(stage) || builder.state.program.isJoinedAgain(stage) { return }
        // Several readers would compute it each, and what produces its operand but once.
        if builder.state.program.readers(of: stage).count > 1,
            finish(stage, in: &builder, where: builder.state.isProduct)
        {
            return
        }
        var attempt = builder
        guard attempt.attempt(.inline(Inline(stage: stage.name))),
            attempt.state.keepsProducts(of: builder.state, without: stage)
        else { return }
        if fusion == .estimated, isCheaperStored(stage, in: builder) { return }
        builder = attempt
    }

    /// Whether storing a map is cheaper by far than computing it in each of its readers: those that it has, and those
    /// that are left once maps among them are inlined too.
    private func isCheaperStored(_ map: Stage, in builder: ScheduleBuilder) -> Bool {
        guard FusionCost(builder.state).keeps(map.name) else { return false }
        var settled = builder
        var tried: Set<String> = []
        while tried.count < Self.outlook,
            let reader = settled.state.program.readers(of: map).first(where: { reader in
                reader.monoid == nil && !tried.contains(reader.name)
            })
        {
            tried.insert(reader.name)
            join(reader, in: &settled, .everything)
        }
        return FusionCost(settled.state).keeps(map.name)
    }

    /// Maps behind a map that are followed to what will read it in the end.
    private static let outlook = 16

    /// Computes a map as the results of the last stage it reads are finished, where that is legal; says whether it did.
    private func finish(
        _ stage: Stage, in builder: inout ScheduleBuilder, where isSuited: (Stage) -> Bool
    ) -> Bool {
        guard let stage = builder.state.program.stage(stage.name) else { return false }
        let read = Set(stage.loads.map(\.buffer))
        for producer in builder.state.program.stages.reversed()
        where producer.monoid != nil && !read.isDisjoint(with: producer.outputs) && isSuited(producer) {
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
}

extension Stage {
    /// Whether it reads a result of another stage.
    func reads(_ producer: Stage) -> Bool { reads(anyOf: producer.outputs) }
}

extension Stage {
    /// Whether it is a map of which each element comes from one of several places.
    fileprivate var isJoin: Bool {
        guard kind == .map, case .select(.inside, _, _)? = body.first else { return false }
        return true
    }
}

extension TensorProgram {
    /// Whether a stage of which several others read the results reads from more buffers than a kernel should name.
    fileprivate func joinsMany(_ stage: Stage) -> Bool {
        guard let stage = self.stage(stage.name), Set(stage.loads.map(\.buffer)).count > Self.joinedBuffers else {
            return false
        }
        return readers(of: stage).count > 1
    }

    private static let joinedBuffers = 8

    /// Whether a stage chooses among operands what another one chooses from again, and others read besides: along a chain of
    /// such stages each reader would choose from all the operands of those before.
    fileprivate func isJoinedAgain(_ stage: Stage) -> Bool {
        guard let stage = self.stage(stage.name), stage.isJoin else { return false }
        let readers = readers(of: stage)
        return readers.count > 1 && readers.contains(where: \.isJoin)
    }

    /// The stages that read what a stage writes, in order.
    func readers(of stage: Stage) -> [Stage] { stages.filter { $0.reads(stage) } }
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
