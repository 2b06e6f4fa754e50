import KernelIR

/// Vectors that the copies of an unrolled loop write past the caches.
extension KernelPrinter {
    /// Prints an unrolled loop over a lanes loop with one streamed store of what is in registers, where every vector begins
    /// at a multiple of its size if the buffer does: all values first, then all stores behind one condition. Returns
    /// whether the loop is of that kind.
    ///
    /// A condition for each vector would keep compilers from arranging side by side what the copies' values come from.
    /// Values that come from memory there and then are better written one by one: kept, they would spill registers.
    mutating func streamed(_ axis: String, _ copies: Range<Int>, _ body: [Statement]) throws -> Bool {
        guard copies.count > 1, scope.lane == nil, body.count == 1,
            case .loop(let lanes, let start, let end, .lanes, let inner) = body[0], [4, 8, 16].contains(end - start),
            inner.count == 1, case .store(let stores) = inner[0], stores.count == 1,
            let place = scope.places[stores[0].buffer], isStreamed(stores[0], place),
            stores[0].value.loads.allSatisfy({ scope.places[$0.buffer]?.isRegister == true }),
            let isAligned = dialect.isAligned(place.identifier, to: (end - start) * place.type.byteCount)
        else { return false }
        var isDone = false
        try inScope { printer in
            let name = printer.identifiers.name(lanes, kind: "axis")
            printer.scope.spread(lanes, name, start: start, width: end - start)
            guard let places = printer.alignedPlaces(of: stores[0], place, axis, copies) else { return }
            isDone = true
            let values = try copies.map { try printer.copy($0, of: stores[0], axis) }
            let vectors = try zip(values, places).map { (value: $0, index: try printer.text($1)) }
            try printer.branch(isAligned) { printer in
                for (value, index) in vectors {
                    let address = Value("\(place.identifier) + \(index.text(within: .additive))", place.type, .additive)
                    printer.writer.line(
                        printer.call(.stream(place.type, value.width, isAligned: true), [value, address]).text + ";")
                }
            } _: { printer in
                for (value, index) in vectors {
                    let store = printer.dialect.store(value, place.identifier, index, as: place.type)
                    printer.writer.line(store + ";")
                }
            }
        }
        return isDone
    }

    /// Where each copy's vector begins; nil where one of them is guarded, spread out, or may begin between multiples.
    private func alignedPlaces(
        of store: Store, _ place: Scope.Place, _ axis: String, _ copies: Range<Int>
    ) -> [Index]? {
        guard let lane = scope.lane else { return nil }
        var places: [Index] = []
        for number in copies {
            var copy = scope
            copy.fix(axis, at: number)
            let resolved = copy.resolve(store)
            let index = linear(place, resolved.indices)
            guard resolved.bounds.isEmpty, !index.hidesAxis(lane.axis), index.coefficient(of: lane.axis) == 1 else {
                return nil
            }
            let first = copy.index(index, inLane: 0)
            guard first.isMultiple(of: lane.width) else { return nil }
            places.append(first)
        }
        return places
    }
}
