import KernelIR

/// The last vector of a row, some lanes of which lie behind its end.
extension KernelPrinter {
    /// Consecutive elements of device memory of which only the first ones may be touched.
    struct Tail {
        var address: Value
        /// Elements that may be touched; the vector's lanes or more where it is not the last one.
        var count: Value
        /// Elements of the buffer from the address on, which may be read.
        var room: Value
        /// What must hold besides; nil where nothing does.
        var condition: Value?
    }

    /// The access as a tail: stride 1, and one bound whose upper end alone is open and moves with the lanes.
    mutating func tail(_ place: Scope.Place, _ indices: [Index], _ bounds: [Bound]) throws -> Tail? {
        let index = linear(place, indices)
        let spread = bounds.filter { scope.isSpread($0.index) }
        guard case .memory(isDevice: true) = place.kind, spread.count == 1, isConsecutive(index),
            isConsecutive(spread[0].index), spread[0].index.range(scope.ranges).lowerBound >= 0
        else { return nil }
        let uniform = bounds.filter { !scope.isSpread($0.index) }
        let count = Index(spread[0].extent) - scope.index(spread[0].index, inLane: 0)
        return Tail(
            address: try address(scope.index(index, inLane: 0), in: place), count: try text(count),
            room: try text(Index(place.shape.reduce(1, *)) - scope.index(index, inLane: 0)),
            condition: uniform.isEmpty ? nil : try condition(uniform))
    }

    /// Whether each lane's index is the one before plus 1.
    func isConsecutive(_ index: Index) -> Bool {
        guard let lane = scope.lane else { return false }
        return !index.hidesAxis(lane.axis) && index.coefficient(of: lane.axis) == 1
    }
}
