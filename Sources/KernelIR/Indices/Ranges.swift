/// The values each axis may take; the environment of every range proof.
public struct Ranges: Sendable, Hashable {
    private var bounds: [String: ClosedRange<Int>]

    /// No axis is known.
    public init() { bounds = [:] }

    /// Every axis counts from 0 below its extent.
    public init(_ axes: [Axis]) {
        self.init()
        for axis in axes { self[axis.name] = 0...(axis.extent - 1) }
    }

    /// The values of one axis; `nil` where it is unknown.
    public subscript(axis: String) -> ClosedRange<Int>? {
        get { bounds[axis] }
        set { bounds[axis] = newValue }
    }

    /// The same ranges with more or other axes.
    public func adding(_ axis: String, _ range: ClosedRange<Int>) -> Ranges {
        var copy = self
        copy[axis] = range
        return copy
    }
}

extension Index {
    /// The least and greatest values; exact where each axis occurs once, else an enclosure.
    ///
    /// - Precondition: `ranges` knows every axis.
    public func range(_ ranges: Ranges) -> ClosedRange<Int> {
        var (low, high) = (constant, constant)
        for term in terms {
            let atom = term.atom.range(ranges)
            let ends = (term.coefficient * atom.lowerBound, term.coefficient * atom.upperBound)
            low += min(ends.0, ends.1)
            high += max(ends.0, ends.1)
        }
        return low...high
    }

    /// Whether `0 ≤ index < extent` is proved for all values of the axes.
    public func isInside(_ extent: Int, _ ranges: Ranges) -> Bool {
        let range = range(ranges)
        return range.lowerBound >= 0 && range.upperBound < extent
    }
}

extension Index.Atom {
    func range(_ ranges: Ranges) -> ClosedRange<Int> {
        switch self {
        case .axis(let name):
            guard let range = ranges[name] else { preconditionFailure("no range for axis \(name)") }
            return range
        case .quotient(let index, let divisor):
            let range = index.range(ranges)
            return floorQuotient(range.lowerBound, divisor)...floorQuotient(range.upperBound, divisor)
        case .remainder(let index, let divisor):
            let range = index.range(ranges)
            let quotients = (floorQuotient(range.lowerBound, divisor), floorQuotient(range.upperBound, divisor))
            guard quotients.0 == quotients.1 else { return 0...(divisor - 1) }
            return floorRemainder(range.lowerBound, divisor)...floorRemainder(range.upperBound, divisor)
        }
    }
}
