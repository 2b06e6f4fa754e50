import KernelIR

extension TensorProgram {
    /// The same program with every axis name used by one stage only: shared names become `stage.axis`.
    func withUniqueAxes() -> TensorProgram {
        var users: [String: Int] = [:]
        for stage in stages {
            for axis in stage.axes + stage.reduceAxes { users[axis.name, default: 0] += 1 }
        }
        var copy = self
        copy.stages = stages.map { stage in
            let shared = (stage.axes + stage.reduceAxes).filter { users[$0.name, default: 0] > 1 }
            return stage.renaming(
                Dictionary(uniqueKeysWithValues: shared.map { ($0.name, "\(stage.name).\($0.name)") }))
        }
        return copy
    }
}

extension Stage {
    /// The same stage with some axes renamed.
    func renaming(_ names: [String: String]) -> Stage {
        guard !names.isEmpty else { return self }
        func renamed(_ axis: Axis) -> Axis { Axis(names[axis.name] ?? axis.name, axis.extent) }
        var copy = self
        copy.axes = axes.map(renamed)
        switch kind {
        case .map: break
        case .reduce(let monoid, let over): copy.kind = .reduce(monoid, over: over.map(renamed))
        case .scan(let monoid, var sweep):
            sweep.axis = names[sweep.axis] ?? sweep.axis
            copy.kind = .scan(monoid, along: sweep)
        }
        let ranges = Ranges(copy.axes + copy.reduceAxes)
        let replacements = names.mapValues { Index.axis($0) }
        copy.body = body.map { $0.substituting(replacements, ranges) }
        copy.finish = finish.map { $0.substituting(replacements, ranges) }
        return copy
    }
}
