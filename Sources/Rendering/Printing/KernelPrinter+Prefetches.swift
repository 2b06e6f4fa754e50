import KernelIR

extension KernelPrinter {
    /// Prints hints for what the loads of stores will read an iteration of their `ahead` axis later.
    ///
    /// Only whole vectors of neighbours, and single elements: gathers would cost more than they gain. In the last
    /// iteration the hint names what was read, so that no address leaves its buffer.
    mutating func prefetchAhead(of stores: [Store]) throws {
        var seen: Set<Load> = []
        for store in stores {
            guard let axis = store.ahead, let name = scope.identifiers[axis], let last = scope.ranges[axis]?.upperBound
            else { continue }
            for load in store.value.loads where seen.insert(load).inserted {
                guard load.bounds.open(scope.ranges).isEmpty, let (place, start, step) = try walked(load, along: axis)
                else { continue }
                let address = try address(start, in: place)
                let next = "\(address.text) + (\(name) < \(last) ? \(step) : 0)"
                writer.line(call(.prefetch(place.type), [Value(next, place.type, .additive)]).text + ";")
            }
        }
    }

    /// Where a load begins, and how far on the next iteration of an axis begins; nil where that is no constant.
    private func walked(_ load: Load, along axis: String) throws -> (Scope.Place, start: Index, step: Int)? {
        let place = try scope.place(load.buffer)
        guard case .memory(isDevice: true) = place.kind else { return nil }
        let index = linear(place, load.indices)
        let step = index.coefficient(of: axis)
        guard step != 0, !index.hidesAxis(axis) else { return nil }
        guard let lane = scope.lane, scope.isSpread(index) else { return (place, index, step) }
        guard !index.hidesAxis(lane.axis), index.coefficient(of: lane.axis) == 1 else { return nil }
        return (place, scope.index(index, inLane: 0), step)
    }
}
