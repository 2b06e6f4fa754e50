/// Proves that no two work-items of a kernel touch the same element of a buffer that the kernel writes.
///
/// The proof is sufficient, not necessary. Two points that reach the same element give one equation a dimension, and one
/// for its position in the whole buffer, since no index leaves its dimension: `Σ coefficient · difference = 0`. Sorted by coefficient, an equation falls apart where all greater coefficients share
/// a divisor above everything that the smaller ones can add up to; an atom that stands alone between two such cuts has
/// difference 0. A quotient and a remainder of the same index that are both equal make that index equal, and an equation
/// with a quotient whose remainder is equal is an equation over what is divided.
struct OwnershipCheck {
    private struct Access {
        var indices: [Index]
        var ranges: Ranges
        var guards: [Bound]
    }

    /// One unknown difference of an equation.
    private struct Unknown {
        var coefficient: Int
        var width: Int
        /// `nil` for what differs from access to access.
        var atom: Index.Atom?
    }

    private let kernel: Kernel
    private let buffers: [String: Buffer]
    private var accesses: [String: [Access]] = [:]

    /// - Parameter buffers: those in device memory, by name.
    init(kernel: Kernel, buffers: [String: Buffer]) {
        self.kernel = kernel
        self.buffers = buffers
    }

    /// Notes an access to a device buffer; one that provably never happens is left out.
    mutating func record(_ buffer: String, _ indices: [Index], _ scope: ExprScope, bounds: [Bound]) {
        let guards = scope.guards + bounds
        guard let ranges = scope.ranges.tightened(by: guards) else { return }
        accesses[buffer, default: []].append(Access(indices: indices, ranges: ranges, guards: guards))
    }

    /// Checks all buffers in `written`.
    func verify(_ written: Set<String>) throws(KernelwrightError) {
        for buffer in written.sorted() {
            let accesses = accesses[buffer] ?? []
            let strides = buffers[buffer]?.strides ?? []
            for axis in kernel.grid + kernel.local where !isOwned(axis, accesses, strides) {
                throw KernelwrightError(
                    .internalInconsistency,
                    "kernel \(kernel.name): work-items that differ in \(axis.name) may touch the same element of \(buffer)",
                    hint: "index the stores, and reads of what the kernel writes, injectively by every grid axis: "
                        + (kernel.grid + kernel.local).map(\.name).joined(separator: ", "))
            }
        }
    }

    private func isOwned(_ axis: Axis, _ accesses: [Access], _ strides: [Int]) -> Bool {
        let isPinned = accesses.allSatisfy { $0.ranges[axis.name].map { $0.count == 1 } ?? false }
        if isPinned, Set(accesses.map { $0.ranges[axis.name] }).count == 1 { return true }
        return equalAtoms(accesses, strides).contains(.axis(axis.name))
    }

    /// Atoms that must be equal at any two points that reach the same element.
    private func equalAtoms(_ accesses: [Access], _ strides: [Int]) -> Set<Index.Atom> {
        var equations: [[Index]] = []
        for dimension in accesses.first?.indices.indices ?? 0..<0 {
            equations.append(accesses.map { $0.indices[dimension] })
        }
        if strides.count > 1 {
            equations.append(
                accesses.map { access in
                    zip(access.indices, strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined()
                        .simplified(access.ranges)
                })
        }
        var equal: Set<Index.Atom> = []
        var pending = true
        while pending {
            pending = false
            for equation in equations {
                let found = solved(equation, accesses, given: equal)
                if !found.isSubset(of: equal) {
                    equal.formUnion(found)
                    pending = true
                }
            }
            let recombined = recombined(equal).map { inner in accesses.map { _ in inner } }
            for equation in recombined + equations.flatMap({ refined($0, given: equal) })
            where !equations.contains(equation) {
                equations.append(equation)
                pending = true
            }
        }
        return equal
    }

    /// Indices whose quotient and remainder by the same divisor are both known to be equal.
    private func recombined(_ equal: Set<Index.Atom>) -> [Index] {
        equal.compactMap { $0.dividend(given: equal)?.index }.sorted { $0.description < $1.description }
    }

    /// The equation with a quotient replaced by what is divided, where the remainder is known to be equal: without known
    /// atoms, `c·(x/d) + rest` becomes `c·x + d·rest`.
    private func refined(_ sides: [Index], given equal: Set<Index.Atom>) -> [[Index]] {
        guard let first = sides.first else { return [] }
        let shared = first.terms.filter { term in sides.allSatisfy { $0.terms.contains(term) } }
        let known = shared.filter { equal.contains($0.atom) }.reduce(Index(0)) { $0 + Index(0, [$1]) }
        return shared.compactMap { term in
            guard !equal.contains(term.atom), let (index, divisor) = term.atom.dividend(given: equal) else {
                return nil
            }
            let quotient = Index(0, [term])
            return sides.map { ($0 - known - quotient) * divisor + index * term.coefficient }
        }
    }

    private func solved(_ sides: [Index], _ accesses: [Access], given equal: Set<Index.Atom>) -> Set<Index.Atom> {
        let unknowns = unknowns(sides, accesses, given: equal).sorted { abs($0.coefficient) < abs($1.coefficient) }
        var result: Set<Index.Atom> = []
        var reach = 0
        var isCutBefore = true
        for (position, unknown) in unknowns.enumerated() {
            reach += abs(unknown.coefficient) * unknown.width
            let rest = unknowns[(position + 1)...].reduce(0) { greatestDivisor($0, $1.coefficient) }
            let isCutAfter = rest == 0 || rest > reach
            if isCutBefore, isCutAfter, let atom = unknown.atom { result.insert(atom) }
            isCutBefore = isCutAfter
        }
        return result
    }

    /// The terms all accesses share, and one unknown for whatever they do not.
    private func unknowns(_ sides: [Index], _ accesses: [Access], given equal: Set<Index.Atom>) -> [Unknown] {
        guard let first = sides.first else { return [] }
        let shared = first.terms.filter { term in sides.allSatisfy { $0.terms.contains(term) } }
        var unknowns: [Unknown] = []
        for term in shared where !isEqual(term.atom, equal) {
            let hull = hull(accesses) { term.atom.interval($0.ranges, given: $0.guards) }
            unknowns.append(Unknown(coefficient: term.coefficient, width: hull.width, atom: term.atom))
        }
        let common = shared.reduce(Index(0)) { $0 + Index(0, [$1]) }
        let rests = sides.map { $0 - common }
        var hull: Interval?
        for (rest, access) in zip(rests, accesses) {
            let interval = rest.interval(access.ranges, given: access.guards)
            hull = hull?.union(interval) ?? interval
        }
        if let hull, hull.width > 0 { unknowns.append(Unknown(coefficient: 1, width: hull.width, atom: nil)) }
        return unknowns
    }

    private func isEqual(_ atom: Index.Atom, _ equal: Set<Index.Atom>) -> Bool {
        if equal.contains(atom) { return true }
        switch atom {
        case .axis: return false
        case .quotient(let index, _), .remainder(let index, _):
            return index.terms.allSatisfy { isEqual($0.atom, equal) }
        }
    }

    private func hull(_ accesses: [Access], _ interval: (Access) -> Interval) -> Interval {
        accesses.dropFirst().reduce(interval(accesses[0])) { $0.union(interval($1)) }
    }
}

extension Index.Atom {
    /// For a quotient, an index and divisor that give it, where the remainder is in `equal`: x and d for `x/d` with `x%d`,
    /// x/d and e for `x/(d·e)` with `(x/d)%e`.
    fileprivate func dividend(given equal: Set<Index.Atom>) -> (index: Index, divisor: Int)? {
        guard case .quotient(let whole, let divisor) = self else { return nil }
        if equal.contains(.remainder(whole, divisor)) { return (whole, divisor) }
        let nested = equal.compactMap { atom -> (index: Index, divisor: Int)? in
            guard case .remainder(let index, let part) = atom, divisor % part == 0, part < divisor,
                index == Index(0, [.init(coefficient: 1, atom: .quotient(whole, divisor / part))])
            else { return nil }
            return (index, part)
        }
        return nested.min { $0.divisor < $1.divisor }
    }
}

private func greatestDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
