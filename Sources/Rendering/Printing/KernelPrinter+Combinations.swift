import KernelIR

extension KernelPrinter {
    /// Prints the combination of neighbours in a warp: in each step a work-item takes in what the one half as far away
    /// has.
    ///
    /// Where there are several states, a and b may combine to other last bits than b and a; then all take the first
    /// work-item's result.
    mutating func combine(_ reduction: CrossItemReduction) throws {
        guard let shuffles = dialect.shuffles else {
            throw KernelwrightError(
                .internalInconsistency, "a combination of work-items is left in kernel \(kernel.name)",
                hint: "dialects without shuffles write it out")
        }
        let mask = identifiers.fresh("mask")
        try block("for (int \(mask) = \(reduction.count / 2); \(mask) > 0; \(mask) /= 2)") { printer in
            printer.evaluation = Evaluation(reduction.monoid.combine)
            for (number, state) in reduction.states.enumerated() {
                let name = try printer.scope.place(state.buffer).identifier
                let own = try printer.value(of: state)
                let other = printer.named(shuffles.exchanged(own, across: mask), "\(name)_other")
                printer.evaluation[.left(number)] = own
                printer.evaluation[.right(number)] = other
            }
            let values = try reduction.monoid.combine.map { try printer.value($0) }
            try printer.set(reduction.states, to: values)
        }
        evaluation = Evaluation()
        guard reduction.isShared, reduction.states.count > 1 else { return }
        for state in reduction.states {
            let first = shuffles.first(try value(of: state), of: reduction.count)
            try set([state], to: [first])
        }
    }

    private mutating func value(of state: CrossItemReduction.Place) throws -> Value {
        try load(Load(state.buffer, state.indices.map { scope.resolve($0) }))
    }

    /// Writes values that may depend on what is overwritten.
    private mutating func set(_ states: [CrossItemReduction.Place], to values: [Value]) throws {
        var values = values
        if values.count > 1 {
            for (number, state) in states.enumerated() {
                let name = try scope.place(state.buffer).identifier
                values[number] = named(values[number], "\(name)_next")
            }
        }
        for (state, value) in zip(states, values) {
            let indices = state.indices.map { scope.resolve($0) }
            try write(value, Store(state.buffer, indices, state.value))
        }
    }
}
