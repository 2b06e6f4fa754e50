import KernelIR

extension ScheduleState {
    /// Cuts an axis of a stage into two axes: blocks of `length` and places in them, in the program itself.
    ///
    /// Results take a dimension more, wherever they are read. The stage's loops start over.
    /// - Precondition: `length` divides the axis' extent, and nothing is attached to the stage.
    mutating func splitAxis(_ axis: Axis, of name: String, by length: Int) {
        guard var stage = program.stage(name) else { return }
        let taken = axisNames
        let parts = [
            Axis("\(axis.name).o".unused(in: taken), axis.extent / length),
            Axis("\(axis.name).i".unused(in: taken), length),
        ]
        let place = Index.axis(parts[0].name) * length + .axis(parts[1].name)
        let isReduced = stage.reduceAxes.contains(axis)
        func cut(_ axes: [Axis]) -> [Axis] { axes.flatMap { $0 == axis ? parts : [$0] } }
        if !isReduced, let dimension = stage.axes.firstIndex(of: axis) {
            for output in stage.outputs { splitDimension(dimension, of: output, by: length) }
        }
        stage.axes = cut(stage.axes)
        if case .reduce(let monoid, let over) = stage.kind { stage.kind = .reduce(monoid, over: cut(over)) }
        let ranges = Ranges(stage.axes + stage.reduceAxes)
        stage.body = stage.body.map { $0.substituting([axis.name: place], ranges) }
        stage.finish = stage.finish.map { $0.substituting([axis.name: place], ranges) }
        replace(stage)
        nests[name] = Nest(stage)
    }

    /// Declares a buffer with a dimension cut in two, and reads it there.
    private mutating func splitDimension(_ dimension: Int, of buffer: String, by length: Int) {
        guard let position = program.buffers.firstIndex(where: { $0.name == buffer }) else { return }
        let extent = program.buffers[position].shape[dimension]
        program.buffers[position].shape.replaceSubrange(dimension...dimension, with: [extent / length, length])
        for consumer in program.consumers(of: buffer) {
            var copy = consumer
            let ranges = Ranges(consumer.axes + consumer.reduceAxes)
            func cut(_ node: Expr) -> Expr {
                guard case .load(var load) = node, load.buffer == buffer else { return node }
                let index = load.indices[dimension]
                load.indices.replaceSubrange(
                    dimension...dimension,
                    with: [index.divided(by: length, ranges), index.remainder(by: length, ranges)])
                return .load(load)
            }
            copy.body = copy.body.map { $0.rewritten(cut) }
            copy.finish = copy.finish.map { $0.rewritten(cut) }
            replace(copy)
        }
    }
}
