import KernelIR

/// Copies into memory of the group that go on beside other work.
extension KernelPrinter {
    /// Prints a step of them; in a language without such copies, ordinary ones where they begin.
    mutating func asyncCopy(_ copy: AsyncCopy) throws {
        guard let language = dialect.asyncCopies else { return try store(copy.stores) }
        switch copy {
        case .issue(let stores): try begin(stores, language)
        case .commit: writer.line(language.commit)
        case .wait(let pending): writer.line(language.wait(pending: pending))
        }
    }

    /// Begins copies, neighbours together where they can be one; what is too small or of another form in memory is
    /// stored.
    private mutating func begin(_ stores: [Store], _ language: any AsyncCopies) throws {
        var rest = stores.map { scope.resolve($0) }.filter { store in
            !store.bounds.contains { $0.isRefuted(scope.ranges) }
        }[...]
        while let first = rest.first {
            let widths = (dialect.packs?.widths ?? []) + [1]
            let width = try widths.first { try isCopy(Array(rest.prefix($0)), of: $0, language) }
            if let width {
                try begin(Array(rest.prefix(width)), as: language)
            } else {
                try store([first])
            }
            rest = rest.dropFirst(width ?? 1)
        }
    }

    /// Whether copies are of neighbours on both sides, happen together, and have the bytes of one.
    private func isCopy(_ group: [Store], of width: Int, _ language: any AsyncCopies) throws -> Bool {
        guard group.count == width, let first = group.first, case .load(let source) = first.value else { return false }
        let (target, device) = (try scope.place(first.buffer), try scope.place(source.buffer))
        guard case .memory = target.kind, case .memory = device.kind, target.type == device.type,
            language.isCopy(ofBytes: width * device.type.byteCount)
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

    /// Begins one copy where its bounds hold; elements outside those of the load get its fill at once.
    private mutating func begin(_ group: [Store], as language: any AsyncCopies) throws {
        guard let first = group.first, case .load(let load) = first.value else { return }
        guard first.bounds.isEmpty else {
            let condition = try condition(first.bounds)
            let inner = group.map { Store($0.buffer, $0.indices, $0.value) }
            return try block("if (\(condition.text))") { try $0.begin(inner, as: language) }
        }
        let (place, device, open) = (try scope.place(first.buffer), try scope.place(load.buffer), access(load).bounds)
        let fill = group.map { Store($0.buffer, $0.indices, .constant(load.fill, place.type)) }
        if open.contains(where: { $0.isRefuted(scope.ranges) }) { return try store(fill) }
        let target = try address(linear(place, first.indices), in: place)
        let source = try address(linear(device, load.indices), in: device)
        let copy = language.begin(ofBytes: group.count * device.type.byteCount, to: target, from: source) + ";"
        guard !open.isEmpty else { return writer.line(copy) }
        let condition = try condition(open)
        try branch(condition, { $0.writer.line(copy) }, { try $0.store(fill) })
    }
}
