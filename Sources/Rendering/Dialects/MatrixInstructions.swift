import KernelIR

/// How a language spells the matrix products of a warp; registers are of 32 bits, `unsigned int`.
protocol MatrixInstructions: Sendable {
    /// The statement, without semicolon, that adds a product to a lane's four sums, which are variables of float32.
    ///
    /// - Parameter type: the type the sums are kept in: float16 rounds them once a product.
    func multiplyAdd(_ format: MatrixFormat, _ sums: [Value], of type: DType, left: [Value], right: [Value]) -> String
    /// The register of two elements of 16 bits that are neighbours in memory, at an even index.
    func loadPair(_ pointer: String, _ index: Value) -> Value
    /// One element of 16 bits in memory, as bits.
    func loadBits(_ pointer: String, _ index: Value) -> Value
    /// The register of two elements of 16 bits, the first one in the lower half.
    func joined(_ low: Value, _ high: Value) -> Value
    /// The register of float32 values rounded to the format: of two, or of one in tf32.
    func rounded(_ values: [Value], to format: MatrixFormat) -> Value
}
