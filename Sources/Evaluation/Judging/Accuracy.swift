/// How far the outputs of one run lie from the fp64 oracle, over all outputs of one input set.
///
/// Errors that are not finite are left out (JSON has no such numbers); the verdict's message tells of them.
public struct Accuracy: Sendable, Hashable, Codable {
    /// An element of an output, by its index in row-major order.
    public struct Place: Sendable, Hashable, Codable {
        public var output: String
        public var index: Int
        /// The oracle's value there; nil when it is not finite.
        public var expected: Double?
        /// The candidate's value there; nil when it is not finite.
        public var found: Double?

        public init(output: String, index: Int, expected: Double?, found: Double?) {
            self.output = output
            self.index = index
            self.expected = expected
            self.found = found
        }
    }

    /// The input set's name, which says its distribution, e.g. `uniform`.
    public var inputSet: String
    /// max |y − r|.
    public var maxAbsolute: Double?
    /// max |y − r| / |r| over the elements where r is not zero.
    public var maxRelative: Double?
    /// max |y − r| / (|r| + rms(r)): what the elementwise tolerance bounds.
    public var elementwise: Double?
    /// ‖y − r‖₂ / ‖r‖₂ of the worst output: what the normwise tolerance bounds.
    public var normwise: Double?
    /// The bounds that applied to the worst output; nil when it is of an integer type, which must be exact.
    public var tolerance: Tolerance?
    /// Elements outside the elementwise tolerance, or in the wrong place of a NaN or an infinity.
    public var mismatches: Int
    /// Elements compared.
    public var elements: Int
    /// Where the largest scaled error is.
    public var worst: Place?
    /// How the scaled errors of the worst output are distributed; nil in records from before it was told.
    public var quantiles: ErrorQuantiles?

    public init(
        inputSet: String, maxAbsolute: Double? = nil, maxRelative: Double? = nil, elementwise: Double? = nil,
        normwise: Double? = nil, tolerance: Tolerance? = nil, mismatches: Int = 0, elements: Int, worst: Place? = nil,
        quantiles: ErrorQuantiles? = nil
    ) {
        self.inputSet = inputSet
        self.maxAbsolute = maxAbsolute
        self.maxRelative = maxRelative
        self.elementwise = elementwise
        self.normwise = normwise
        self.tolerance = tolerance
        self.mismatches = mismatches
        self.elements = elements
        self.worst = worst
        self.quantiles = quantiles
    }
}
