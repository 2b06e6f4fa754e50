/// A scalar value computed at one point of an iteration space.
///
/// `docs/ir.md` lists every node with its typing rule and meaning.
public indirect enum Expr: Sendable, Hashable, Codable {
    /// A literal; integers and booleans are stored exactly in the double.
    case constant(Double, DType)
    /// An index as a number of type int32 or int64.
    case index(Index, DType)
    /// An element of a buffer; see `Load`.
    case load(Load)
    case unary(UnaryOperator, Expr)
    case binary(BinaryOperator, Expr, Expr)
    /// `select(condition, whenTrue, whenFalse)`; both sides are defined, neither is skipped.
    case select(Expr, Expr, Expr)
    case cast(DType, Expr)
    /// Whether all bounds hold.
    case inside([Bound])
    /// State `i` of the left operand, in a monoid's `combine`.
    case left(Int)
    /// State `i` of the right operand, in a monoid's `combine`.
    case right(Int)
    /// State `i` of a finished reduction, in a stage's `finish`.
    case state(Int)
}

/// A read of one element; outside `bounds` the value is `fill` and memory is not touched.
public struct Load: Sendable, Hashable, Codable {
    public var buffer: String
    /// One index for each dimension of the buffer.
    public var indices: [Index]
    /// What must hold for the read to happen; empty where it is always legal.
    public var bounds: [Bound]
    public var fill: Double

    public init(_ buffer: String, _ indices: [Index], bounds: [Bound] = [], fill: Double = 0) {
        self.buffer = buffer
        self.indices = indices
        self.bounds = bounds
        self.fill = fill
    }
}

/// The condition `0 ≤ index < extent`.
public struct Bound: Sendable, Hashable, Codable {
    public var index: Index
    public var extent: Int

    public init(_ index: Index, below extent: Int) {
        self.index = index
        self.extent = extent
    }

    /// Whether the condition holds for all values in the ranges.
    public func isProved(_ ranges: Ranges) -> Bool { index.isInside(extent, ranges) }
}

/// Functions of one operand; floating-point unless said otherwise.
public enum UnaryOperator: String, Sendable, Hashable, Codable, CaseIterable {
    /// Also for integers.
    case negate, absolute
    case exp, expm1, log, log1p, sqrt, rsqrt, reciprocal, tanh, erf, sin, cos, floor
    /// Logical negation of a boolean.
    case not

    /// Whether it is a function of a library, which `MathMode` chooses; the others are an instruction or two.
    public var isElementary: Bool {
        switch self {
        case .exp, .expm1, .log, .log1p, .tanh, .erf, .sin, .cos: true
        case .negate, .absolute, .sqrt, .rsqrt, .reciprocal, .floor, .not: false
        }
    }
}

/// Functions of two operands of one type.
public enum BinaryOperator: String, Sendable, Hashable, Codable, CaseIterable {
    case add, subtract, multiply, divide, power
    /// The greater or lesser operand; NaN when either is NaN, as PyTorch does.
    case max, min
    /// The right operand if it is greater, else the left: one instruction, which passes over a NaN on the right.
    case maxNumber
    /// Comparisons give `bool`; with NaN all but `notEqual` are false.
    case less, lessOrEqual, equal, notEqual
    /// Logic on booleans.
    case and, or

    /// Whether the result is a boolean.
    public var isPredicate: Bool {
        switch self {
        case .less, .lessOrEqual, .equal, .notEqual, .and, .or: true
        case .add, .subtract, .multiply, .divide, .power, .max, .min, .maxNumber: false
        }
    }
}

extension Expr {
    /// A float32 literal.
    public static func float(_ value: Double) -> Expr { .constant(value, .float32) }

    /// An unconditional read.
    public static func load(_ buffer: String, _ indices: [Index]) -> Expr { .load(Load(buffer, indices)) }

    /// The nearest finite number: what may be subtracted from an infinity without a NaN.
    public func nearestFinite(_ type: DType) -> Expr {
        let limit = type == .float64 ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
        return .binary(.min, .binary(.max, self, .constant(-limit, type)), .constant(limit, type))
    }

    public static func + (left: Expr, right: Expr) -> Expr { .binary(.add, left, right) }
    public static func - (left: Expr, right: Expr) -> Expr { .binary(.subtract, left, right) }
    public static func * (left: Expr, right: Expr) -> Expr { .binary(.multiply, left, right) }
    public static func / (left: Expr, right: Expr) -> Expr { .binary(.divide, left, right) }
}
