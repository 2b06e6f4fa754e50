extension Index {
    /// The floor quotient by a positive constant, simplified as far as the ranges allow.
    ///
    /// Terms divisible by `divisor` come out exactly; what stays inside vanishes when its range lies in one period.
    public func divided(by divisor: Int, _ ranges: Ranges) -> Index {
        guard divisor > 1 else { return self }
        let (whole, rest) = separated(by: divisor)
        let range = rest.range(ranges)
        let low = floorQuotient(range.lowerBound, divisor)
        if low == floorQuotient(range.upperBound, divisor) { return whole + low }
        if let nested = rest.asNestedQuotient {
            return whole + nested.index.divided(by: nested.divisor * divisor, ranges)
        }
        if let (coarse, _, unit) = rest.coarsened(below: divisor, ranges) {
            return whole + coarse.divided(by: divisor / unit, ranges)
        }
        return whole + Index(0, [Term(coefficient: 1, atom: .quotient(rest, divisor))])
    }

    /// The remainder by a positive constant, simplified as far as the ranges allow.
    public func remainder(by divisor: Int, _ ranges: Ranges) -> Index {
        guard divisor > 1 else { return Index(0) }
        let rest = separated(by: divisor).rest
        let range = rest.range(ranges)
        let low = floorQuotient(range.lowerBound, divisor)
        if low == floorQuotient(range.upperBound, divisor) { return rest + -low * divisor }
        if let (coarse, fine, unit) = rest.coarsened(below: divisor, ranges) {
            return coarse.remainder(by: divisor / unit, ranges) * unit + fine
        }
        return Index(0, [Term(coefficient: 1, atom: .remainder(rest, divisor))])
    }

    /// Replaces axes by indices and simplifies quotients and remainders with the ranges of the *new* axes.
    public func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Index {
        guard !axes.isDisjoint(with: replacements.keys) else { return self }
        let sum = terms.reduce(Index(constant)) { sum, term in
            sum + term.atom.substituting(replacements, ranges) * term.coefficient
        }
        return sum.recombined()
    }

    /// The same value under ranges that may be narrower than those it was made for: quotients and remainders of what lies in
    /// one period vanish.
    public func simplified(_ ranges: Ranges) -> Index {
        let isAffine = terms.allSatisfy { if case .axis = $0.atom { true } else { false } }
        guard !isAffine else { return self }
        return terms.reduce(Index(constant)) { $0 + $1.atom.simplified(ranges) * $1.coefficient }.recombined()
    }

    /// The same form over axes of other names; names that are not listed stay.
    public func renaming(_ names: [String: String]) -> Index {
        guard !names.isEmpty, !terms.isEmpty else { return self }
        return Index(constant, terms.map { Term(coefficient: $0.coefficient, atom: $0.atom.renaming(names)) })
    }

    /// Merges `k·d·(x/d) + k·(x%d)` into `k·x`, and `k·d·((x/d + c)%e) + k·(x%d)` into `k·((x + d·c)%(d·e))`, where `c` is
    /// what a division took out exactly.
    public func recombined() -> Index {
        for term in terms {
            for (divisor, inner, merged) in term.atom.wholes where term.coefficient % divisor == 0 {
                let partner = Term(coefficient: term.coefficient / divisor, atom: .remainder(inner, divisor))
                guard terms.contains(partner) else { continue }
                let others = Index(constant, terms.filter { $0 != term && $0 != partner })
                return (others + merged * partner.coefficient).recombined()
            }
        }
        return self
    }

    /// `divisor · whole + rest`, with every coefficient of the rest and its constant in `0 ..< divisor`, or negative
    /// where the coefficient itself is.
    fileprivate func separated(by divisor: Int) -> (whole: Index, rest: Index) {
        var (whole, rest): ([Term], [Term]) = ([], [])
        for term in terms {
            let quotient = term.coefficient / divisor
            whole.append(Term(coefficient: quotient, atom: term.atom))
            rest.append(Term(coefficient: term.coefficient - quotient * divisor, atom: term.atom))
        }
        return (
            Index(floorQuotient(constant, divisor), whole), Index(floorRemainder(constant, divisor), rest)
        )
    }

    /// Writes the index as `unit · coarse + fine` with `0 ≤ fine < unit`, for the largest such unit that divides
    /// `divisor` and is less than it; `nil` where there is none above 1.
    private func coarsened(below divisor: Int, _ ranges: Ranges) -> (coarse: Index, fine: Index, unit: Int)? {
        let units = Set(terms.map { greatestCommonDivisor($0.coefficient, divisor) }).filter { $0 > 1 && $0 < divisor }
        for unit in units.sorted(by: >) {
            let fine = Index(
                floorRemainder(constant, unit), terms.filter { $0.coefficient % unit != 0 })
            guard fine.isInside(unit, ranges) else { continue }
            let coarse = Index(
                floorQuotient(constant, unit),
                terms.filter { $0.coefficient % unit == 0 }.map {
                    Term(coefficient: $0.coefficient / unit, atom: $0.atom)
                })
            return (coarse, fine, unit)
        }
        return nil
    }

    private var asNestedQuotient: (index: Index, divisor: Int)? {
        guard constant == 0, terms.count == 1, terms[0].coefficient == 1,
            case .quotient(let index, let divisor) = terms[0].atom
        else { return nil }
        return (index, divisor)
    }
}

extension Index.Atom {
    /// For `x/d` and each way to read the atom as `(x/d + c)%e`: the divisor, `x`, and what the atom times `d` and `x%d`
    /// make together.
    fileprivate var wholes: [(divisor: Int, inner: Index, merged: Index)] {
        switch self {
        case .axis: return []
        case .quotient(let inner, let divisor): return [(divisor, inner, inner)]
        case .remainder(let sum, let period):
            return sum.terms.compactMap { term in
                guard term.coefficient == 1, case .quotient(let inner, let divisor) = term.atom else { return nil }
                let exact = Index(sum.constant, sum.terms.filter { $0 != term })
                let whole = (inner + exact * divisor).separated(by: divisor * period).rest
                let merged = Index.Atom.remainder(whole, divisor * period)
                return (divisor, inner, Index(0, [Index.Term(coefficient: 1, atom: merged)]))
            }
        }
    }

    fileprivate func renaming(_ names: [String: String]) -> Index.Atom {
        switch self {
        case .axis(let name): .axis(names[name] ?? name)
        case .quotient(let index, let divisor): .quotient(index.renaming(names), divisor)
        case .remainder(let index, let divisor): .remainder(index.renaming(names), divisor)
        }
    }

    fileprivate func simplified(_ ranges: Ranges) -> Index {
        switch self {
        case .axis(let name): .axis(name)
        case .quotient(let index, let divisor): index.simplified(ranges).divided(by: divisor, ranges)
        case .remainder(let index, let divisor): index.simplified(ranges).remainder(by: divisor, ranges)
        }
    }

    fileprivate func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Index {
        switch self {
        case .axis(let name): replacements[name] ?? .axis(name)
        case .quotient(let index, let divisor):
            index.substituting(replacements, ranges).divided(by: divisor, ranges)
        case .remainder(let index, let divisor):
            index.substituting(replacements, ranges).remainder(by: divisor, ranges)
        }
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
