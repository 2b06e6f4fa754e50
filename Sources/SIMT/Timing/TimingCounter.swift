/// A figure that a prediction rests on.
public struct TimingCounter: Sendable, Hashable, CustomStringConvertible {
    /// What is counted, in lower camel case: `sharedConflictWavefronts`.
    public let name: String
    public let value: Double
    /// `warp instructions`, `bytes`; empty for a ratio.
    public let unit: String

    public init(_ name: String, _ value: Double, _ unit: String = "") {
        self.name = name
        self.value = value
        self.unit = unit
    }

    public var description: String { "\(name) = \(value)" + (unit.isEmpty ? "" : " \(unit)") }
}
