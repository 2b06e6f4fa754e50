/// How a scan walks one of its stage's axes.
public struct Sweep: Sendable, Hashable, Codable {
    /// The axis of the stage that is scanned.
    public var axis: String
    /// Whether the scan begins at the axis' end, so that a point holds what lies at it and behind it.
    public var isReversed: Bool
    /// Elements after which the states start over, counted from the axis' beginning; `nil` where they never do.
    public var block: Int?

    public init(_ axis: String, isReversed: Bool = false, block: Int? = nil) {
        self.axis = axis
        self.isReversed = isReversed
        self.block = block
    }
}
