import KernelIR

/// How many different values a tuple of whole numbers takes at least while axes walk their ranges.
///
/// An axis is *told* by the tuple where its value follows from it: in an index, those axes whose steps are larger than
/// all that smaller steps add up to. Axes that are not told count as fixed, so the number is a lower bound. So is its
/// product with a share where only that share of all points takes part, since no value belongs to more of them than all
/// points over `count`. O(n log n) in the terms.
struct DistinctPlaces {
    /// A number of the tuple.
    struct Coordinate: Hashable {
        var index: Index
        /// Axes it depends on beside the index, in a way that tells nothing.
        var hidden: Set<String> = []
    }

    /// At least so many different tuples.
    private(set) var count = 1.0
    /// The axes each of whose values is told.
    private(set) var told: Set<String> = []
    /// Axes whose value is told within a part of their range, those above included.
    private var known: Set<String> = []
    /// Axes that count as fixed.
    private var fixed: Set<String> = []

    /// - Parameter extents: the iterations of each axis; an axis without them is a constant.
    init(_ coordinates: [Coordinate], extents: [String: Int]) {
        // What depends on one axis tells more of those that depend on several.
        let ordered = coordinates.enumerated().sorted {
            ($0.element.axisCount, $0.offset) < ($1.element.axisCount, $1.offset)
        }
        for (_, coordinate) in ordered { take(coordinate, extents) }
    }

    /// Axes the tuple depends on that are not told.
    var untold: Set<String> { known.union(fixed).subtracting(told) }

    /// Takes a number into the tuple: each of its axes was told before, is told now, or is fixed from now on.
    private mutating func take(_ coordinate: Coordinate, _ extents: [String: Int]) {
        var terms: [(axis: String, step: Int, extent: Int)] = []
        var hidden = coordinate.hidden
        for term in coordinate.index.terms {
            switch term.atom {
            case .axis(let axis): terms.append((axis, abs(term.coefficient), extents[axis] ?? 1))
            case .quotient(let index, _), .remainder(let index, _): hidden.formUnion(index.axes)
            }
        }
        fixed.formUnion(hidden.subtracting(known))
        let free = terms.filter { $0.extent > 1 && !known.contains($0.axis) && !fixed.contains($0.axis) }
            .sorted { ($0.step, $0.extent, $1.axis) > ($1.step, $1.extent, $0.axis) }
        // What smaller steps may add up to.
        var room = Int.max
        for term in free {
            let length = min(term.extent - 1, room / term.step) + 1
            // The range in parts of that length, of which one is walked.
            let parts = (term.extent + length - 1) / length
            count *= Double(term.extent) / Double(parts)
            if length > 1 { known.insert(term.axis) } else { fixed.insert(term.axis) }
            if length == term.extent { told.insert(term.axis) }
            room = min(room - term.step * (length - 1), term.step - 1)
        }
    }
}

extension DistinctPlaces.Coordinate {
    fileprivate var axisCount: Int { hidden.union(index.axes).count }
}
