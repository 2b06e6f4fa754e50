/// What the judge said to one control on one distribution.
public struct ControlResult: Sendable, Hashable, Codable {
    /// The control's name.
    public var control: String
    /// Whether the judge accepted it, which it must not.
    public var passed: Bool
    /// The largest ratio of an error to its bound; nil when a value that should be finite is not, or the other way round.
    public var severity: Double?

    public init(control: String, passed: Bool, severity: Double? = nil) {
        self.control = control
        self.passed = passed
        self.severity = severity
    }
}
