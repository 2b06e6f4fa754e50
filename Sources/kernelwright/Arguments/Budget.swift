import ArgumentParser

/// A positive span of time on the command line: `500ms`, `60s`, `2m`, `1h`, or seconds without a unit.
struct Budget: Sendable, Hashable, CustomStringConvertible {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    /// Reads a number with an optional unit; throws for anything else, for zero and below.
    init(argument: String) throws {
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
            let number = Double(argument.dropLast(unit.suffix.count)), number.isFinite, number > 0
        else {
            throw ValidationError("'\(argument)' is no time longer than zero; write 500ms, 60s, 2m or 1h")
        }
        seconds = number * unit.seconds
    }

    var description: String { seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s" }
}
