import ArgumentParser

/// A positive span of time on the command line: `500ms`, `60s`, `2m`, `1h`, or seconds without a unit.
struct Budget: ExpressibleByArgument, Sendable, Hashable {
    let seconds: Double

    /// Reads a number with an optional unit; nil for anything else, for zero and below.
    init?(argument: String) {
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
            let number = Double(argument.dropLast(unit.suffix.count)), number.isFinite, number > 0
        else { return nil }
        seconds = number * unit.seconds
    }

    init(seconds: Double) { self.seconds = seconds }

    var defaultValueDescription: String { seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s" }

    static let help = "Time for the search, e.g. 500ms, 60s, 2m; longer than zero."
}
