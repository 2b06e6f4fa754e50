import KernelIR

/// Reads and writes of buffers in memory.
extension KernelPrinter {
    /// The value of a load, resolved, in the lanes around.
    mutating func load(_ load: Load) throws -> Value {
        let place = try scope.place(load.buffer)
        let open = load.bounds.open(scope.ranges)
        let fill = dialect.literal(load.fill, place.type)
        if open.contains(where: { $0.isRefuted(scope.ranges) }) { return fill }
        if open.contains(where: { scope.isSpread($0.index) }) { return try laneGuarded(load, place, open, fill) }
        let value = try unguarded(load, place)
        guard !open.isEmpty else { return value }
        let condition = try condition(open)
        let otherwise = dialect.broadcast(fill, width: value.width)
        return choice(condition, value, otherwise)
    }

    /// `condition ? whenTrue : whenFalse`, which evaluates one side only.
    func choice(_ condition: Value, _ whenTrue: Value, _ whenFalse: Value) -> Value {
        Value(
            "\(condition.text(above: .conditional)) ? \(whenTrue.text(above: .conditional))"
                + " : \(whenFalse.text(above: .conditional))",
            whenTrue.type, width: max(whenTrue.width, whenFalse.width), .conditional)
    }

    private mutating func unguarded(_ load: Load, _ place: Scope.Place) throws -> Value {
        guard case .memory = place.kind else { return try element(place, load.indices) }
        let index = linear(place, load.indices)
        guard let lane = scope.lane, scope.isSpread(index) else {
            return dialect.load(place.identifier, try text(index), place.type, width: 1)
        }
        let base = scope.index(index, inLane: 0)
        if index.hidesAxis(lane.axis) { return try eachLaneLoaded(load, place, [], dialect.literal(0, place.type)) }
        if index.coefficient(of: lane.axis) == 1 {
            return dialect.load(place.identifier, try text(base), place.type, width: lane.width)
        }
        let stride = index.coefficient(of: lane.axis)
        // A vector of booleans is a mask, no vector of elements.
        if case .memory(isDevice: true) = place.kind, place.type != .bool {
            let address = try address(base, in: place)
            return call(.strided(place.type, lane.width), [address, Value("\(stride)", .int64)])
        }
        let start = named(try text(base), "\(place.identifier)_at")
        return dialect.vector(
            (0..<lane.width).map { number in
                let position = start.shifted(by: stride * number)
                return dialect.load(place.identifier, position, place.type, width: 1)
            })
    }

    /// Where an element lies in memory.
    mutating func address(_ index: Index, in place: Scope.Place) throws -> Value {
        let start = try text(index)
        let address = start.text == "0" ? place.identifier : "\(place.identifier) + \(start.text(within: .additive))"
        return Value(address, place.type, .additive)
    }

    private func element(_ place: Scope.Place, _ indices: [Index]) throws -> Value {
        guard case .registers(let isVector) = place.kind else { preconditionFailure("memory is no register") }
        return try registers(place, indices, isVector: isVector)
    }

    /// The position of an element in its buffer.
    func linear(_ place: Scope.Place, _ indices: [Index]) -> Index {
        let strides = Buffer(place.identifier, shape: place.shape, role: .temporary).strides
        return zip(indices, strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined().simplified(scope.ranges)
    }

    /// A load some lanes of which may be out of bounds: as one vector where all are inside, else lane by lane.
    private mutating func laneGuarded(
        _ load: Load, _ place: Scope.Place, _ bounds: [Bound], _ fill: Value
    ) throws -> Value {
        let width = scope.lane?.width ?? 1
        if let tail = try tail(place, load.indices, bounds) {
            let value = call(.loadFirst(place.type, width), [tail.address, tail.count, tail.room, fill])
            guard let condition = tail.condition else { return value }
            return choice(condition, value, dialect.broadcast(fill, width: width))
        }
        if let stretch = try stretch(place, load.indices, bounds) {
            let buffer = Value(place.identifier, place.type)
            let value = call(
                .loadBetween(place.type, width),
                [buffer, stretch.position, stretch.size, stretch.first, stretch.end, fill])
            guard let condition = stretch.condition else { return value }
            return choice(condition, value, dialect.broadcast(fill, width: width))
        }
        if let value = try loadPadded(load, place, bounds, fill) { return value }
        if areSettled(bounds) { return try eachLaneNamed(load, fill) }
        guard case .memory = place.kind, let all = boundsForAllLanes(bounds) else {
            return try eachLaneLoaded(load, place, bounds, fill)
        }
        let result = Value(identifiers.fresh(place.identifier), place.type.inRegisters, width: width)
        writer.line("\(dialect.valueType(result.type, width: width)) \(result.text);")
        let condition = try condition(all)
        try branch(
            condition,
            { printer in
                let value = try printer.unguarded(load, place)
                printer.writer.line("\(result.text) = \(printer.dialect.broadcast(value, width: width).text);")
            },
            { printer in
                let value = try printer.eachLaneLoaded(load, place, bounds, fill)
                printer.writer.line("\(result.text) = \(value.text);")
            })
        return result
    }

    /// Fills an array lane by lane and reads it as a vector.
    private mutating func eachLaneLoaded(
        _ load: Load, _ place: Scope.Place, _ bounds: [Bound], _ fill: Value
    ) throws -> Value {
        guard let lane = scope.lane else { return try self.load(load) }
        guard case .memory = place.kind else { return try eachLaneNamed(load, fill) }
        let name = identifiers.fresh("\(place.identifier)_lanes")
        let type = place.type.inRegisters
        writer.line(dialect.array(name, type, count: lane.width, isShared: false) + ";")
        try eachLaneLoop { printer in
            let value = try printer.unguarded(load, place)
            let chosen = bounds.isEmpty ? value : printer.choice(try printer.condition(bounds), value, fill)
            let index = Value(printer.identifiers.name(lane.axis, kind: "axis"), printer.indexType)
            printer.writer.line(printer.dialect.store(chosen, name, index, as: type) + ";")
        }
        return dialect.load(name, Value("0", indexType), type, width: lane.width)
    }

    /// Whether each lane is known to be inside or outside the bounds.
    private func areSettled(_ bounds: [Bound]) -> Bool {
        (0..<(scope.lane?.width ?? 1)).allSatisfy { number in
            let own = bounds.map { Bound(scope.index($0.index, inLane: number), below: $0.extent) }
            return own.allSatisfy { $0.isProved(scope.ranges) } || own.contains { $0.isRefuted(scope.ranges) }
        }
    }

    /// A vector of the lanes' own loads, those outside their bounds the fill.
    private mutating func eachLaneNamed(_ load: Load, _ fill: Value) throws -> Value {
        guard let lane = scope.lane else { return fill }
        let outer = scope
        defer { scope = outer }
        let lanes = try (0..<lane.width).map { number in
            scope = outer
            scope.serialize(at: number)
            return try self.load(
                .init(
                    load.buffer, load.indices.map { outer.index($0, inLane: number) },
                    bounds: load.bounds.map { Bound(outer.index($0.index, inLane: number), below: $0.extent) },
                    fill: load.fill))
        }
        return dialect.vector(lanes)
    }

    /// Prints a loop over the lanes, inside of which the lane axis is a variable.
    mutating func eachLaneLoop(_ print: (inout KernelPrinter) throws -> Void) throws {
        guard let lane = scope.lane else { return try print(&self) }
        let name = identifiers.name(lane.axis, kind: "axis")
        try block("for (\(indexTypeName) \(name) = 0; \(name) < \(lane.width); ++\(name))") { printer in
            printer.scope.serialize()
            try print(&printer)
        }
    }
}
