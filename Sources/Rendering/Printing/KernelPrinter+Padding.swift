import KernelIR

/// Vectors at the end of a work-item's own array, which is padded so that they may reach beyond its last element.
extension KernelPrinter {
    /// Elements to which such an array's length is rounded up: the lanes of the widest vector.
    private static let lanes = 16

    /// Elements behind an array's last one that are declared with it.
    func padding(of buffer: LocalBuffer) -> Int {
        guard buffer.space == .memory, dialect.packs == nil, buffer.count > Self.lanes else { return 0 }
        return (Self.lanes - buffer.count % Self.lanes) % Self.lanes
    }

    /// The value of a load whose lanes out of bounds lie within the array or its padding; nil for other loads.
    mutating func loadPadded(_ load: Load, _ place: Scope.Place, _ bounds: [Bound], _ fill: Value) throws -> Value? {
        guard let width = scope.lane?.width, let first = paddedStart(place, load.indices) else { return nil }
        let value = dialect.load(place.identifier, try text(first), place.type, width: width)
        return select(try inside(bounds), value, fill)
    }

    /// Where a store begins whose lanes out of bounds all lie in the array's padding; nil for other stores.
    func paddedStart(of store: Store, _ place: Scope.Place) -> Index? {
        guard Set(store.bounds).count == 1, let first = paddedStart(place, store.indices) else { return nil }
        let bound = store.bounds[0]
        let offset = (linear(place, store.indices) - bound.index).simplified(scope.ranges)
        let isBehind = offset.asConstant == place.count - bound.extent
        return isBehind && bound.index.range(scope.ranges).lowerBound >= 0 ? first : nil
    }

    /// The first lane's position, where lanes are neighbours and all of them within the array or its padding.
    private func paddedStart(_ place: Scope.Place, _ indices: [Index]) -> Index? {
        let index = linear(place, indices)
        let range = index.range(scope.ranges)
        guard place.padding > 0, isConsecutive(index), range.lowerBound >= 0,
            range.upperBound < place.count + place.padding
        else { return nil }
        return scope.index(index, inLane: 0)
    }
}
