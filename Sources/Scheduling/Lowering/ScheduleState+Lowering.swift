import KernelIR

extension ScheduleState {
    /// The loops the schedule describes: one kernel for each stage that is not attached to another.
    ///
    /// Accesses that may fall outside their buffer carry bounds; full blocks have a version without them.
    ///
    /// - Parameter branchesAroundBarriers: whether versions may differ in where work-items meet, which is legal since all
    ///   of a group take the same one; PoCL 3.1 loses groups then.
    public func lowered(branchesAroundBarriers: Bool = true) -> LoopProgram {
        let roots = program.stages.filter { nests[$0.name]?.attachment == nil }
        let kernels = roots.map { kernel(of: $0, branchesAroundBarriers) }
        let used = Set(kernels.flatMap { $0.body.flatMap(\.bufferNames) })
        let buffers = program.buffers.filter { used.contains($0.name) && !isLocal($0.name) }
        return LoopProgram(name: program.name, buffers: buffers, kernels: kernels)
    }

    private func kernel(of stage: Stage, _ branchesAroundBarriers: Bool) -> Kernel {
        let lowering = StageLowering(self, stage)
        func axes(_ kind: Nest.Kind) -> [Axis] {
            lowering.nest.loops.filter { $0.kind == kind }.map { Axis($0.name, $0.extent) }
        }
        let (grid, local) = (axes(.grid), axes(.item))
        let statements = lowering.statements()
        let tiles = lowering.tiles
        let parts = carried(by: stage.name).flatMap { localBuffers(of: $0) }
        let shared = (tiles.map(\.buffer) + parts).map { Statement.allocate($0) }
        // Where the work-items of a group meet on their way, or fill buffers together, a version must hold for all of them;
        // lanes that multiply matrices together take the same way.
        let meets = !tiles.isEmpty || statements.contains(where: \.isCollective)
        let inside = meets ? local : local.filter { $0.name == lowering.nest.matrix?.lane }
        let versioning = BoundaryVersioning(
            grid: (grid + local).filter { !inside.contains($0) }, inside: inside, filled: Set(tiles.map(\.name)),
            branchesAroundBarriers: branchesAroundBarriers)
        let body = lowering.nest.loops.specialized(statements, lowering.ranges) {
            versioning.versioned(kernelBody: $0)
        }
        let isFast = ([stage.name] + carried(by: stage.name)).contains { nests[$0]?.math == .fast }
        return Kernel(
            name: stage.name, grid: grid, local: local, body: shared + body, math: isFast ? .fast : .exact,
            rasterization: lowering.nest.groupOrder(of: grid))
    }

    /// Stages attached to a stage, also through others.
    func carried(by stage: String) -> [String] {
        program.stages.map(\.name).filter { nests[$0]?.attachment?.consumer == stage }
            .flatMap { [$0] + carried(by: $0) }
    }

    /// The buffers of what a stage leaves to the work-items of its kernel's group, which compute it together.
    func localBuffers(of stage: String) -> [LocalBuffer] {
        guard let attachment = nests[stage]?.attachment, attachment.isShared else { return [] }
        return (program.stage(stage)?.outputs ?? []).map { output in
            LocalBuffer(
                output, program.buffer(output)?.type ?? .float32, shape: attachment.extents.filter { $0 > 1 },
                space: .local)
        }
    }

    /// Their bytes: elements are as wide as registers, and each buffer begins at a multiple of 16.
    func localBytes(of stage: String) -> Int {
        localBuffers(of: stage).reduce(0) { sum, buffer in
            sum + (buffer.shape.reduce(buffer.type.inRegisters.byteCount, *) + 15) / 16 * 16
        }
    }

    /// Whether a buffer lives inside a kernel since its producer is attached.
    func isLocal(_ buffer: String) -> Bool {
        program.producer(of: buffer).map { nests[$0.name]?.attachment != nil } ?? false
    }
}

extension Statement {
    /// Every buffer a statement touches, repeats included.
    var bufferNames: [String] {
        switch self {
        case .loop(_, _, _, _, let body): body.flatMap(\.bufferNames)
        case .when(_, let then, let otherwise): (then + otherwise).flatMap(\.bufferNames)
        case .store(let stores): stores.flatMap { [$0.buffer] + $0.value.loads.map(\.buffer) }
        case .combine(let reduction): reduction.states.map(\.buffer)
        case .matrix(let product): [product.accumulator] + product.loads.map(\.buffer)
        case .allocate, .barrier: []
        case .asyncCopy(let copy): copy.stores.flatMap { [$0.buffer] + $0.value.loads.map(\.buffer) }
        }
    }
}
