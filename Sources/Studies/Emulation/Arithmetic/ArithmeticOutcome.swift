/// What became of one operation of the emulator beside the exact one.
public struct ArithmeticOutcome: Sendable, Codable, Hashable {
    /// A case in which they differ.
    public struct Mismatch: Sendable, Codable, Hashable {
        /// Bits in hexadecimal digits.
        public var operands: [String]
        public var made: String
        public var wanted: String
    }

    /// As PTX writes it.
    public var operation: String
    /// Whether all patterns of the operand were tried.
    public var isExhaustive: Bool
    public var cases: Int
    public var mismatches: Int
    /// The first few.
    public var first: [Mismatch]
    /// Of an approximation: what the manual allows and where it says so.
    public var bound: String?
    /// The largest error in units of the last place, and as a share of the bound.
    public var worstUlps: Double?
    public var worstShare: Double?
    /// Why the emulator does not run it.
    public var refusal: String?

    public var isRight: Bool { mismatches == 0 && refusal == nil && cases > 0 }
}

/// All operations of a study.
public struct ArithmeticSummary: Sendable, Codable, Hashable {
    /// Decides all random operands.
    public var seed: UInt64
    public var cases: Int
    public var mismatches: Int
    public var operations: [ArithmeticOutcome]

    public init(seed: UInt64, _ operations: [ArithmeticOutcome]) {
        self.seed = seed
        self.operations = operations
        cases = operations.reduce(0) { $0 + $1.cases }
        mismatches = operations.reduce(0) { $0 + $1.mismatches }
    }

    public var wrong: [ArithmeticOutcome] { operations.filter { !$0.isRight } }
}
