import KernelIR

extension ScheduleState {
    /// What may be worth trying where loops are spread over groups and work-items: operands in local memory, and the
    /// order of the groups.
    func groupActions(of stage: Stage) -> [Action] {
        guard let nest = nests[stage.name] else { return [] }
        let serial = nest.loops.filter { $0.isReduction && $0.kind == .serial }.map(\.name)
        var actions: [Action] = []
        // On a CPU local memory is no nearer than the caches are.
        if !target.prefersExplicitLanes, nest.loops.contains(where: { $0.kind == .item }) {
            let read = stage.body.flatMap(\.loads).map(\.buffer).uniqued()
            for (buffer, loop) in read.flatMap({ buffer in serial.map { (buffer, $0) } }) {
                let plain = StageOperand(stage: stage.name, buffer: buffer, loop: loop)
                var (wide, turned) = (plain, plain)
                wide.vector = 4
                turned.transposed = true
                turned.layout = .padded(4)
                actions += [plain, wide, turned].map { .stage($0) }
            }
        }
        for loop in nest.stagings.map(\.copy.loop).uniqued() {
            actions += [2, 3].map { .pipeline(Pipeline(stage: stage.name, loop: loop, stages: $0)) }
        }
        if nest.loops.filter({ $0.kind == .grid }).count >= 2 {
            actions += [Rasterization.grouped(8), .hilbert].filter { $0 != nest.rasterization }
                .map { .rasterize(Rasterize(stage: stage.name, order: $0)) }
        }
        return actions
    }
}
