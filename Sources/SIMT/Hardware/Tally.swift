/// A number for every case of an enumeration; cases that nobody set are 0.
public struct Tally<Key: CaseIterable & Hashable & Sendable>: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// Never holds a 0, so that equal tallies are equal as values.
    private var values: [Key: Double] = [:]

    public init() {}

    public init(dictionaryLiteral elements: (Key, Double)...) {
        for (key, value) in elements { self[key] += value }
    }

    public subscript(key: Key) -> Double {
        get { values[key] ?? 0 }
        set { values[key] = newValue == 0 ? nil : newValue }
    }

    /// The sum over all cases, added in the order of `allCases`.
    public var total: Double { sum { _ in true } }

    /// The sum over the cases that satisfy a condition, added in the order of `allCases`.
    public func sum(where isCounted: (Key) -> Bool) -> Double {
        Key.allCases.reduce(0) { $0 + (isCounted($1) ? self[$1] : 0) }
    }

    public static func += (left: inout Tally, right: Tally) {
        for key in Key.allCases { left[key] += right[key] }
    }

    public static func * (left: Tally, factor: Double) -> Tally {
        var result = Tally()
        for key in Key.allCases { result[key] = left[key] * factor }
        return result
    }
}
