import KernelIR

/// Vectors at the ends of a row, some lanes of which lie before or behind it.
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
        guard let access = consecutive(place, indices, bounds), access.spread.count == 1 else { return nil }
        let bound = access.spread[0]
        guard bound.index.range(scope.ranges).lowerBound >= 0 else { return nil }
        let count = Index(bound.extent) - scope.index(bound.index, inLane: 0)
        return Tail(
            address: try address(access.first, in: place), count: try text(count),
            room: try text(access.size - access.first), condition: try condition(of: access))
    }

    /// Consecutive elements of device memory of which only those in some neighbouring lanes may be touched.
    struct Stretch {
        /// The first lane's position in the buffer, which may lie before or behind it.
        var position: Value
        /// The buffer's elements, all of which may be read.
        var size: Value
        /// The lanes that may be touched, `first ..< end`; they may lie outside of the vector's.
        var first: Value
        var end: Value
        /// What must hold besides; nil where nothing does.
        var condition: Value?
    }

    /// The access as a stretch: stride 1, and bounds that move with the lanes.
    mutating func stretch(_ place: Scope.Place, _ indices: [Index], _ bounds: [Bound]) throws -> Stretch? {
        guard let lane = scope.lane, let access = consecutive(place, indices, bounds),
            access.spread.allSatisfy({ hasLanesThatFit($0) })
        else { return nil }
        let firsts = access.spread.filter { $0.index.range(scope.ranges).lowerBound < 0 }
            .map { Index(0) - scope.index($0.index, inLane: 0) }
        let ends = access.spread.filter { $0.index.range(scope.ranges).upperBound >= $0.extent }
            .map { Index($0.extent) - scope.index($0.index, inLane: 0) }
        let first = try outermost(.max, firsts.isEmpty ? [Index(0)] : firsts)
        let end = try outermost(.min, ends.isEmpty ? [Index(lane.width)] : ends)
        return Stretch(
            position: try text(access.first), size: try text(access.size), first: first, end: end,
            condition: try condition(of: access))
    }

    /// An access with stride 1 to device memory, under bounds at least one of which moves with the lanes.
    private struct ConsecutiveAccess {
        /// The first lane's position in the buffer.
        var first: Index
        /// The buffer's elements.
        var size: Index
        /// The bounds that move with the lanes, by one from each to the next.
        var spread: [Bound]
        /// The bounds that no lane decides.
        var uniform: [Bound]
    }

    /// The access as a consecutive one; nil where it is none.
    private func consecutive(_ place: Scope.Place, _ indices: [Index], _ bounds: [Bound]) -> ConsecutiveAccess? {
        let index = linear(place, indices)
        let spread = bounds.filter { scope.isSpread($0.index) }
        guard case .memory(isDevice: true) = place.kind, !spread.isEmpty, isConsecutive(index),
            spread.allSatisfy({ isConsecutive($0.index) })
        else { return nil }
        return ConsecutiveAccess(
            first: scope.index(index, inLane: 0), size: Index(place.shape.reduce(1, *)), spread: spread,
            uniform: bounds.filter { !scope.isSpread($0.index) })
    }

    /// What must hold whichever lane it is; nil where nothing does.
    private mutating func condition(of access: ConsecutiveAccess) throws -> Value? {
        access.uniform.isEmpty ? nil : try condition(access.uniform)
    }

    /// Whether the distances from any lane to the bound's ends can be computed like indices.
    private func hasLanesThatFit(_ bound: Bound) -> Bool {
        indexType == .int64 || bound.extent - bound.index.range(scope.ranges).lowerBound <= Int(Int32.max)
    }

    /// The greatest or least of some numbers, at least one.
    private mutating func outermost(_ operation: BinaryOperator, _ numbers: [Index]) throws -> Value {
        var result = try text(numbers[0])
        for number in numbers.dropFirst() {
            let value = try text(number)
            result = call(.extremum(operation, indexType, 1), [result, value])
        }
        return result
    }

    /// Whether each lane's index is the one before plus 1.
    func isConsecutive(_ index: Index) -> Bool {
        guard let lane = scope.lane else { return false }
        return !index.hidesAxis(lane.axis) && index.coefficient(of: lane.axis) == 1
    }
}
