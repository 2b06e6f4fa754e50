/// How many lanes of each execution pipe an SM has: results per SM and cycle.
///
/// Source unless noted: CUDA programming guide, table "Throughput of Native Arithmetic Instructions".
public struct PipeRates: Sendable, Hashable {
    /// Warp instructions that an SM issues per cycle: one per sub-partition.
    public var issueSlots = 4.0
    /// Lanes of FP32 add, multiply and fused multiply-add.
    public var singleLanes: Double
    /// The part of the nominal FP32 rate that a register-only sweep of multiply-adds sustains, 0…1.
    public var singleEfficiency: Double
    /// Lanes of packed 16-bit arithmetic; each gives two results.
    public var halfLanes: Double
    /// Lanes of FP64.
    public var doubleLanes: Double
    /// Lanes of 32-bit integer arithmetic, logic and comparison.
    public var integerLanes = 64.0
    /// Whether integer instructions take FP32 lanes, as one of the two datapaths of GA10x and AD10x does both.
    public var integerTakesSingleLanes: Bool
    /// Lanes of reciprocal, square root, exponential, logarithm, sine, and of most conversions.
    public var specialLanes = 16.0

    public init(
        singleLanes: Double, singleEfficiency: Double, halfLanes: Double, doubleLanes: Double,
        integerTakesSingleLanes: Bool
    ) {
        self.singleLanes = singleLanes
        self.singleEfficiency = singleEfficiency
        self.halfLanes = halfLanes
        self.doubleLanes = doubleLanes
        self.integerTakesSingleLanes = integerTakesSingleLanes
    }
}
