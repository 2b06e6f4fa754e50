import KernelIR

/// Stores whose lanes lie apart and whose copies fill the gaps.
extension KernelPrinter {
    /// Prints an unrolled loop over a lanes loop with one store as stores of neighbours, where copy c writes lane l at
    /// `count·l + c`: the copies' vectors are interleaved in registers. Returns whether the loop is of that kind.
    mutating func interleaved(_ axis: String, _ copies: Range<Int>, _ body: [Statement]) throws -> Bool {
        guard copies.lowerBound == 0, (2...8).contains(copies.count), scope.lane == nil, body.count == 1,
            case .loop(let lanes, 0, let width, .lanes, let inner) = body[0], [4, 8, 16].contains(width),
            inner.count == 1, case .store(let stores) = inner[0], stores.count == 1
        else { return false }
        var isDone = false
        try inScope { printer in
            let name = printer.identifiers.name(lanes, kind: "axis")
            printer.scope.spread(lanes, name, start: 0, width: width)
            guard let pattern = try printer.interleaving(stores[0], axis, copies.count) else { return }
            isDone = true
            let vectors = try copies.map { try printer.copy($0, of: stores[0], axis) }
            for part in copies {
                let elements = (part * width..<(part + 1) * width).map { place in
                    printer.dialect.lanes([place / copies.count], of: vectors[place % copies.count])
                }
                let store = pattern.store(part, printer.scope)
                guard !store.bounds.contains(where: { $0.isRefuted(printer.scope.ranges) }) else { continue }
                try printer.write(printer.dialect.vector(elements), store)
            }
        }
        return isDone
    }

    /// What the store writes at, where its copies interleave.
    private mutating func interleaving(_ store: Store, _ axis: String, _ count: Int) throws -> Interleaving? {
        guard case .memory(isDevice: true)? = scope.places[store.buffer]?.kind, let lane = scope.lane else {
            return nil
        }
        var open = scope
        open.declare(axis, axis, 0...(count - 1))
        let pattern = Interleaving(store: open.resolve(store), axis: axis, lane: lane, count: count)
        guard pattern.isRegular, let place = scope.places[store.buffer],
            linear(place, pattern.store.indices).coefficient(of: axis) == 1
        else { return nil }
        return pattern
    }

    /// The values of one copy, under a name.
    mutating func copy(_ number: Int, of store: Store, _ axis: String) throws -> Value {
        let outer = scope
        scope.fix(axis, at: number)
        let resolved = guardingLoads(of: scope.resolve(store))
        evaluation = Evaluation([resolved.value])
        let value = dialect.broadcast(try self.value(resolved.value), width: scope.lane?.width ?? 1)
        scope = outer
        return value.isSimple ? value : named(value, "t")
    }
}

/// A store at `count·lane + axis` along one dimension.
private struct Interleaving {
    let store: Store
    let axis: String
    let lane: Scope.Lane
    let count: Int

    /// Whether indices and bounds hold lanes and copies in that proportion only.
    var isRegular: Bool {
        (store.indices + store.bounds.map(\.index)).allSatisfy { index in
            !index.hidesAxis(axis) && !index.hidesAxis(lane.axis)
                && index.coefficient(of: lane.axis) == count * index.coefficient(of: axis)
        }
    }

    /// The store of one part of the interleaved elements, a lane apart each.
    func store(_ part: Int, _ scope: Scope) -> Store {
        func index(_ old: Index) -> Index {
            let factor = old.coefficient(of: axis)
            let others = old - .axis(lane.axis) * (count * factor) - .axis(axis) * factor
            return others + (.axis(lane.axis) + part * lane.width) * factor
        }
        var result = store
        result.indices = store.indices.map(index)
        result.bounds = store.bounds.map { Bound(index($0.index), below: $0.extent) }.open(scope.ranges)
        return result
    }
}
