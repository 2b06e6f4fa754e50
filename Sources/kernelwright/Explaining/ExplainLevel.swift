import ArgumentParser

/// The rungs from what was asked to what runs and how fast.
enum ExplainLevel: Int, CaseIterable, ExpressibleByArgument, Sendable {
    case workload = 1
    case stages, schedule, loops, source, assembly, measurements

    /// Reads a number from 1 to 7 or a name.
    init?(argument: String) {
        let named = Self.allCases.first { "\($0)" == argument }
        guard let level = named ?? Int(argument).flatMap(Self.init(rawValue:)) else { return nil }
        self = level
    }

    static var allValueStrings: [String] { allCases.map { "\($0)" } }

    /// What the level shows, as a heading.
    var heading: String {
        let names: [ExplainLevel: String] = [
            .workload: "workload: what was asked",
            .stages: "stages: what is computed, without a word on how",
            .schedule: "schedule: the decisions",
            .loops: "loops: how it is computed",
            .source: "source: what the device's compiler is given",
            .assembly: "assembly: what the processor runs",
            .measurements: "measurements: how fast it is, and why",
        ]
        return "\(rawValue) \(names[self] ?? "")"
    }
}
