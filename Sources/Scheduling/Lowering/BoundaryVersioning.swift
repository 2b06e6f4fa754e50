import KernelIR

/// Gives blocks that lie inside all bounds a version without them, so that only the edges pay for guards.
///
/// At the kernel's start, for one grid axis after the other, and at every serial loop, the bounds that depend on the axis
/// are tightened over all inner axes. Where they hold the version without them runs; a loop whose bounds depend on it
/// alone is cut in two. So a tile at the lower edge of a matrix has no guards for the right edge. Bounds that stand beside
/// loops only, and not inside of one, are cheaper than a second version. Where a sum takes in nothing but zeros outside of
/// the bounds, as for the taps of a window that lie beside the image, there is no second version at all. Before all that,
/// choices that grid axes decide become versions too.
struct BoundaryVersioning {
    private let grid: [String]
    private let gridAxes: Set<String>
    private let gridRanges: Ranges
    /// Buffers whose bounds are left alone: what fills them is a small part of the work, and short.
    private let filled: Set<String>
    private let branchesAroundBarriers: Bool

    /// - Parameters:
    ///   - grid: the axes that are known at the kernel's start: of groups and of work-items.
    ///   - inside: further axes of work-items, for all of which a version must hold.
    ///   - filled: the buffers that work-items fill together.
    ///   - branchesAroundBarriers: whether statements at which work-items meet may get versions.
    init(
        grid: [Axis], inside: [Axis] = [], filled: Set<String> = [], branchesAroundBarriers: Bool = true
    ) {
        self.branchesAroundBarriers = branchesAroundBarriers
        self.grid = grid.map(\.name)
        gridAxes = Set(grid.map(\.name))
        gridRanges = Ranges(grid + inside)
        self.filled = filled
    }

    /// The body with versions for interior and edge.
    func versioned(kernelBody body: [Statement]) -> [Statement] {
        var choices = Self.mostChoices
        return decided(body, &choices)
    }

    /// Versions a kernel may have for what its expressions choose.
    private static let mostChoices = 64

    /// A version for either side of each choice that loops would make again and again, where the grid axes alone decide it:
    /// so a group of a concatenation's copies one operand, and asks once which.
    private func decided(_ body: [Statement], _ choices: inout Int) -> [Statement] {
        guard choices > 0, mayBranch(body), let choice = body.repeatedChoice(by: gridAxes) else {
            return versioned(body, grid[...], excluding: [])
        }
        choices -= 1
        let chosen = decided(body.map { $0.removing(Set(choice)) }, &choices)
        return [.when(choice, then: chosen, otherwise: decided(body.map { $0.denying(choice) }, &choices))]
    }

    /// Versions for the grid axes, the slowest first; bounds that an outer decision has settled are left as they are.
    private func versioned(
        _ body: [Statement], _ axes: ArraySlice<String>, excluding settled: Set<Bound>
    ) -> [Statement] {
        guard let axis = axes.first else { return versioned(body, known: gridAxes, gridRanges) }
        let found = decision(body, known: gridAxes, new: [axis], gridRanges, excluding: settled)
        let settled = settled.union(found?.removable ?? [])
        let outside = versioned(body, axes.dropFirst(), excluding: settled)
        guard let found, found.conditions.isEmpty || mayBranch(body) else { return outside }
        let inside = versioned(body.map { $0.removing(found.removable) }, axes.dropFirst(), excluding: settled)
        return found.conditions.isEmpty ? inside : [.when(found.conditions, then: inside, otherwise: outside)]
    }

    private func versioned(_ body: [Statement], known: Set<String>, _ ranges: Ranges) -> [Statement] {
        body.flatMap { statement -> [Statement] in
            switch statement {
            case .loop(let axis, let start, let end, .serial, let inner):
                return versionedLoop(axis, start, end, inner, known: known, ranges)
            case .loop(let axis, let start, let end, let kind, let inner):
                let ranges = ranges.adding(axis, start...(end - 1))
                let body = versioned(inner, known: known.union([axis]), ranges)
                return [.loop(axis: axis, start: start, end: end, kind: kind, body: body)]
            case .when(let bounds, let then, let otherwise):
                return [
                    .when(
                        bounds, then: versioned(then, known: known, ranges),
                        otherwise: versioned(otherwise, known: known, ranges))
                ]
            case .store, .allocate, .barrier, .combine, .matrix, .asyncCopy: return [statement]
            }
        }
    }

    private func versionedLoop(
        _ axis: String, _ start: Int, _ end: Int, _ body: [Statement], known: Set<String>, _ ranges: Ranges
    ) -> [Statement] {
        func loop(_ start: Int, _ end: Int, _ body: [Statement]) -> [Statement] {
            start < end ? [.loop(axis: axis, start: start, end: end, kind: .serial, body: body)] : []
        }
        let (known, inner) = (known.union([axis]), ranges.adding(axis, start...(end - 1)))
        let outside = versioned(body, known: known, inner)
        guard let found = decision(body, known: known, new: [axis], inner) else { return loop(start, end, outside) }
        let inside = versioned(body.map { $0.removing(found.removable) }, known: known, inner)
        guard !found.conditions.isEmpty else { return loop(start, end, inside) }
        let isNothing = found.isExact && body.allSatisfy { $0.changesNothing(outside: found.removable) }
        if isNothing {
            guard let held = found.conditions.commonInterval(on: axis, in: start..<end), !held.isEmpty else {
                return loop(start, end, [.when(found.conditions, then: inside, otherwise: [])])
            }
            return loop(held.lowerBound, held.upperBound, inside)
        }
        if let held = found.conditions.commonInterval(on: axis, in: start..<end) {
            return loop(start, held.lowerBound, outside) + loop(held.lowerBound, held.upperBound, inside)
                + loop(held.upperBound, end, outside)
        }
        guard mayBranch(body) else { return loop(start, end, outside) }
        return loop(start, end, [.when(found.conditions, then: inside, otherwise: outside)])
    }

    private func mayBranch(_ body: [Statement]) -> Bool {
        branchesAroundBarriers || !body.contains(where: \.isCollective)
    }

    /// The bounds that depend on the new axes, the conditions over known axes under which all of them hold, and whether one
    /// of them fails wherever a condition does; `nil` where there are none or they never do.
    private func decision(
        _ body: [Statement], known: Set<String>, new: Set<String>, _ ranges: Ranges, excluding settled: Set<Bound> = []
    ) -> (removable: Set<Bound>, conditions: [Bound], isExact: Bool)? {
        // The same bound may occur in several loops over one axis, and ask for something else in each.
        var found: [(bound: Bound, conditions: [Bound], isExact: Bool)] = []
        var refused = settled
        var isRepeated = !body.contains(where: \.containsLoop)
        body.forEachBound(ranges, outside: filled) { bound, ranges, isInLoop in
            guard !bound.index.axes.isDisjoint(with: new), !refused.contains(bound) else { return }
            guard let tight = bound.tightened(known: known, ranges) else {
                refused.insert(bound)
                return
            }
            isRepeated = isRepeated || isInLoop
            found.append((bound, tight.conditions, tight.isExact))
        }
        let kept = found.filter { !refused.contains($0.bound) }
        let removable = Set(kept.map(\.bound))
        let conditions = kept.flatMap(\.conditions).uniqued().filter { !$0.isProved(ranges) }
        let isPossible = conditions.allSatisfy { $0.index.range(ranges).lowerBound < $0.extent }
        guard !removable.isEmpty, isPossible, isRepeated else { return nil }
        return (removable, conditions, kept.allSatisfy(\.isExact))
    }
}

extension Bound {
    /// Conditions over known axes alone that imply the bound for all values of the others, and whether they are the bound
    /// itself; `nil` where there are none.
    fileprivate func tightened(known: Set<String>, _ ranges: Ranges) -> (conditions: [Bound], isExact: Bool)? {
        var (low, high) = (Index(index.constant), Index(index.constant))
        for term in index.terms {
            let part = index.part(of: term)
            if part.axes.isSubset(of: known) {
                low = low + part
                high = high + part
            } else if part.axes.isDisjoint(with: known) {
                let range = part.range(ranges)
                low = low + range.lowerBound
                high = high + range.upperBound
            } else {
                return nil
            }
        }
        let isLowProved = low.range(ranges).lowerBound >= 0
        let isOne = isLowProved || low == high
        let conditions =
            isOne ? [Bound(high, below: extent)] : [Bound(low, below: extent), Bound(high, below: extent)]
        return (conditions, low == high)
    }
}

extension [Bound] {
    /// The values of an axis for which all bounds hold, where they depend on that axis alone; empty at the end of the
    /// interval where there are none.
    fileprivate func commonInterval(on axis: String, in interval: Range<Int>) -> Range<Int>? {
        var (low, high) = (interval.lowerBound, interval.upperBound)
        for bound in self {
            let factor = bound.index.coefficient(of: axis)
            guard factor != 0, bound.index.terms.count == 1 else { return nil }
            // 0 ≤ factor·axis + constant ≤ extent − 1, divided by the factor.
            let ends = (-bound.index.constant, bound.extent - 1 - bound.index.constant)
            let (first, last) = factor > 0 ? ends : (-ends.1, -ends.0)
            low = Swift.max(low, floorQuotient(first + abs(factor) - 1, abs(factor)))
            high = Swift.min(high, floorQuotient(last, abs(factor)) + 1)
        }
        return low < high ? low..<high : interval.upperBound..<interval.upperBound
    }
}

extension [Statement] {
    /// Visits every bound of loads, stores and predicates with the ranges in force there, and whether a serial loop
    /// repeats it; not those of statements that just fill some of the given buffers.
    fileprivate func forEachBound(
        _ ranges: Ranges, outside filled: Set<String>, isInLoop: Bool = false, _ visit: (Bound, Ranges, Bool) -> Void
    ) {
        for statement in self where !statement.fills(filled) {
            switch statement {
            case .loop(let axis, let start, let end, let kind, let body):
                body.forEachBound(
                    ranges.adding(axis, start...(end - 1)), outside: filled,
                    isInLoop: isInLoop || kind.repeats(end - start), visit)
            case .when(let bounds, let then, let otherwise):
                for bound in bounds { visit(bound, ranges, isInLoop) }
                then.forEachBound(ranges, outside: filled, isInLoop: isInLoop, visit)
                otherwise.forEachBound(ranges, outside: filled, isInLoop: isInLoop, visit)
            case .store(let stores):
                for store in stores {
                    for bound in store.bounds { visit(bound, ranges, isInLoop) }
                    store.value.forEach { node in
                        switch node {
                        case .load(let load): for bound in load.bounds { visit(bound, ranges, isInLoop) }
                        case .inside(let bounds): for bound in bounds { visit(bound, ranges, isInLoop) }
                        default: break
                        }
                    }
                }
            case .matrix(let product):
                let inside = product.ranges(in: ranges)
                for bound in product.bounds { visit(bound, inside, isInLoop) }
            case .allocate, .barrier, .combine, .asyncCopy: break
            }
        }
    }
}

extension [Statement] {
    /// The bounds of the outermost choice inside of a repeated loop that some axes alone decide; nil where there is none.
    fileprivate func repeatedChoice(by axes: Set<String>, isInLoop: Bool = false) -> [Bound]? {
        for statement in self {
            var found: [Bound]?
            switch statement {
            case .loop(_, let start, let end, let kind, let body):
                found = body.repeatedChoice(by: axes, isInLoop: isInLoop || kind.repeats(end - start))
            case .when(_, let then, let otherwise):
                found = (then + otherwise).repeatedChoice(by: axes, isInLoop: isInLoop)
            case .store(let stores) where isInLoop:
                for store in stores {
                    store.value.forEach { node in
                        guard found == nil, case .select(.inside(let bounds), _, _) = node else { return }
                        if bounds.allSatisfy({ $0.index.axes.isSubset(of: axes) }) { found = bounds }
                    }
                }
            case .store, .matrix, .asyncCopy, .allocate, .barrier, .combine: break
            }
            if let found { return found }
        }
        return nil
    }
}

extension LoopKind {
    /// Whether a loop of so many iterations runs its body again and again: what is written out does not, nor does the
    /// one iteration that a value of a specialized loop has.
    fileprivate func repeats(_ iterations: Int) -> Bool { self == .serial && iterations > 1 }
}

extension Statement {
    /// Whether something in it is repeated by a serial loop.
    fileprivate var containsLoop: Bool {
        switch self {
        case .loop(_, let start, let end, let kind, let body):
            kind.repeats(end - start) || body.contains(where: \.containsLoop)
        case .when(_, let then, let otherwise): (then + otherwise).contains(where: \.containsLoop)
        case .store, .allocate, .barrier, .combine, .matrix, .asyncCopy: false
        }
    }

    /// Whether it does nothing but fill some of the given buffers.
    fileprivate func fills(_ buffers: Set<String>) -> Bool {
        switch self {
        case .loop(_, _, _, _, let body): body.allSatisfy { $0.fills(buffers) }
        case .when(_, let then, let otherwise): (then + otherwise).allSatisfy { $0.fills(buffers) }
        default: !ownStores.isEmpty && ownStores.allSatisfy { buffers.contains($0.buffer) }
        }
    }

    /// The same statement where not all of the given bounds hold.
    fileprivate func denying(_ choice: [Bound]) -> Statement {
        switch self {
        case .loop(let axis, let start, let end, let kind, let body):
            return .loop(axis: axis, start: start, end: end, kind: kind, body: body.map { $0.denying(choice) })
        case .when(let bounds, let then, let otherwise):
            return .when(
                bounds, then: then.map { $0.denying(choice) }, otherwise: otherwise.map { $0.denying(choice) })
        case .store(let stores):
            return .store(
                stores.map { store in
                    var store = store
                    store.value = store.value.rewritten { node in
                        if case .select(.inside(choice), _, let other) = node { other } else { node }
                    }
                    return store
                })
        case .matrix, .asyncCopy, .allocate, .barrier, .combine: return self
        }
    }

    /// The same statement where the given bounds are known to hold.
    fileprivate func removing(_ known: Set<Bound>) -> Statement {
        func kept(_ bounds: [Bound]) -> [Bound] { bounds.filter { !known.contains($0) } }
        switch self {
        case .loop(let axis, let start, let end, let kind, let body):
            return .loop(axis: axis, start: start, end: end, kind: kind, body: body.map { $0.removing(known) })
        case .when(let bounds, let then, let otherwise):
            return .when(
                kept(bounds), then: then.map { $0.removing(known) }, otherwise: otherwise.map { $0.removing(known) })
        case .store(let stores):
            return .store(
                stores.map { store in
                    var store = store
                    store.bounds = kept(store.bounds)
                    store.value = store.value.rewritten { node in
                        switch node {
                        case .load(var load):
                            load.bounds = kept(load.bounds)
                            return .load(load)
                        case .select(.inside(let bounds), let value, _) where kept(bounds).isEmpty: return value
                        case .inside(let bounds): return .inside(kept(bounds))
                        default: return node
                        }
                    }
                    return store
                })
        case .matrix(let product):
            return .matrix(
                product.rewritingLoads { load in
                    var load = load
                    load.bounds = kept(load.bounds)
                    return load
                })
        case .asyncCopy(let copy):
            return .asyncCopy(copy.mapStores { Statement.store($0).removing(known).ownStores })
        case .allocate, .barrier, .combine: return self
        }
    }
}
