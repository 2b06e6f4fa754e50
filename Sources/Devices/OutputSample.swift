/// What the work-groups that an emulator ran left in one output, where it ran some of a grid only.
public struct OutputSample: Sendable, Hashable, Codable {
    /// The output's name.
    public var output: String
    /// The part of the output that was written, 0…1.
    public var written: Double
    /// The part that all work-groups write if those that the time is predicted from stand for all, each as often as it
    /// does in the prediction: about 1, so that a predicted time always pays for the whole output.
    public var accounted: Double

    public init(output: String, written: Double, accounted: Double) {
        (self.output, self.written, self.accounted) = (output, written, accounted)
    }

    /// Whether the sample stands for the whole output.
    ///
    /// Less means that work-groups leave out a part of their work, or that they write so unevenly that these do not
    /// stand for the others: the sample cannot tell which.
    public var isTelling: Bool { accounted >= Self.leastAccounted }

    /// Loops over a grid may give some work-groups a turn more than others.
    static let leastAccounted = 0.9
}
