import Devices

/// What the emulator and the model of a GPU say of a product with each feature of its schedule taken away.
///
/// Times are predictions, and ratios are of two of them.
public struct AblationOutcome: Sendable, Codable {
    /// One schedule.
    public struct Row: Sendable, Codable {
        public var variant: AblationVariant
        /// The first thing that is wrong with it; nil for one that is right and clean.
        public var problem: String?
        /// The launch at the full extent; nil where something is wrong.
        public var prediction: LaunchPrediction?
        /// The predicted time over that of `everything`.
        public var predictedRatio: Double?
        /// The counter that is furthest from what it is in `everything`; nil where none differs.
        public var moved: CounterMove?

        init(_ variant: AblationVariant) { self.variant = variant }
    }

    /// The simulated device's id.
    public let device: String
    /// Rows and columns of the matrices of predictions.
    public let extent: Int
    /// Rows and columns where every element was checked, under every sanitizer.
    public let checkedExtent: Int
    public let rows: [Row]

    /// Compares the rows with that of `everything`.
    init(device: String, extent: Int, checkedExtent: Int, rows: [Row]) {
        (self.device, self.extent, self.checkedExtent) = (device, extent, checkedExtent)
        let whole = rows.first { $0.variant == .everything }?.prediction
        self.rows = rows.map { row in
            guard let whole, let own = row.prediction, row.variant != .everything else { return row }
            var compared = row
            compared.predictedRatio = own.predictedSeconds / whole.predictedSeconds
            compared.moved = CounterMove.greatest(from: whole, to: own)
            return compared
        }
    }
}

/// A counter of two predictions.
public struct CounterMove: Sendable, Hashable, Codable {
    public var name: String
    public var before: Double
    public var after: Double
    /// `warp instructions`, `bytes`; empty for a ratio.
    public var unit: String

    /// The difference over the greater one, 0…1; counters are not negative.
    var size: Double {
        let greater = max(before, after)
        return greater > 0 ? (before - after).magnitude / greater : 0
    }

    /// What is compared in any case, the most telling first; behind them what bounds either launch.
    private static let names = [
        "tensorInstructions", "sharedConflictWavefronts", "exposedPhasesPerBlock", "dramReadBytes", "l2HitRate",
        "instructions", "occupancy",
    ]

    /// The counter that moved most, of equal moves the first; nil where none moved.
    static func greatest(from before: LaunchPrediction, to after: LaunchPrediction) -> CounterMove? {
        let evidence = (before.evidence + after.evidence).map(\.name)
        let moves = (names + evidence).compactMap { name -> CounterMove? in
            guard let old = before.counter(name), let new = after.counter(name) else { return nil }
            return CounterMove(name: name, before: old.value, after: new.value, unit: old.unit)
        }
        let greatest = moves.reduce(moves.first) { best, next in next.size > best?.size ?? 0 ? next : best }
        return greatest.flatMap { $0.size > 0 ? $0 : nil }
    }
}

extension LaunchPrediction {
    fileprivate func counter(_ name: String) -> Counter? { ((counters ?? []) + evidence).first { $0.name == name } }
}
