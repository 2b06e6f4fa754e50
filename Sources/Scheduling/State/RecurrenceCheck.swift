import KernelIR

extension ScheduleState {
    /// Refuses states in which a recurrent stage would run out of order, or others read it before it is done.
    ///
    /// The loops of the first axis must be serial, in order, and enclose all others but those of independent axes, which
    /// may be spread over work-groups.
    func checkRecurrences() throws(ScheduleError) {
        for (position, stage) in program.stages.enumerated() where stage.isRecurrent {
            let early = program.stages[..<position].first { reader in
                reader.loads.contains { stage.outputs.contains($0.buffer) }
            }
            if let early {
                throw ScheduleError(
                    .illegalDataFlow, "\(early.name) would read the recurrent stage \(stage.name) before it is done",
                    hint: "leave what \(stage.name) reads of itself in its own loops")
            }
            try checkOrder(of: stage)
        }
    }

    private func checkOrder(of stage: Stage) throws(ScheduleError) {
        let nest = try nest(stage.name)
        guard let first = stage.axes.first, nest.attachment == nil else {
            throw ScheduleError(
                .illegalOrder, "the recurrent stage \(stage.name) cannot be attached", hint: "attach others to it")
        }
        let step = nest.definitions[first.name] ?? .axis(first.name)
        let factors = nest.loops.map { step.coefficient(of: $0.name) }
        let steps = nest.loops.indices.filter { factors[$0] > 0 }
        let isOrdered =
            step.axes == Set(steps.map { nest.loops[$0].name })
            && zip(steps, steps.dropFirst()).allSatisfy { factors[$0] > factors[$1] }
            && steps.allSatisfy { nest.loops[$0].kind == .serial }
        let independent = Set(stage.independentAxes.map(\.name))
        let outside = nest.loops.prefix(steps.last ?? 0).filter { !step.axes.contains($0.name) }
        let isOutermost = outside.allSatisfy { loop in
            let axes = nest.definitions.filter { $0.value.axes.contains(loop.name) }.keys
            return independent.isSuperset(of: axes)
        }
        guard isOrdered, isOutermost else {
            let names = independent.sorted().joined(separator: " ")
            throw ScheduleError(
                .illegalOrder, "the recurrent stage \(stage.name) must walk \(first.name) in order",
                hint: "serial loops over \(first.name), outside of them only loops over: \(names)")
        }
    }
}

extension Stage {
    /// Axes of a recurrent stage along which it reads itself at its own place only: their points depend on no others.
    var independentAxes: [Axis] {
        axes.enumerated().dropFirst().filter { dimension, axis in
            recurrentLoads.allSatisfy { $0.indices[dimension] == .axis(axis.name) }
        }.map(\.element)
    }
}
