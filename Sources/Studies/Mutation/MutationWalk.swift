import KernelIR

extension LoopProgram {
    /// Every program that one application of an operator makes of this one, in a fixed order.
    ///
    /// Complexity: the number of faults times the size of the program.
    public func mutations(by mutator: some MutationOperator) -> [Mutation] {
        var found = mutator.faults(in: kernels).map { fault in
            var copy = self
            copy.kernels = fault.node
            return Mutation(place: "launches: " + fault.what, program: copy)
        }
        for (number, kernel) in kernels.enumerated() {
            let walk = MutationWalk(mutator: mutator)
            for fault in walk.variants(of: kernel.body, Surroundings(kernel, of: self)) {
                var copy = self
                copy.kernels[number].body = fault.node
                found.append(Mutation(place: fault.what, program: copy))
            }
        }
        return found
    }
}

/// Visits every node and rebuilds what stands around each fault.
private struct MutationWalk<Mutator: MutationOperator> {
    let mutator: Mutator

    func variants(of statements: [Statement], _ place: Surroundings) -> [Fault<[Statement]>] {
        statements.indices.flatMap { index in
            variants(of: statements[index], place).map { fault in
                var copy = statements
                copy.replaceSubrange(index...index, with: fault.node)
                return Fault(fault.what, copy)
            }
        }
    }

    private func variants(of statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        let own = mutator.faults(in: statement, place).map { Fault(place.text($0.what), $0.node) }
        switch statement {
        case .loop(let axis, let start, let end, let kind, let body):
            return own
                + variants(of: body, place.inside(loop: axis, start, end)).map {
                    Fault($0.what, [.loop(axis: axis, start: start, end: end, kind: kind, body: $0.node)])
                }
        case .when(let bounds, let then, let otherwise):
            return own
                + variants(of: then, place).map { Fault($0.what, [.when(bounds, then: $0.node, otherwise: otherwise)]) }
                + variants(of: otherwise, place).map { Fault($0.what, [.when(bounds, then: then, otherwise: $0.node)]) }
        case .store(let stores):
            return own
                + stores.indices.flatMap { index in
                    variants(of: stores[index], place).map { fault in
                        var copy = stores
                        copy[index] = fault.node
                        return Fault(fault.what, [.store(copy)])
                    }
                }
        case .allocate, .barrier, .combine, .matrix, .asyncCopy: return own
        }
    }

    private func variants(of store: Store, _ place: Surroundings) -> [Fault<Store>] {
        let inner = place.inside(store)
        let own = mutator.faults(in: store, place).map { Fault(inner.text($0.what), $0.node) }
        let values = variants(of: store.value, inner).map { fault in
            var copy = store
            copy.value = fault.node
            return Fault(inner.text(fault.what), copy)
        }
        return own + values
    }

    private func variants(of expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        let own = mutator.faults(in: expression, place)
        func rebuilt(_ operand: Expr, _ build: (Expr) -> Expr) -> [Fault<Expr>] {
            variants(of: operand, place).map { Fault($0.what, build($0.node)) }
        }
        switch expression {
        case .constant, .index, .load, .inside, .left, .right, .state: return own
        case .unary(let operation, let a): return own + rebuilt(a) { .unary(operation, $0) }
        case .cast(let type, let a): return own + rebuilt(a) { .cast(type, $0) }
        case .binary(let operation, let a, let b):
            return own + rebuilt(a) { .binary(operation, $0, b) } + rebuilt(b) { .binary(operation, a, $0) }
        case .select(let a, let b, let c):
            return own + rebuilt(a) { .select($0, b, c) } + rebuilt(b) { .select(a, $0, c) }
                + rebuilt(c) { .select(a, b, $0) }
        }
    }
}
