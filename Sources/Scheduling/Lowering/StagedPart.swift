import KernelIR

/// One way to see what a group reads as a box: its dimensions, and the element at each place.
struct StagedPart {
    private(set) var dimensions: [StagedTile.Dimension] = []
    /// The element at a place of the box, over the loops outside and the names of the dimensions.
    private(set) var element: Load
    /// Conditions of the read that no place of the box decides.
    private(set) var kept: [Bound] = []

    /// Elements in all.
    var count: Int { dimensions.map(\.extent).clippedProduct }

    /// The range of each dimension of the buffer; nil where one is no sum of what is the same for the whole group and
    /// what is not.
    init?(boxOf source: Load, _ buffer: Buffer, _ name: String, outside: Set<String>, _ ranges: Ranges) {
        element = Load(source.buffer, [], fill: source.fill)
        var ranges = ranges
        for (number, index) in source.indices.enumerated() {
            guard let (base, rest) = index.parted(by: outside) else { return nil }
            let range = rest.range(ranges)
            var place = base + range.lowerBound
            if range.count > 1 {
                let axis = "\(name).\(number)"
                dimensions.append(.init(name: axis, extent: range.count, read: rest + -range.lowerBound))
                ranges[axis] = 0...(range.count - 1)
                place = place + .axis(axis)
            }
            element.indices.append(place)
        }
        for bound in source.bounds {
            if let moved = moved(bound, from: source, outside: outside) {
                element.bounds.append(moved)
            } else {
                kept.append(bound)
            }
        }
        element.bounds += zip(element.indices, buffer.shape).map { Bound($0, below: $1) }
        element.bounds = element.bounds.filter { !$0.isProved(ranges) }.uniqued()
    }

    /// A condition of the read as one of the element's place; nil where it is about something else.
    private func moved(_ bound: Bound, from source: Load, outside: Set<String>) -> Bound? {
        if bound.index.axes.isSubset(of: outside) { return bound }
        for (index, place) in zip(source.indices, element.indices) {
            if let distance = (bound.index - index).asConstant { return Bound(place + distance, below: bound.extent) }
        }
        return nil
    }

    /// A row for each point of the reduced loops and a column for each point of the others, or the other way round
    /// where that is how neighbours lie in device memory; nil where it depends on no loop.
    init?(matrixOf source: Load, _ buffer: Buffer, _ name: String, inside: [Nest.Loop], _ ranges: Ranges) {
        let used = (source.indices + source.bounds.map(\.index)).reduce(into: Set<String>()) { $0.formUnion($1.axes) }
        let address = zip(source.indices, buffer.strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined()
        let loops = inside.filter { used.contains($0.name) && $0.extent > 1 }
        func steps(_ group: [Nest.Loop]) -> Int { group.map { address.step(of: $0.name) }.min() ?? 0 }
        let groups = [loops.filter(\.isReduction), loops.filter { !$0.isReduction }].filter { !$0.isEmpty }
            .sortedDescending(by: steps)
        var ranges = ranges
        // Loops of one iteration are inside, where the copy cannot see them.
        var places = Dictionary(uniqueKeysWithValues: inside.map { ($0.name, Index(0)) })
        for (number, group) in groups.enumerated() {
            let ordered = group.sortedDescending { address.step(of: $0.name) }
            let rows = RowMajor(ordered.map(\.extent))
            let axis = "\(name).\(number)"
            let extent = ordered.reduce(1) { $0 * $1.extent }
            ranges[axis] = 0...(extent - 1)
            dimensions.append(
                .init(name: axis, extent: extent, read: rows.position(of: ordered.map { .axis($0.name) })))
            for (loop, place) in zip(ordered, rows.indices(at: .axis(axis), ranges)) { places[loop.name] = place }
        }
        element = source.substituting(places, ranges)
        element.bounds = element.bounds.filter { !$0.isProved(ranges) }
        if groups.isEmpty { return nil }
    }
}

extension Load {
    /// Replaces axes; `ranges` are those of the new axes.
    func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Load {
        var copy = self
        copy.indices = indices.map { $0.substituting(replacements, ranges) }
        copy.bounds = bounds.map { $0.substituting(replacements, ranges) }
        return copy
    }
}

extension Index {
    /// The part over some axes, and the part over others with the constant; nil where one atom mixes both.
    fileprivate func parted(by axes: Set<String>) -> (base: Index, rest: Index)? {
        var (base, rest) = (Index(0), Index(constant))
        for term in terms {
            let part = part(of: term)
            if part.axes.isSubset(of: axes) {
                base = base + part
            } else if part.axes.isDisjoint(with: axes) {
                rest = rest + part
            } else {
                return nil
            }
        }
        return (base, rest)
    }

    /// How far neighbours along an axis lie apart, as far as that can be said: inside quotients and remainders by what
    /// is divided, the least of several.
    fileprivate func step(of axis: String) -> Int {
        terms.compactMap { term -> Int? in
            switch term.atom {
            case .axis(let name): name == axis ? abs(term.coefficient) : nil
            case .quotient(let index, _), .remainder(let index, _):
                index.axes.contains(axis) ? index.step(of: axis) : nil
            }
        }.min() ?? 0
    }
}

extension Array {
    /// The elements by a number, the greatest first; equal ones keep their order.
    fileprivate func sortedDescending(by number: (Element) -> Int) -> [Element] {
        enumerated().map { (offset: $0.offset, number: number($0.element), element: $0.element) }
            .sorted { $0.number != $1.number ? $0.number > $1.number : $0.offset < $1.offset }
            .map(\.element)
    }
}
