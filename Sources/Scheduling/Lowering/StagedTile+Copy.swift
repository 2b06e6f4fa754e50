import KernelIR

/// How the work-items of a group fill a box together.
extension StagedTile {
    /// Copies the box of an iteration of the loop, neighbouring items neighbouring elements of device memory.
    ///
    /// - Parameters:
    ///   - items: the group's loops, which `ranges` know.
    ///   - iteration: over the loop itself; what lies beyond its end must be kept out by the caller.
    func filled(by items: [Nest.Loop], iteration: Index, _ ranges: Ranges) -> [Statement] {
        let (width, last) = (staging.copy.vector, dimensions.count - 1)
        var extents = dimensions.map(\.extent)
        extents[last] /= width
        let (moves, group) = (extents.reduce(1, *), items.reduce(1) { $0 * $1.extent })
        let turns = (moves + group - 1) / group
        let (turn, lane) = ("\(name).turn", "\(name).lane")
        let inside = ranges.adding(turn, 0...(turns - 1)).adding(lane, 0...(width - 1))

        let item = RowMajor(items.map(\.extent)).position(of: items.map { .axis($0.name) })
        let number = turns > 1 ? item + .axis(turn) * group : item
        var places = RowMajor(extents).indices(at: number, inside)
        // The slowest dimension alone leaves its extent where the last turn has items to spare.
        let bounds = turns * group > moves ? [Bound(places[0], below: extents[0])] : []
        if width > 1 { places[last] = places[last] * width + .axis(lane) }
        let store = store(at: places, iteration, bounds, inside)

        let copy: Statement = staging.stages > 1 ? .asyncCopy(.issue([store])) : .store([store])
        let move: Statement =
            width == 1 ? copy : .loop(axis: lane, start: 0, end: width, kind: .lanes, body: [copy])
        guard turns > 1 else { return [move] }
        return [.loop(axis: turn, start: 0, end: turns, kind: turns <= 16 ? .unrolled : .serial, body: [move])]
    }

    private func store(at places: [Index], _ iteration: Index, _ bounds: [Bound], _ ranges: Ranges) -> Store {
        var replacements = Dictionary(uniqueKeysWithValues: zip(dimensions.map(\.name), places))
        replacements[staging.copy.loop] = iteration
        var load = element.substituting(replacements, ranges)
        let target = place(places, iteration: iteration, ranges)
        var bounds = bounds
        // Inside of quotients it is not seen that the bounds keep the items to spare out.
        if !bounds.isEmpty, let slowest = dimensions.first {
            let hidden = shape.indices.filter { element.indices[$0].hidesAxis(slowest.name) }
            load.bounds += hidden.map { Bound(load.indices[$0], below: shape[$0]) }
            if case .swizzled = staging.copy.layout, let column = target.last, let extent = extents.last {
                bounds.append(Bound(column, below: extent))
            }
        }
        load.bounds = load.bounds.filter { !$0.isProved(ranges) }.uniqued()
        return Store(name, target, .load(load), bounds: bounds.filter { !$0.isProved(ranges) })
    }

    /// Whether an item can copy so many neighbours at once: they lie side by side, at a multiple of their number, and
    /// all of them or none are inside the bounds.
    func allowsVectors(of width: Int, _ buffer: Buffer) -> Bool {
        guard let last = dimensions.last, last.extent % width == 0 else { return false }
        func isWhole(_ index: Index) -> Bool {
            let rest = index - .axis(last.name)
            return !index.hidesAxis(last.name) && index.coefficient(of: last.name) == 1
                && rest.constant % width == 0 && rest.terms.allSatisfy { $0.coefficient % width == 0 }
        }
        let address = zip(element.indices, buffer.strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined()
        let open = element.bounds.filter { $0.index.axes.contains(last.name) }
        return isWhole(address) && open.allSatisfy { isWhole($0.index) && $0.extent % width == 0 }
    }
}
