import Foundation
import KernelIR
import Scheduling

/// What decides which parameters suit a stage: the kind of work and how much of it, in logarithms.
public struct StageFeatures: Sendable, Hashable, Codable {
    /// The kind of work, as the macros tell it.
    public var kind: String
    /// Binary logarithms of the number of results, of the terms of each, and of the last axis's extent.
    public var results: Double
    public var terms: Double
    public var last: Double

    init(_ stage: Stage, in state: ScheduleState) {
        kind = Self.kind(state.classify(stage))
        results = log2(Double(max(1, stage.axes.map(\.extent).reduce(1, *))))
        terms = log2(Double(max(1, stage.reduceAxes.map(\.extent).reduce(1, *))))
        last = log2(Double(max(1, stage.axes.last?.extent ?? 1)))
    }

    /// The binary logarithm of the iterations.
    var work: Double { results + terms }

    /// The mean difference of the logarithms.
    func distance(to other: StageFeatures) -> Double {
        (abs(results - other.results) + abs(terms - other.terms) + abs(last - other.last)) / 3
    }

    /// The name of a class without its parts.
    private static func kind(_ stageClass: StageClass) -> String {
        String("\(stageClass)".prefix { $0 != "(" })
    }
}
