import Evaluation
import Foundation

/// Numbers as people read them: three significant digits and a unit.
enum Units {
    static func seconds(_ value: Double) -> String {
        scaled(value, [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")])
    }

    static func bytes(_ value: Double) -> String {
        scaled(value, [(0x1p30, "GiB"), (0x1p20, "MiB"), (0x1p10, "KiB"), (1, "B")])
    }

    /// Operations, or operations a second with `suffix`.
    static func operations(_ value: Double, _ suffix: String = "FLOP") -> String {
        scaled(
            value, [(1e12, "T\(suffix)"), (1e9, "G\(suffix)"), (1e6, "M\(suffix)"), (1e3, "k\(suffix)"), (1, suffix)])
    }

    static func bytesPerSecond(_ value: Double) -> String { operations(value, "B/s") }

    static func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }

    /// A count or a ratio without a unit: `0.42`, `32`, `1.34 G`.
    static func figure(_ value: Double) -> String {
        value < 1000 ? String(format: "%.3g", value) : operations(value, "").trimmingCharacters(in: .whitespaces)
    }

    static func ratio(_ value: Double) -> String { String(format: "%.2f×", value) }

    /// A remaining time, rounded up: `40 s left`, `12 min left`; `? left` for nil.
    static func timeLeft(_ seconds: Double?) -> String {
        guard let seconds else { return "? left" }
        if seconds < 90 { return "\(Int(seconds.rounded(.up))) s left" }
        let minutes = Int((seconds / 60).rounded(.up))
        return minutes < 90 ? "\(minutes) min left" : String(format: "%.1f h left", Double(minutes) / 60)
    }

    /// `1.42× [1.38, 1.47]`.
    static func interval(_ value: RatioInterval) -> String {
        ratio(value.ratio) + String(format: " [%.2f, %.2f]", value.low, value.high)
    }

    private static func scaled(_ value: Double, _ units: [(Double, String)]) -> String {
        guard let unit = units.first(where: { value >= $0.0 }) ?? units.last, value.isFinite else { return "?" }
        let number = value / unit.0
        let digits = value == 0 || number >= 100 ? 0 : number >= 10 ? 1 : 2
        return String(format: "%.\(digits)f ", number) + unit.1
    }
}
