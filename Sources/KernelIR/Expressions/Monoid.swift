/// An associative operation with an identity, over a tuple of states; what makes a reduction legal to reorder.
///
/// `combine[i]` gives state `i` from `.left(j)` and `.right(j)`. Floating-point addition counts as associative; the
/// judge's tolerance covers what that costs.
public struct Monoid: Sendable, Hashable, Codable {
    public var name: String
    public var states: [DType]
    public var identity: [Double]
    public var combine: [Expr]
    /// Whether `combine(a, b) == combine(b, a)`, so that elements may be taken in any order.
    public var isCommutative: Bool
    /// What takes the place of `combine` where elements come in order; nil where that saves nothing.
    public var succession: Succession?

    /// A cheaper `combine` for a right side whose place is behind all places on the left.
    ///
    /// It may pass over a value that is no better than the identity's: a reduction of nothing but such values ends with
    /// the identity's place.
    public struct Succession: Sendable, Hashable, Codable {
        /// The state that is a place.
        public var place: Int
        public var combine: [Expr]

        public init(place: Int, combine: [Expr]) {
            self.place = place
            self.combine = combine
        }
    }

    public init(
        name: String, states: [DType], identity: [Double], combine: [Expr], isCommutative: Bool = true,
        succession: Succession? = nil
    ) {
        self.name = name
        self.states = states
        self.identity = identity
        self.combine = combine
        self.isCommutative = isCommutative
        self.succession = succession
    }

    public static func sum(_ type: DType = .float32) -> Monoid {
        Monoid(name: "sum", states: [type], identity: [0], combine: [.left(0) + .right(0)])
    }

    /// Several sums side by side.
    public static func sums(_ count: Int, _ type: DType = .float32) -> Monoid {
        guard count > 1 else { return .sum(type) }
        return Monoid(
            name: "sums\(count)", states: Array(repeating: type, count: count),
            identity: Array(repeating: 0, count: count), combine: (0..<count).map { .left($0) + .right($0) })
    }

    public static func product(_ type: DType = .float32) -> Monoid {
        Monoid(name: "product", states: [type], identity: [1], combine: [.left(0) * .right(0)])
    }

    public static func maximum(_ type: DType = .float32) -> Monoid {
        Monoid(
            name: "max", states: [type], identity: [type.range.lowerBound],
            combine: [.binary(.max, .left(0), .right(0))])
    }

    /// The greatest number, passing over NaN; for a maximum that only scales what is summed afterwards.
    public static func maximumNumber(_ type: DType = .float32) -> Monoid {
        Monoid(
            name: "maxNumber", states: [type], identity: [type.range.lowerBound],
            combine: [.binary(.maxNumber, .left(0), .right(0))])
    }

    public static func minimum(_ type: DType = .float32) -> Monoid {
        Monoid(
            name: "min", states: [type], identity: [type.range.upperBound],
            combine: [.binary(.min, .left(0), .right(0))])
    }

    /// States (value, index); the greatest value and the first index that has it. NaN counts as greatest.
    ///
    /// Where no value is greater than the least one of the type the index may be `unplaced`.
    public static func argmax(_ type: DType = .float32) -> Monoid { extremum("argmax", type, greatest: true) }

    /// States (value, index); the least value and the first index that has it. NaN counts as least.
    ///
    /// Where no value is less than the greatest one of the type the index may be `unplaced`.
    public static func argmin(_ type: DType = .float32) -> Monoid { extremum("argmin", type, greatest: false) }

    /// States (m, l) with the value `log Σ exp x = m + log l`; lifts x to (x, 1).
    ///
    /// Source: Milakov and Gimelshein, "Online normalizer calculation for softmax", arXiv 1805.02867.
    public static func logSumExp(_ type: DType = .float32) -> Monoid {
        let m = Expr.binary(.maxNumber, .left(0), .right(0))
        // A side that holds nothing yet has m = -inf; the difference would be NaN when both do.
        func scaled(_ side: (Int) -> Expr) -> Expr {
            .select(.binary(.equal, side(0), m), side(1), side(1) * .unary(.exp, side(0) - m))
        }
        return Monoid(
            name: "logSumExp", states: [type, type], identity: [-.infinity, 0],
            combine: [m, scaled(Expr.left) + scaled(Expr.right)])
    }

    /// States (count, mean, M2) of a sample; lifts x to (1, x, 0).
    ///
    /// Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
    public static func welford(_ type: DType = .float32) -> Monoid {
        let count = Expr.left(0) + .right(0)
        let share = Expr.right(0) / .binary(.max, count, .constant(1, type))
        let delta = Expr.right(1) - .left(1)
        return Monoid(
            name: "welford", states: [type, type, type], identity: [0, 0, 0],
            combine: [count, .left(1) + delta * share, .left(2) + .right(2) + delta * delta * .left(0) * share])
    }

    /// The index of an extremum that nothing was better than the identity for: it is the first element.
    public static let unplaced = Double(Int32.max)

    private static func extremum(_ name: String, _ type: DType, greatest: Bool) -> Monoid {
        let (left, right) = (Expr.left(0), Expr.right(0))
        let better = greatest ? Expr.binary(.less, left, right) : .binary(.less, right, left)
        let earlier = Expr.binary(.less, .right(1), .left(1))
        let tie = Expr.binary(.and, .binary(.equal, left, right), earlier)
        let leftIsNaN = Expr.binary(.notEqual, left, left)
        let rightIsNaN = Expr.binary(.notEqual, right, right)
        let onlyRightIsNaN = Expr.binary(.and, rightIsNaN, .binary(.or, .unary(.not, leftIsNaN), earlier))
        let takeRight = Expr.binary(.or, .binary(.or, better, tie), onlyRightIsNaN)
        let worst = greatest ? type.range.lowerBound : type.range.upperBound
        // Better, or a NaN: what comes later does not replace its equal, nor anything a NaN.
        let isWithin = greatest ? Expr.binary(.lessOrEqual, right, left) : .binary(.lessOrEqual, left, right)
        let takeLater = Expr.binary(.and, .unary(.not, isWithin), .binary(.equal, left, left))
        func taking(_ condition: Expr) -> [Expr] {
            [.select(condition, right, left), .select(condition, .right(1), .left(1))]
        }
        return Monoid(
            name: name, states: [type, .int32], identity: [worst, unplaced], combine: taking(takeRight),
            succession: Succession(place: 1, combine: taking(takeLater)))
    }
}
