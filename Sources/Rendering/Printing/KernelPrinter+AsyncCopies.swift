import KernelIR

/// When a copy into memory of the group is done.
enum CopyTime {
    /// Some time before the batch it belongs to is waited for.
    case later
    /// At once, which registers are needed for.
    case now
}

/// Copies into memory of the group, which may go on beside other work.
extension KernelPrinter {
    /// Prints a step of copies that go on; in a language without such copies, ordinary ones where they begin.
    mutating func asyncCopy(_ copy: AsyncCopy) throws {
        guard let language = dialect.asyncCopies else { return try store(copy.stores) }
        switch copy {
        case .issue(let stores): try self.copy(stores.map { scope.resolve($0) }, language, .later)
        case .commit: writer.line(language.commit)
        case .wait(let pending): writer.line(language.wait(pending: pending))
        }
    }

    /// Whether a store, resolved, copies an element of 16 bits as it is from device memory to memory of the group:
    /// going through float32 would be work for nothing.
    func isMove(_ store: Store) throws -> Bool {
        guard scope.lane == nil, case .load(let load) = store.value else { return false }
        let (target, device) = (try scope.place(store.buffer), try scope.place(load.buffer))
        guard case .memory(isDevice: false) = target.kind, case .memory(isDevice: true) = device.kind else {
            return false
        }
        return target.type.isNarrow && target.type == device.type
    }

    /// Copies, neighbours together where they can be one; what is too small or of another form in memory is stored.
    mutating func copy(_ stores: [Store], _ language: any AsyncCopies, _ time: CopyTime) throws {
        var rest = stores.filter { store in !store.bounds.contains { $0.isRefuted(scope.ranges) } }[...]
        while let first = rest.first {
            let width = try Self.copyWidths.first { try isCopy(Array(rest.prefix($0)), of: $0, language, time) }
            if let width {
                try copyOne(Array(rest.prefix(width)), language, time)
            } else {
                try store([first])
            }
            rest = rest.dropFirst(width ?? 1)
        }
    }

    /// Elements of a copy, the most first.
    private static var copyWidths: [Int] { [8, 4, 2, 1] }

    /// Whether copies are of neighbours on both sides, happen together, and have the bytes of one.
    private func isCopy(
        _ group: [Store], of width: Int, _ language: any AsyncCopies, _ time: CopyTime
    ) throws -> Bool {
        guard group.count == width, let first = group.first, case .load(let source) = first.value else { return false }
        let (target, device) = (try scope.place(first.buffer), try scope.place(source.buffer))
        guard case .memory = target.kind, case .memory = device.kind, target.type == device.type,
            language.isCopy(ofBytes: width * device.type.byteCount, time)
        else { return false }
        let (to, from) = (linear(target, first.indices), linear(device, source.indices))
        var (targets, sources): ([Access], [Access]) = ([], [])
        for (number, store) in group.enumerated() {
            guard case .load(let load) = store.value, store.buffer == first.buffer, load.buffer == source.buffer,
                linear(target, store.indices) == to + number, linear(device, load.indices) == from + number
            else { return false }
            targets.append(Access(bounds: store.bounds, fill: 0))
            sources.append(access(load))
        }
        return width == 1 || (isPack(targets, to) && isPack(sources, from))
    }

    /// One copy where its bounds hold; elements outside those of the load get its fill at once.
    private mutating func copyOne(_ group: [Store], _ language: any AsyncCopies, _ time: CopyTime) throws {
        guard let first = group.first, case .load(let load) = first.value else { return }
        let bounds = first.bounds.open(scope.ranges)
        guard bounds.isEmpty else {
            let condition = try condition(bounds)
            let inner = group.map { Store($0.buffer, $0.indices, $0.value) }
            return try block("if (\(condition.text))") { try $0.copyOne(inner, language, time) }
        }
        let (place, device, open) = (try scope.place(first.buffer), try scope.place(load.buffer), access(load).bounds)
        let fill = group.map { Store($0.buffer, $0.indices, .constant(load.fill, place.type)) }
        if open.contains(where: { $0.isRefuted(scope.ranges) }) { return try store(fill) }
        let target = try address(linear(place, first.indices), in: place)
        let source = try address(linear(device, load.indices), in: device)
        let bytes = group.count * device.type.byteCount
        let copy = language.copy(ofBytes: bytes, to: target, from: source, time) + ";"
        guard !open.isEmpty else { return writer.line(copy) }
        let condition = try condition(open)
        try branch(condition, { $0.writer.line(copy) }, { try $0.store(fill) })
    }
}
