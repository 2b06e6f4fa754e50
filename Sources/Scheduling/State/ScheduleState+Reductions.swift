import KernelIR

extension ScheduleState {
    /// The monoid of a reduction, and an axis that it reduces over.
    func reduction(_ stage: Stage, over axis: String) throws(ScheduleError) -> (monoid: Monoid, axis: Axis) {
        guard let monoid = stage.monoid, let reduced = stage.reduceAxes.first(where: { $0.name == axis }) else {
            throw ScheduleError(
                .unknownName, "\(stage.name) does not reduce over \(axis)",
                hint: "reduced axes: " + stage.reduceAxes.map(\.name).joined(separator: " "))
        }
        return (monoid, reduced)
    }

    /// Puts a first step before a reduction: `first` writes its states to temporaries, and `rest` is what is left to do.
    mutating func replace(_ rest: Stage, precededBy first: Stage) {
        for (buffer, type) in zip(first.outputs, first.monoid?.states ?? []) {
            program.buffers.append(Buffer(buffer, type, shape: first.axes.map(\.extent), role: .temporary))
        }
        insert(first, before: rest.name)
        replace(rest)
        nests[rest.name] = Nest(rest)
    }
}
