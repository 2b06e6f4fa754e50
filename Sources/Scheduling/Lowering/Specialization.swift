import KernelIR

extension Statement {
    /// The same statement with an axis as a constant in values and conditions.
    ///
    /// Places that are written keep the axis, and so do their bounds: it is what tells that work-items write apart.
    ///
    /// - Parameter ranges: those of the loops outside.
    func fixing(_ axis: String, at value: Int, _ ranges: Ranges) -> Statement {
        let constant = [axis: Index(value)]
        func fixed(_ bounds: [Bound]) -> [Bound] { bounds.map { $0.substituting(constant, ranges) } }
        func fixed(_ body: [Statement]) -> [Statement] { body.map { $0.fixing(axis, at: value, ranges) } }
        switch self {
        case .loop(let other, let start, let end, let kind, let body):
            let inside = start < end ? ranges.adding(other, start...(end - 1)) : ranges
            return .loop(
                axis: other, start: start, end: end, kind: kind,
                body: body.map { $0.fixing(axis, at: value, inside) })
        case .when(let bounds, let then, let otherwise):
            return .when(fixed(bounds), then: fixed(then), otherwise: fixed(otherwise))
        case .store(let stores):
            return .store(
                stores.map { store in
                    var store = store
                    store.value = store.value.substituting(constant, ranges)
                    return store
                })
        case .asyncCopy(let copy):
            return .asyncCopy(
                copy.mapStores { stores in
                    Statement.store(stores).fixing(axis, at: value, ranges).ownStores
                })
        case .matrix(let product): return .matrix(product.rewritingLoads { $0.substituting(constant, ranges) })
        case .allocate, .barrier, .combine: return self
        }
    }
}

extension Nest.Loop {
    /// The statements of a serial loop: one loop, or one body a value.
    func statements(around body: [Statement], _ ranges: Ranges) -> [Statement] {
        guard isSpecialized, kind == .serial else {
            return [.loop(axis: name, start: 0, end: extent, kind: loopKind, body: body)]
        }
        return (0..<extent).map { value in
            let fixed = body.map { $0.fixing(name, at: value, ranges) }
            return .loop(axis: name, start: value, end: value + 1, kind: .serial, body: fixed)
        }
    }
}

extension [Nest.Loop] {
    /// A kernel's body with one version for each value of the specialized grid loops; `finish` completes each version.
    func specialized(
        _ body: [Statement], _ ranges: Ranges, finish: ([Statement]) -> [Statement]
    ) -> [Statement] {
        guard let loop = first(where: { $0.kind == .grid && $0.isSpecialized }) else { return finish(body) }
        let rest = filter { $0 != loop }
        let versions = (0..<loop.extent).map { value in
            rest.specialized(body.map { $0.fixing(loop.name, at: value, ranges) }, ranges, finish: finish)
        }
        return versions.enumerated().reversed().reduce([]) { otherwise, version in
            guard version.offset < loop.extent - 1 else { return version.element }
            let isValue = Bound(.axis(loop.name) + -version.offset, below: 1)
            return [.when([isValue], then: version.element, otherwise: otherwise)]
        }
    }
}
