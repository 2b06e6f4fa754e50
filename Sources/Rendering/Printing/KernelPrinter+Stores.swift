import KernelIR

extension KernelPrinter {
    /// Prints simultaneous stores: every value first, then the writes.
    mutating func store(_ stores: [Store]) throws {
        let resolved = stores.map { scope.resolve($0) }.filter { store in
            !store.bounds.contains { $0.isRefuted(scope.ranges) } && !store.changesNothing
        }
        guard !resolved.isEmpty else { return }
        if let language = dialect.asyncCopies, try resolved.allSatisfy({ try isMove($0) }) {
            return try copy(resolved, language, .now)
        }
        if scope.lane != nil, try resolved.contains(where: { try !isSpread($0) }) {
            return try eachLane { try $0.store(stores) }
        }
        let shared = resolved[0].bounds.filter { bound in
            !scope.isSpread(bound.index) && resolved.allSatisfy { $0.bounds.contains(bound) }
        }
        guard !shared.isEmpty else { return try evaluateAndWrite(resolved) }
        let inner = resolved.map { store in
            var store = store
            store.bounds.removeAll { shared.contains($0) }
            return store
        }
        let condition = try condition(shared)
        try block("if (\(condition.text))") { try $0.evaluateAndWrite(inner) }
    }

    /// Whether each lane has an element of its own.
    private func isSpread(_ store: Store) throws -> Bool {
        let place = try scope.place(store.buffer)
        guard case .registers(let isVector) = place.kind else { return scope.isSpread(linear(place, store.indices)) }
        return try registerAssignments(
            place, store.indices, isVector: isVector, Value("", place.type, width: scope.lane?.width ?? 1)) != nil
    }

    private mutating func evaluateAndWrite(_ stores: [Store]) throws {
        try prefetchAhead(of: stores)
        let guarded = stores.map { guardingLoads(of: $0) }
        evaluation = Evaluation(guarded.map(\.value))
        try loadPacks(of: guarded)
        let width = scope.lane?.width ?? 1
        var values: [Value] = []
        var overwritten: [Store] = []
        for store in guarded {
            let place = try scope.place(store.buffer)
            let value = dialect.broadcast(try self.value(store.value), width: width)
            let readsOverwritten = try store.value.loads.contains { load in
                try overwritten.contains { try isOverwritten(load, by: $0) }
            }
            values.append(readsOverwritten ? named(value, "\(place.identifier)_next") : value)
            overwritten.append(store)
        }
        try write(values, guarded)
    }

    /// Whether a store may change what a load reads; vectors are compared by their buffers alone.
    private func isOverwritten(_ load: Load, by store: Store) throws -> Bool {
        guard load.buffer == store.buffer else { return false }
        return try dialect.packs == nil || !isApart(load, store)
    }

    private mutating func write(_ values: [Value], _ stores: [Store]) throws {
        var next = 0
        while next < stores.count {
            let width = try packWidth(stores[next...])
            let group = next..<next + width
            if let packs = dialect.packs, width > 1 {
                try writePack(Array(values[group]), stores[group], packs)
            } else {
                try write(values[next], stores[next])
            }
            next += width
        }
    }

    /// Loads that are only legal where the store happens inherit its bounds, for values are computed in any case.
    func guardingLoads(of store: Store) -> Store {
        guard !store.bounds.isEmpty else { return store }
        var result = store
        result.value = store.value.rewritten { node in
            guard case .load(var load) = node, let place = scope.places[load.buffer], case .memory = place.kind,
                !zip(load.indices, place.shape).allSatisfy({ $0.isInside($1, scope.ranges) })
            else { return node }
            load.bounds += store.bounds.filter { !load.bounds.contains($0) }
            return .load(load)
        }
        return result
    }

    mutating func write(_ value: Value, _ store: Store) throws {
        guard !store.bounds.isEmpty else { return try writeUnguarded(value, store) }
        guard store.bounds.contains(where: { scope.isSpread($0.index) }) else {
            let condition = try condition(store.bounds)
            return try block("if (\(condition.text))") { try $0.writeUnguarded(value, store) }
        }
        let place = try scope.place(store.buffer)
        if let tail = try tail(place, store.indices, store.bounds) {
            let statement =
                call(
                    .storeFirst(place.type, value.width, isStreaming: isStreamed(store, place)),
                    [value, tail.address, tail.count]
                ).text + ";"
            guard let condition = tail.condition else { return writer.line(statement) }
            return try block("if (\(condition.text))") { $0.writer.line(statement) }
        }
        if let first = paddedStart(of: store, place) {
            return writer.line(assignment(of: value, to: place, try text(first)))
        }
        let value = value.isSimple ? value : named(value, "t")
        let index = linear(place, store.indices)
        guard isConsecutive(index), let all = boundsForAllLanes(store.bounds) else {
            return try writeLanes(value, store)
        }
        let condition = try condition(all)
        try branch(condition, { try $0.writeUnguarded(value, store) }, { try $0.writeLanes(value, store) })
    }

    private mutating func writeUnguarded(_ value: Value, _ store: Store) throws {
        let place = try scope.place(store.buffer)
        if case .registers(let isVector) = place.kind {
            let value = isVector || value.isSimple || value.width == 1 ? value : named(value, "t")
            let lines = try registerAssignments(place, store.indices, isVector: isVector, value)
            (lines ?? []).forEach { writer.line($0) }
            return
        }
        let index = linear(place, store.indices)
        guard let lane = scope.lane else {
            if let packs = dialect.packs, isStreamed(store, place) {
                return try writePack([value], [store], packs)
            }
            return writer.line(assignment(of: value, to: place, try text(index)))
        }
        guard !index.hidesAxis(lane.axis), index.coefficient(of: lane.axis) == 1 else {
            return try writeLanes(value, Store(store.buffer, store.indices, store.value))
        }
        let base = try text(scope.index(index, inLane: 0))
        guard isStreamed(store, place) else {
            return writer.line(assignment(of: value, to: place, base))
        }
        let address = Value("\(place.identifier) + \(base.text(within: .additive))", place.type, .additive)
        writer.line(call(.stream(place.type, value.width, isAligned: false), [value, address]).text + ";")
    }

    /// The statement that writes a value to consecutive elements.
    private mutating func assignment(of value: Value, to place: Scope.Place, _ index: Value) -> String {
        if place.type == .bfloat16 { helpers.insert(.brainBits(value.width)) }
        return dialect.store(value, place.identifier, index, as: place.type) + ";"
    }

    /// Whether the hint is followed: on device memory whose elements are the lanes as they are.
    func isStreamed(_ store: Store, _ place: Scope.Place) -> Bool {
        guard case .memory(isDevice: true) = place.kind, place.type != .bool, !place.type.isNarrow else { return false }
        return store.isStreaming
    }

    /// Spills the vector and writes it lane by lane, each under its own bounds.
    private mutating func writeLanes(_ value: Value, _ store: Store) throws {
        guard let lane = scope.lane else { return try write(value, store) }
        let place = try scope.place(store.buffer)
        guard case .memory = place.kind else { return try writeRegisterLanes(value, store) }
        let name = identifiers.fresh("\(place.identifier)_lanes")
        let type = place.type.inRegisters
        writer.line(dialect.array(name, type, count: lane.width, isShared: false) + ";")
        writer.line(dialect.store(value, name, Value("0", indexType), as: type) + ";")
        try eachLaneLoop { printer in
            let number = Value(printer.identifiers.name(lane.axis, kind: "axis"), printer.indexType)
            let element = printer.dialect.load(name, number, type, width: 1)
            try printer.write(element, store)
        }
    }

    private mutating func writeRegisterLanes(_ value: Value, _ store: Store) throws {
        let outer = scope
        for lane in 0..<(outer.lane?.width ?? 1) {
            var single = store
            single.indices = store.indices.map { outer.index($0, inLane: lane) }
            single.bounds = store.bounds.map { Bound(outer.index($0.index, inLane: lane), below: $0.extent) }
            guard !single.bounds.contains(where: { $0.isRefuted(outer.ranges) }) else { continue }
            single.bounds.removeAll { $0.isProved(outer.ranges) }
            scope.serialize(at: lane)
            try write(dialect.lanes([lane], of: value), single)
            scope = outer
        }
    }
}

extension Store {
    /// Whether the value is what the element holds already.
    fileprivate var changesNothing: Bool {
        if case .load(let load) = value {
            load.buffer == buffer && load.indices == indices && load.bounds.isEmpty
        } else {
            false
        }
    }
}

extension Scope {
    /// A store over variables and lanes only, without the bounds that are proved.
    func resolve(_ store: Store) -> Store {
        Store(
            store.buffer, store.indices.map(resolve), resolve(store.value),
            bounds: resolve(store.bounds).open(ranges), isStreaming: store.isStreaming, ahead: store.ahead)
    }
}
