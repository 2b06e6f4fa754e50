import KernelIR

extension KernelPrinter {
    /// Prints statements in order, in the block that is open.
    mutating func statements(_ body: [Statement]) throws {
        guard shared == nil else { return try body.forEach { try statement($0) } }
        var rest = body[...]
        while let first = rest.first {
            let run = rest.prefix { $0.isStraight }
            guard !run.isEmpty else {
                try statement(first)
                rest.removeFirst()
                continue
            }
            shared = SharedLoads(Array(run), scope, depth: writer.depth)
            try run.forEach { try statement($0) }
            shared = nil
            rest = rest.dropFirst(run.count)
        }
    }

    private mutating func statement(_ statement: Statement) throws {
        switch statement {
        case .loop(let axis, let start, let end, let kind, let body):
            guard start < end else { return }
            switch kind {
            case .serial: try serial(axis, start, end, body)
            case .unrolled: try unrolled(axis, start..<end, body)
            case .lanes: try lanes(axis, start, end, body)
            }
        case .allocate(let buffer): try allocate(buffer)
        case .store(let stores): try store(stores)
        case .when(let bounds, let then, let otherwise): try when(bounds, then, otherwise)
        case .matrix(let product): try matrix(product)
        case .barrier: writer.line(dialect.barrier)
        case .combine(let reduction): try combine(reduction)
        case .asyncCopy(let copy): try asyncCopy(copy)
        }
    }

    private mutating func serial(_ axis: String, _ start: Int, _ end: Int, _ body: [Statement]) throws {
        guard end - start > 1 else { return try unrolled(axis, start..<end, body) }
        let name = identifiers.name(axis, kind: "axis")
        try block("for (\(indexTypeName) \(name) = \(start); \(name) < \(end); ++\(name))") { printer in
            printer.scope.declare(axis, name, start...(end - 1))
            try printer.statements(body)
        }
    }

    private mutating func unrolled(_ axis: String, _ values: Range<Int>, _ body: [Statement]) throws {
        if try interleaved(axis, values, body) { return }
        if try streamed(axis, values, body) { return }
        let declares = body.contains { if case .allocate = $0 { true } else { false } }
        for value in values {
            try inScope(block: declares) { printer in
                printer.scope.fix(axis, at: value)
                try printer.statements(body)
            }
        }
    }

    private mutating func lanes(_ axis: String, _ start: Int, _ end: Int, _ body: [Statement]) throws {
        guard [2, 4, 8, 16].contains(end - start), scope.lane == nil else {
            return try unrolled(axis, start..<end, body)
        }
        let name = identifiers.name(axis, kind: "axis")
        try inScope { printer in
            printer.scope.spread(axis, name, start: start, width: end - start)
            try printer.statements(body)
        }
    }

    private mutating func when(_ bounds: [Bound], _ then: [Statement], _ otherwise: [Statement]) throws {
        let open = scope.resolve(bounds).open(scope.ranges)
        if open.isEmpty { return try inScope { try $0.statements(then) } }
        if open.contains(where: { $0.isRefuted(scope.ranges) }) {
            return try inScope { try $0.statements(otherwise) }
        }
        if open.contains(where: { scope.isSpread($0.index) }) {
            return try eachLane { try $0.when(bounds, then, otherwise) }
        }
        let condition = try self.condition(open)
        guard !otherwise.isEmpty else {
            return try block("if (\(condition.text))") { try $0.statements(then) }
        }
        try branch(condition, { try $0.statements(then) }, { try $0.statements(otherwise) })
    }

    /// Prints one copy a lane, with the lane axis a constant: always right, seldom fast.
    mutating func eachLane(_ print: (inout KernelPrinter) throws -> Void) throws {
        for lane in 0..<(scope.lane?.width ?? 1) {
            try inScope { printer in
                printer.scope.serialize(at: lane)
                try print(&printer)
            }
        }
    }

    /// Prints `head { … }`, with what it brings into scope gone afterwards.
    mutating func block(_ head: String, _ print: (inout KernelPrinter) throws -> Void) throws {
        writer.open(head)
        try inScope(print)
        writer.close()
    }

    /// Prints `if (condition) { … } else { … }`.
    mutating func branch(
        _ condition: Value, _ then: (inout KernelPrinter) throws -> Void,
        _ otherwise: (inout KernelPrinter) throws -> Void
    ) throws {
        writer.open("if (\(condition.text))")
        try inScope(then)
        writer.close("else")
        try inScope(otherwise)
        writer.close()
    }

    private mutating func inScope(block: Bool, _ print: (inout KernelPrinter) throws -> Void) throws {
        if block { try self.block("", print) } else { try inScope(print) }
    }

    mutating func inScope(_ print: (inout KernelPrinter) throws -> Void) throws {
        let outer = scope
        defer { scope = outer }
        try print(&self)
    }

    private mutating func allocate(_ buffer: LocalBuffer) throws {
        let name = identifiers.name(buffer.name, kind: "buffer")
        let isRegister = buffer.space == .register
        let held = buffer.space == .local ? arrays.type(of: buffer.name) : nil
        scope.bring(
            buffer.name,
            Scope.Place(
                identifier: name, type: held ?? buffer.type.inRegisters, shape: buffer.shape,
                kind: isRegister ? .registers(isVector: buffer.isVector) : .memory(isDevice: false),
                padding: padding(of: buffer)))
        switch buffer.space {
        case .local: break
        case .memory:
            writer.line(
                dialect.array(
                    name, buffer.type.inRegisters, count: buffer.count + padding(of: buffer), isShared: false) + ";")
        case .register: try declareRegisters(buffer, name)
        }
    }
}

extension Bound {
    /// Whether the condition fails for all values in the ranges.
    func isRefuted(_ ranges: Ranges) -> Bool {
        let range = index.range(ranges)
        return range.upperBound < 0 || range.lowerBound >= extent
    }
}

extension [Bound] {
    /// The bounds that the ranges leave open, each once.
    func open(_ ranges: Ranges) -> [Bound] {
        reduce(into: []) { if !$1.isProved(ranges), !$0.contains($1) { $0.append($1) } }
    }
}
