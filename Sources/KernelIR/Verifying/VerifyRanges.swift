/// A range of integers that may be empty.
struct Interval: Equatable {
    var low: Int
    var high: Int

    var isEmpty: Bool { low > high }
    /// The distance between the two ends; 0 for a single value.
    var width: Int { max(high - low, 0) }

    func intersected(_ other: Interval) -> Interval { Interval(low: max(low, other.low), high: min(high, other.high)) }

    func union(_ other: Interval) -> Interval { Interval(low: min(low, other.low), high: max(high, other.high)) }

    static func + (left: Interval, right: Interval) -> Interval {
        Interval(low: left.low + right.low, high: left.high + right.high)
    }

    static func * (left: Interval, factor: Int) -> Interval {
        factor < 0
            ? Interval(low: left.high * factor, high: left.low * factor)
            : Interval(low: left.low * factor, high: left.high * factor)
    }
}

extension Ranges {
    /// The values axes can have where all guards hold; `nil` where that is nowhere.
    ///
    /// Each guard `0 ≤ a·x + rest < n` bounds every axis x it names; repeated a few times, since one axis tightens others.
    func tightened(by guards: [Bound]) -> Ranges? {
        var result = self
        for _ in 0..<3 {
            for bound in guards {
                if let value = bound.index.asConstant, !(0..<bound.extent).contains(value) { return nil }
                for term in bound.index.terms {
                    guard case .axis(let name) = term.atom, let range = result[name] else { continue }
                    let rest = (bound.index - Index.axis(name) * term.coefficient).range(result)
                    let (low, high) = (-rest.upperBound, bound.extent - 1 - rest.lowerBound)
                    let factor = abs(term.coefficient)
                    let (least, greatest) = term.coefficient > 0 ? (low, high) : (-high, -low)
                    let tight = Interval(low: -floorQuotient(-least, factor), high: floorQuotient(greatest, factor))
                        .intersected(Interval(low: range.lowerBound, high: range.upperBound))
                    guard !tight.isEmpty else { return nil }
                    result[name] = tight.low...tight.high
                }
            }
        }
        return result
    }
}

extension Index {
    /// An enclosure of the values where all guards hold; at least as tight as `range`.
    ///
    /// A guard `0 ≤ g < n` bounds `q·g + rest` by `q·[0, n-1] + rest`, whatever the axes in g do together.
    func interval(_ ranges: Ranges, given guards: [Bound]) -> Interval {
        var result = Interval(low: constant, high: constant)
        for term in terms { result = result + term.atom.interval(ranges, given: guards) * term.coefficient }
        for (position, bound) in guards.enumerated() {
            guard let factor = multiple(of: bound.index) else { continue }
            var others = guards
            others.remove(at: position)
            let rest = (self - bound.index * factor).interval(ranges, given: others)
            result = result.intersected(Interval(low: 0, high: bound.extent - 1) * factor + rest)
        }
        return result
    }

    /// How often `other` fits into this index, judged by the first term of `other`; `nil` where it does not divide.
    private func multiple(of other: Index) -> Int? {
        guard let lead = other.terms.first, let own = terms.first(where: { $0.atom == lead.atom }),
            own.coefficient % lead.coefficient == 0
        else { return nil }
        return own.coefficient / lead.coefficient
    }
}

extension Index.Atom {
    func interval(_ ranges: Ranges, given guards: [Bound]) -> Interval {
        switch self {
        case .axis:
            let range = range(ranges)
            return Interval(low: range.lowerBound, high: range.upperBound)
        case .quotient(let index, let divisor):
            let inner = index.interval(ranges, given: guards)
            return Interval(low: floorQuotient(inner.low, divisor), high: floorQuotient(inner.high, divisor))
        case .remainder(let index, let divisor):
            let inner = index.interval(ranges, given: guards)
            guard floorQuotient(inner.low, divisor) == floorQuotient(inner.high, divisor) else {
                return Interval(low: 0, high: divisor - 1)
            }
            return Interval(low: floorRemainder(inner.low, divisor), high: floorRemainder(inner.high, divisor))
        }
    }
}
