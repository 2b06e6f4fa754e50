extension KernelVerifier {
    /// Checks that all work-items arrive, that rows fill the group, and that each work-item holds the states.
    func verify(_ reduction: CrossItemReduction, _ place: Place) throws(KernelwrightError) {
        var scope = place.scope
        scope.place += ", combination by \(reduction.monoid.name)"
        guard place.isUniform else {
            throw scope.failure("it is under a condition on local axes", hint: "all work-items must arrive")
        }
        let size = kernel.local.reduce(1) { $0 * $1.extent }
        if let problem = reduction.method.problem(count: reduction.count, stride: reduction.stride, inGroupOf: size) {
            throw scope.failure(problem.message, hint: problem.hint)
        }
        try verify(reduction.monoid, in: scope)
        guard reduction.states.count == reduction.monoid.states.count else {
            throw scope.failure(
                "\(reduction.states.count) places for \(reduction.monoid.states.count) states",
                hint: "one place a state")
        }
        for (state, type) in zip(reduction.states, reduction.monoid.states) { try verify(state, type, place, scope) }
    }

    private func verify(_ monoid: Monoid, in outer: ExprScope) throws(KernelwrightError) {
        var scope = outer
        guard monoid.isCommutative else {
            throw scope.failure("the monoid is not commutative", hint: "work-items are combined in any order")
        }
        guard monoid.combine.count == monoid.states.count, monoid.identity.count == monoid.states.count else {
            throw scope.failure("combine and identity differ from the \(monoid.states.count) states in count")
        }
        scope.sides = monoid.states
        for (combine, type) in zip(monoid.combine, monoid.states) {
            try scope.require(combine, is: type, as: "combine")
        }
    }

    private func verify(
        _ state: CrossItemReduction.Place, _ type: DType, _ place: Place, _ scope: ExprScope
    ) throws(KernelwrightError) {
        guard let local = place.locals[state.buffer], local.space != .local else {
            throw scope.failure(
                "\(state.buffer) is no buffer of each work-item", hint: "states are in registers or memory")
        }
        guard local.type == type else {
            throw scope.failure("\(state.buffer) holds \(local.type.rawValue), wanted \(type.rawValue)")
        }
        guard readable.contains(state.buffer) else {
            throw scope.failure("\(state.buffer) is read before it is written")
        }
        try scope.check(state.indices, of: state.buffer, local.shape, bounds: [])
        for axis in kernel.local where state.indices.contains(where: { $0.axes.contains(axis.name) }) {
            throw scope.failure(
                "\(state.buffer) is indexed by the local axis \(axis.name)", hint: "one place for all work-items")
        }
        if local.space == .register { try verifyRegister(local, state.indices, place, scope) }
    }
}
