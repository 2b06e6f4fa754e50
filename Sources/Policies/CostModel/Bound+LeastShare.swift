import KernelIR

extension Bound {
    /// A lower bound of the share of all points at which the condition holds.
    ///
    /// It counts the values of the axis that moves the index farthest for which it holds whatever the other axes are.
    func leastShare(_ ranges: Ranges) -> Double {
        guard index.axes.allSatisfy({ ranges[$0] != nil }) else { return 0 }
        if isProved(ranges) { return 1 }
        let axes = index.terms.compactMap { term -> (name: String, step: Int, range: ClosedRange<Int>)? in
            guard case .axis(let name) = term.atom, let range = ranges[name] else { return nil }
            return (name, term.coefficient, range)
        }
        guard let axis = axes.max(by: { abs($0.step) * $0.range.count < abs($1.step) * $1.range.count }) else {
            return 0
        }
        let rest = (index - Index.axis(axis.name) * axis.step).range(ranges)
        // 0 ≤ step · axis + rest < extent for the least and the greatest rest.
        let (least, most) = (rest.lowerBound, extent - 1 - rest.upperBound)
        let size = abs(axis.step)
        let low = axis.step > 0 ? -floorQuotient(least, size) : -floorQuotient(most, size)
        let high = axis.step > 0 ? floorQuotient(most, size) : floorQuotient(least, size)
        let (first, last) = (max(low, axis.range.lowerBound), min(high, axis.range.upperBound))
        return last < first ? 0 : Double(last - first + 1) / Double(axis.range.count)
    }
}

extension Sequence where Element == Bound {
    /// A lower bound of the share of all points at which every condition holds.
    func leastShare(_ ranges: Ranges) -> Double {
        var seen: Set<Bound> = []
        var missing = 0.0
        for bound in self where seen.insert(bound).inserted { missing += 1 - bound.leastShare(ranges) }
        return Swift.max(0, 1 - missing)
    }
}
