/// Where a result between two numbers goes, as PTX writes it.
enum RoundingDirection: String, Sendable, Hashable, CaseIterable {
    /// To the nearest number, ties to the even one.
    case nearestEven = "rn"
    /// To the nearest number, ties away from zero.
    case nearestAway = "rna"
    case towardZero = "rz"
    case down = "rm"
    case up = "rp"

    /// Those of sums, products and most conversions.
    static let usual: [RoundingDirection] = [.nearestEven, .towardZero, .down, .up]

    /// The word for rounding to whole numbers.
    var wholeWord: String { rawValue + "i" }
}
