import KernelIR

/// What surrounds a statement of a kernel.
struct WorkPlace {
    /// Iterations of the loops around it and work-items of the group, by axis.
    var extents: [String: Int]
    /// The values of all axes, those of the grid included.
    var ranges: Ranges
    /// What must hold for it to run.
    var bounds: [Bound] = []
}

/// A buffer of a work-item or a group, and what a value in it tells about where and when it was computed.
///
/// Values that were computed from different elements are different as far as any compiler can know.
struct WorkPart {
    let type: DType
    private let count: Double
    /// Loops around the buffer: each iteration has one of its own.
    private let around: Set<String>
    /// How many conditions surround the buffer.
    private let conditions: Int
    /// The dimensions in which places with different values lie.
    private var dimensions: [Bool] = []
    /// The loops around whose iterations have different values.
    private var told: Set<String> = []
    /// Loops around on which values depend in another way.
    private var hidden: Set<String> = []
    /// Loops inside in which values change.
    private var turns: Set<String> = []

    init(_ buffer: LocalBuffer, in place: WorkPlace) {
        type = buffer.type
        count = Double(buffer.shape.reduce(1, *))
        around = Set(place.extents.keys)
        conditions = place.bounds.count
    }

    /// Notes what is stored; what was there before is gone.
    mutating func store(_ value: [DistinctPlaces.Coordinate], at indices: [Index], in place: WorkPlace) {
        let distinct = DistinctPlaces(value, extents: place.extents)
        let axes = indices.map { index in index.axes.filter { place.extents[$0, default: 1] > 1 } }
        dimensions = axes.map { !$0.isEmpty && $0.isSubset(of: distinct.told) }
        told = distinct.told.intersection(around)
        hidden = distinct.untold.intersection(around)
        turns = Set(place.extents.keys).subtracting(around)
        for (axes, isTold) in zip(axes, dimensions) where isTold { turns.subtract(axes) }
    }

    /// What the value at some indices tells.
    func coordinates(at indices: [Index], in place: WorkPlace) -> [DistinctPlaces.Coordinate] {
        guard indices.count == dimensions.count else { return [] }
        var hidden = hidden.union(turns.intersection(place.extents.keys))
        for (index, isTold) in zip(indices, dimensions) where !isTold { hidden.formUnion(index.axes) }
        let numbers = zip(indices, dimensions).filter { $0.1 }.map { $0.0 } + told.sorted().map { Index.axis($0) }
        return numbers.map { DistinctPlaces.Coordinate(index: $0, hidden: hidden) }
    }

    /// The least share of the elements that is read at some indices, while all loops inside the buffer's scope run.
    func readShare(at indices: [Index], _ bounds: [Bound], in place: WorkPlace) -> Double {
        let inside = place.extents.filter { !around.contains($0.key) }
        let places = DistinctPlaces(indices.map { DistinctPlaces.Coordinate(index: $0) }, extents: inside).count
        let share = (Array(place.bounds.dropFirst(conditions)) + bounds).leastShare(place.ranges)
        return min(1, share * places / count)
    }
}
