/// An integer expression over axes in canonical affine form: `constant + Σ coefficient · atom`.
///
/// An atom is an axis, or the floor quotient or remainder of another index by a positive constant. Terms are sorted and
/// merged and never have a zero coefficient, so equal indices are equal values.
public struct Index: Sendable, Hashable, Codable {
    /// What a coefficient multiplies.
    public indirect enum Atom: Sendable, Hashable, Codable {
        case axis(String)
        /// Floor of the index divided by a constant greater than 1.
        case quotient(Index, Int)
        /// Non-negative remainder of the index modulo a constant greater than 1.
        case remainder(Index, Int)
    }

    /// One product of a sum.
    public struct Term: Sendable, Hashable, Codable {
        public let coefficient: Int
        public let atom: Atom
    }

    public let constant: Int
    public let terms: [Term]

    /// The constant index `value`.
    public init(_ value: Int) {
        constant = value
        terms = []
    }

    /// The index that is one axis.
    public static func axis(_ name: String) -> Index { Index(0, [Term(coefficient: 1, atom: .axis(name))]) }

    /// A sum in any order, with repeated atoms and zero coefficients allowed; complexity O(n log n) in the terms.
    init(_ constant: Int, _ terms: [Term]) {
        self.constant = constant
        self.terms = Index.merged(terms)
    }

    private static func merged(_ terms: [Term]) -> [Term] {
        guard terms.count > 1 else { return terms.filter { $0.coefficient != 0 } }
        let sorted = terms.map { (key: $0.atom.description, term: $0) }.sorted { $0.key < $1.key }
        var result: [Term] = []
        for (_, term) in sorted {
            if let last = result.last, last.atom == term.atom {
                result[result.count - 1] = Term(coefficient: last.coefficient + term.coefficient, atom: term.atom)
            } else {
                result.append(term)
            }
        }
        return result.filter { $0.coefficient != 0 }
    }

    /// The value, where no axis is left.
    public var asConstant: Int? { terms.isEmpty ? constant : nil }

    /// The axis' name, where the index is just that axis.
    public var asAxis: String? {
        guard constant == 0, terms.count == 1, terms[0].coefficient == 1, case .axis(let name) = terms[0].atom else {
            return nil
        }
        return name
    }

    /// Every axis the value depends on, also inside quotients and remainders.
    public var axes: Set<String> {
        terms.reduce(into: []) { set, term in
            switch term.atom {
            case .axis(let name): set.insert(name)
            case .quotient(let index, _), .remainder(let index, _): set.formUnion(index.axes)
            }
        }
    }

    /// The factor of an axis that occurs outside quotients and remainders; 0 where it does not occur there.
    public func coefficient(of axis: String) -> Int {
        terms.first { $0.atom == .axis(axis) }?.coefficient ?? 0
    }

    /// Whether the axis occurs inside a quotient or a remainder.
    public func hidesAxis(_ axis: String) -> Bool {
        terms.contains {
            switch $0.atom {
            case .axis: false
            case .quotient(let index, _), .remainder(let index, _): index.axes.contains(axis)
            }
        }
    }

    public static func + (left: Index, right: Index) -> Index {
        Index(left.constant + right.constant, left.terms + right.terms)
    }

    public static func - (left: Index, right: Index) -> Index { left + right * -1 }

    public static func + (left: Index, right: Int) -> Index { left + Index(right) }

    public static func * (left: Index, factor: Int) -> Index {
        Index(left.constant * factor, left.terms.map { Term(coefficient: $0.coefficient * factor, atom: $0.atom) })
    }

    /// The value at a point.
    ///
    /// - Precondition: `point` has a value for every axis.
    public func evaluate(_ point: [String: Int]) -> Int {
        terms.reduce(constant) { $0 + $1.coefficient * $1.atom.evaluate(point) }
    }
}

extension Index.Atom {
    func evaluate(_ point: [String: Int]) -> Int {
        switch self {
        case .axis(let name):
            guard let value = point[name] else { preconditionFailure("no value for axis \(name)") }
            return value
        case .quotient(let index, let divisor): return floorQuotient(index.evaluate(point), divisor)
        case .remainder(let index, let divisor): return floorRemainder(index.evaluate(point), divisor)
        }
    }
}

extension Index.Atom: CustomStringConvertible {
    public var description: String {
        switch self {
        case .axis(let name): name
        case .quotient(let index, let divisor): "(\(index))/\(divisor)"
        case .remainder(let index, let divisor): "(\(index))%\(divisor)"
        }
    }
}

extension Index: CustomStringConvertible {
    /// The index as it is written in loop nests, e.g. `8*m.o + m.i + 3`.
    public var description: String {
        var parts = terms.map { $0.coefficient == 1 ? $0.atom.description : "\($0.coefficient)*\($0.atom)" }
        if constant != 0 || parts.isEmpty { parts.append(String(constant)) }
        return parts.joined(separator: " + ")
    }
}

/// Division rounding towards negative infinity.
public func floorQuotient(_ value: Int, _ divisor: Int) -> Int {
    let quotient = value / divisor
    return value % divisor != 0 && (value < 0) != (divisor < 0) ? quotient - 1 : quotient
}

/// The remainder that belongs to `floorQuotient`; non-negative for positive divisors.
public func floorRemainder(_ value: Int, _ divisor: Int) -> Int { value - floorQuotient(value, divisor) * divisor }

extension Index {
    /// The index that is one of the terms alone.
    public func part(of term: Term) -> Index { Index(0, [term]) }
}
