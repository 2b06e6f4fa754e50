import KernelIR

/// Neighbours in memory that simultaneous stores read or write, moved as one pack where the language has packs.
extension KernelPrinter {
    /// Loads what the values read side by side as packs, and names the elements.
    mutating func loadPacks(of stores: [Store]) throws {
        guard let packs = dialect.packs, stores.count > 1 else { return }
        let loads = stores.flatMap(\.value.loads)
        var places: [Element: Load] = [:]
        for load in loads {
            guard evaluation[.load(load)] == nil, shared?[load, scope] == nil, let element = try element(load) else {
                continue
            }
            places[element] = places[element] ?? load
        }
        for width in packs.widths {
            for load in loads where packs.isPack(width, of: try scope.place(load.buffer).type) {
                guard let first = try element(load), places[first] == load else { continue }
                let neighbours = (0..<width).compactMap { places[first.shifted(by: $0)] }
                guard neighbours.count == width, isPack(neighbours.map(access), first.index) else { continue }
                try loadPack(neighbours, at: first.index, packs)
                for number in 0..<width { places[first.shifted(by: number)] = nil }
            }
        }
    }

    /// An element of memory, by its position in the buffer.
    private struct Element: Hashable {
        var buffer: String
        var index: Index

        func shifted(by offset: Int) -> Element { Element(buffer: buffer, index: index + offset) }
    }

    /// What decides whether an access happens, and what is there otherwise.
    struct Access {
        var bounds: [Bound]
        var fill: Double
    }

    func access(_ load: Load) -> Access { Access(bounds: load.bounds.open(scope.ranges), fill: load.fill) }

    /// Where a load of memory reads; nil for registers, and where it never reads.
    private func element(_ load: Load) throws -> Element? {
        let place = try scope.place(load.buffer)
        guard case .memory = place.kind, !load.bounds.contains(where: { $0.isRefuted(scope.ranges) }) else {
            return nil
        }
        return Element(buffer: load.buffer, index: linear(place, load.indices))
    }

    /// Whether accesses to neighbours happen together, and at an address that a pack may have.
    func isPack(_ accesses: [Access], _ index: Index) -> Bool {
        let (width, first) = (accesses.count, accesses[0])
        return index.isMultiple(of: width)
            && accesses.enumerated().allSatisfy { number, access in
                access.fill == first.fill && access.bounds.count == first.bounds.count
                    && zip(first.bounds, access.bounds).allSatisfy { $0.agrees(with: $1, in: number, of: width) }
            }
    }

    private mutating func loadPack(_ neighbours: [Load], at index: Index, _ packs: any MemoryPacks) throws {
        let (place, open) = (try scope.place(neighbours[0].buffer), access(neighbours[0]).bounds)
        var value = packs.loadPack(place.identifier, try text(index), place.type, width: neighbours.count)
        if !open.isEmpty {
            let fill = dialect.literal(neighbours[0].fill, place.type)
            let fills = packs.pack(Array(repeating: fill, count: neighbours.count), place.type)
            value = choice(try condition(open), value, Value(fills, place.type))
            if place.type == .bfloat16 { helpers.insert(.brainBits(1)) }
        }
        let name = identifiers.fresh(place.identifier)
        writer.line("const \(packs.packType(place.type, width: neighbours.count)) \(name) = \(value.text);")
        for (number, load) in neighbours.enumerated() {
            let element = packs.lane(number, of: name, place.type)
            evaluation[.load(load)] = element
            if let shared, shared.depth == writer.depth, shared.isShareable(load, scope) {
                self.shared?[load, scope] = element
            }
        }
    }

    /// How many of the first stores are one pack; 1 where they are not.
    func packWidth(_ stores: ArraySlice<Store>) throws -> Int {
        guard let packs = dialect.packs, let first = stores.first else { return 1 }
        let place = try scope.place(first.buffer)
        guard case .memory = place.kind else { return 1 }
        let index = linear(place, first.indices)
        let width = packs.widths.filter { packs.isPack($0, of: place.type) }.first { width in
            let group = stores.prefix(width)
            let isRow = group.enumerated().allSatisfy { number, store in
                store.buffer == first.buffer && store.isStreaming == first.isStreaming
                    && linear(place, store.indices) == index + number
            }
            return group.count == width && isRow
                && isPack(group.map { Access(bounds: $0.bounds, fill: 0) }, index)
        }
        return width ?? 1
    }

    /// Writes values to neighbours as one pack, or one value that is streamed.
    mutating func writePack(_ values: [Value], _ stores: ArraySlice<Store>, _ packs: any MemoryPacks) throws {
        guard let first = stores.first else { return }
        guard first.bounds.isEmpty else {
            let condition = try condition(first.bounds)
            let inner = stores.map { store in
                var store = store
                store.bounds = []
                return store
            }
            return try block("if (\(condition.text))") { try $0.writePack(values, inner[...], packs) }
        }
        let place = try scope.place(first.buffer)
        if place.type == .bfloat16 { helpers.insert(.brainBits(1)) }
        let statement = packs.storePack(
            values, place.identifier, try text(linear(place, first.indices)), place.type,
            isStreaming: isStreamed(first, place))
        writer.line(statement + ";")
    }

    /// Whether a store surely leaves what a load gives: it writes another element, or the value has a name already.
    func isApart(_ load: Load, _ store: Store) throws -> Bool {
        guard load.buffer == store.buffer else { return true }
        let place = try scope.place(load.buffer)
        if case .memory = place.kind, evaluation[.load(load)] != nil { return true }
        let distance = linear(place, load.indices) - linear(place, store.indices)
        return distance.asConstant.map { $0 != 0 } ?? false
    }
}

extension Index {
    /// Whether every value is a multiple, by the form alone.
    func isMultiple(of divisor: Int) -> Bool {
        constant % divisor == 0 && terms.allSatisfy { $0.coefficient % divisor == 0 }
    }
}

extension Bound {
    /// Whether the bound of a pack's first element holds just where that of another element holds.
    fileprivate func agrees(with other: Bound, in number: Int, of width: Int) -> Bool {
        if self == other { return true }
        return extent == other.extent && other.index == index + number && index.isMultiple(of: width)
            && extent % width == 0
    }
}
