/// What decides what the record of an A/A experiment holds; a record belongs to one.
public struct EqualitySettings: Sendable, Hashable, Codable {
    /// Ids of the workloads.
    public var workloads: [String]
    /// The size at which they were traced.
    public var size: String
    /// Whether one core is kept busy meanwhile.
    public var busy: Bool

    public init(workloads: [String], size: String, busy: Bool) {
        (self.workloads, self.size, self.busy) = (workloads, size, busy)
    }
}
