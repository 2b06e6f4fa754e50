import Devices

/// What the emulator and the model of a GPU say of a ladder's kernels.
///
/// Published speeds are others' measurements of their own kernels, and predictions are none: the two are compared by
/// their order alone.
public struct LadderOutcome: Sendable, Codable {
    /// One kernel.
    public struct Row: Sendable, Codable {
        public var kernel: String
        /// The first thing that is wrong with it; nil for a kernel that is right and clean.
        public var problem: String?
        /// What one block of its first launch does at the full extent; nil where something is wrong.
        public var counters: LadderCounters?
        /// Of all launches at the full extent; nil where something is wrong.
        public var prediction: PlanPrediction?
        /// Work a second by that prediction.
        public var predictedPerSecond: Double?
        /// The published speed of the step, in work a second.
        public var publishedPerSecond: Double?
    }

    /// The ladder's name.
    public let ladder: String
    /// The simulated device's id.
    public let device: String
    /// The extent of predictions and counters.
    public let extent: Int
    /// The extent at which every element was checked, under every sanitizer.
    public let checkedExtent: Int
    /// What speeds count.
    public let work: LadderWork
    /// Where the published speeds are from.
    public let publication: String?
    public let rows: [Row]
    /// Spearman's ρ of predicted and published speeds; nil without two of each.
    public let rankCorrelation: Double?

    init(of ladder: any KernelLadder, device: String, extent: Int, checkedExtent: Int, rows: [Row]) {
        (self.ladder, self.device, self.extent, self.checkedExtent) = (ladder.name, device, extent, checkedExtent)
        (work, publication, self.rows) = (ladder.work, ladder.publication, rows)
        let pairs = rows.compactMap { row -> (predicted: Double, published: Double)? in
            guard let predicted = row.predictedPerSecond, let published = row.publishedPerSecond else { return nil }
            return (predicted, published)
        }
        rankCorrelation = RankCorrelation.spearman(pairs.map(\.predicted), pairs.map(\.published))
    }
}
