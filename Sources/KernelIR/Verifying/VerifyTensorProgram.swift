extension TensorProgram {
    /// Checks every rule of `docs/ir.md`; what passes can be interpreted and scheduled.
    ///
    /// Throws `internalInconsistency` with the stage, the buffer and the legal choices. Complexity: linear in the size of
    /// all expressions, times the bounds that guard an access.
    public func verify() throws(KernelwrightError) {
        try verifyBuffers(buffers, program: name)
        var names: Set<String> = []
        for stage in stages where !names.insert(stage.name).inserted {
            throw KernelwrightError(.internalInconsistency, "\(name): two stages are named \(stage.name)")
        }
        var scope = ExprScope(place: name, buffers: [:])
        for buffer in buffers {
            scope.buffers[buffer.name] = .init(type: buffer.type, shape: buffer.shape)
            if buffer.role == .input || buffer.role == .parameter { scope.readable.insert(buffer.name) }
        }
        for stage in stages {
            scope.place = "\(name), stage \(stage.name)"
            try verify(stage, scope)
            scope.readable.formUnion(stage.outputs)
        }
        for buffer in buffers where !scope.readable.contains(buffer.name) {
            throw KernelwrightError(
                .internalInconsistency, "\(name): no stage writes the \(buffer.role.rawValue) \(buffer.name)")
        }
    }

    private func verify(_ stage: Stage, _ outer: ExprScope) throws(KernelwrightError) {
        var spatial = try adding(stage.axes, to: outer)
        try verifyOutputs(stage, outer)
        if stage.isRecurrent { spatial.readable.formUnion(stage.outputs) }
        for load in stage.recurrentLoads {
            guard let first = stage.axes.first, let place = load.indices.first,
                (place - .axis(first.name)).asConstant.map({ $0 < 0 }) == true
            else {
                throw outer.failure(
                    "it reads \(load.buffer) of its own where it may not be written yet",
                    hint: "the first index must be the first axis less a constant")
            }
        }
        switch stage.kind {
        case .map:
            guard stage.finish.isEmpty else { throw outer.failure("a map has no finish") }
            try verifyResults(stage.body, of: stage, spatial)
        case .reduce(let monoid, let over):
            guard !over.isEmpty else { throw outer.failure("a reduction needs at least one axis to reduce over") }
            try verify(monoid, outer)
            try verifyLifts(of: stage, monoid, try adding(over, to: spatial))
            try verifyFinish(of: stage, monoid, spatial)
        case .scan(let monoid, let sweep):
            guard let axis = stage.axes.first(where: { $0.name == sweep.axis }) else {
                throw outer.failure(
                    "it scans along \(sweep.axis), which is none of its axes",
                    hint: "axes: \(stage.axes.map(\.name).joined(separator: ", "))")
            }
            guard sweep.block.map({ (2..<max(3, axis.extent)).contains($0) }) ?? true else {
                throw outer.failure(
                    "it scans blocks of \(sweep.block ?? 0) along \(axis.name)", hint: "2 to \(axis.extent - 1)")
            }
            try verify(monoid, outer)
            try verifyLifts(of: stage, monoid, spatial)
            try verifyFinish(of: stage, monoid, spatial)
        }
    }

    private func verifyLifts(of stage: Stage, _ monoid: Monoid, _ scope: ExprScope) throws(KernelwrightError) {
        guard stage.body.count == monoid.states.count else {
            throw scope.failure("\(stage.body.count) lifts for \(monoid.states.count) states of \(monoid.name)")
        }
        for (state, lift) in stage.body.enumerated() {
            try scope.require(lift, is: monoid.states[state], as: "lift \(state)")
        }
    }

    private func verifyFinish(of stage: Stage, _ monoid: Monoid, _ scope: ExprScope) throws(KernelwrightError) {
        var finishing = scope
        finishing.states = monoid.states
        try verifyResults(stage.finish, of: stage, finishing)
    }

    private func adding(_ axes: [Axis], to scope: ExprScope) throws(KernelwrightError) -> ExprScope {
        var scope = scope
        for axis in axes {
            guard axis.extent > 0 else { throw scope.failure("axis \(axis.name) has extent \(axis.extent)") }
            guard scope.ranges[axis.name] == nil else { throw scope.failure("axis \(axis.name) occurs twice") }
            scope = scope.adding(axis)
        }
        return scope
    }

    private func verifyOutputs(_ stage: Stage, _ scope: ExprScope) throws(KernelwrightError) {
        guard !stage.outputs.isEmpty else { throw scope.failure("it writes nothing") }
        for (position, output) in stage.outputs.enumerated() {
            guard let buffer = buffer(output) else {
                let writable = buffers.filter { $0.role == .output || $0.role == .temporary }.map(\.name)
                throw scope.failure(
                    "output \(output) is unknown", hint: "declared: \(writable.joined(separator: ", "))")
            }
            guard buffer.role == .output || buffer.role == .temporary else {
                throw scope.failure("it writes the \(buffer.role.rawValue) \(output)", hint: "inputs are read only")
            }
            guard !scope.readable.contains(output), !stage.outputs[..<position].contains(output) else {
                throw scope.failure("\(output) is written twice", hint: "every buffer has one producer")
            }
            let extents = stage.axes.map(\.extent)
            guard buffer.shape == extents else {
                throw scope.failure("\(output) has shape \(buffer.shape) but the axes span \(extents)")
            }
        }
    }

    private func verifyResults(
        _ results: [Expr], of stage: Stage, _ scope: ExprScope
    ) throws(KernelwrightError) {
        guard results.count == stage.outputs.count else {
            throw scope.failure("\(results.count) results for \(stage.outputs.count) outputs")
        }
        for (result, output) in zip(results, stage.outputs) {
            guard let type = scope.buffers[output]?.type else { continue }
            try scope.require(result, is: type, as: "result for \(output)")
        }
    }

    private func verify(_ monoid: Monoid, _ outer: ExprScope) throws(KernelwrightError) {
        var scope = outer
        scope.place += ", monoid \(monoid.name)"
        scope.sides = monoid.states
        scope.readable = []
        var counts = [monoid.states.count, monoid.identity.count, monoid.combine.count]
        if let succession = monoid.succession {
            counts.append(succession.combine.count)
            guard monoid.states.indices.contains(succession.place) else {
                throw scope.failure("no state \(succession.place) is the place", hint: "a state of the monoid")
            }
        }
        guard counts[0] > 0, Set(counts).count == 1 else {
            throw scope.failure("states, identity and combine have \(counts) entries", hint: "one each a state")
        }
        for combines in [monoid.combine] + [monoid.succession?.combine].compactMap(\.self) {
            for (state, combine) in combines.enumerated() {
                try scope.require(combine, is: monoid.states[state], as: "combine \(state)")
            }
        }
    }
}

/// Checks names and shapes of the device buffers of a program of either level.
func verifyBuffers(_ buffers: [Buffer], program: String) throws(KernelwrightError) {
    var names: Set<String> = []
    for buffer in buffers {
        guard names.insert(buffer.name).inserted else {
            throw KernelwrightError(.internalInconsistency, "\(program): two buffers are named \(buffer.name)")
        }
        guard buffer.shape.allSatisfy({ $0 > 0 }) else {
            throw KernelwrightError(
                .internalInconsistency, "\(program): buffer \(buffer.name) has shape \(buffer.shape)",
                hint: "extents are positive")
        }
    }
}
