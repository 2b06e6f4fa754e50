import Foundation

/// How long one run of a launch plan is predicted to take on a GPU, and what bounds it; never a measurement.
public struct PlanPrediction: Sendable, Hashable, Codable {
    /// The model's device, e.g. `sim:a6000`.
    public var device: String
    /// Seconds of the launches that count, one after the other.
    public var predictedSeconds: Double
    /// The launches that count, in the plan's order.
    public var launches: [LaunchPrediction]
    /// One sentence: which launch takes longest, what bounds it, and where.
    public var bottleneck: String

    /// Adds launches up that run one after the other.
    public init(device: String, launches: [LaunchPrediction]) {
        self.device = device
        self.launches = launches
        predictedSeconds = launches.reduce(0) { $0 + $1.predictedSeconds }
        bottleneck = Self.sentence(launches, predictedSeconds)
    }

    private static func sentence(_ launches: [LaunchPrediction], _ seconds: Double) -> String {
        // Of equal times the first.
        let longest = launches.reduce(launches.first) { longest, launch in
            launch.predictedSeconds > longest?.predictedSeconds ?? 0 ? launch : longest
        }
        guard let longest else { return "Nothing is launched." }
        var text = "\(percent(longest.predictedSeconds / seconds)) of the predicted time is \(longest.kernel), "
        text += "bound by \(longest.limit)"
        if let region = longest.regions.first { text += ", \(percent(region.share)) of it at \(region.name)" }
        if let counter = longest.evidence.first { text += ": \(counter.text)" }
        return text + "."
    }

    private static func percent(_ part: Double) -> String { String(format: "%.0f %%", 100 * part) }
}
