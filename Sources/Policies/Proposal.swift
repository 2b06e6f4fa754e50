import Rendering
import Scheduling

/// What a policy wants judged next.
public struct Proposal: Sendable, Hashable, Codable {
    /// The two ways to propose.
    public enum Content: Sendable, Hashable, Codable {
        /// Actions on the unscheduled program; Kernelwright writes the source.
        case schedule(Schedule)
        /// A kernel program as it is.
        case source(Solution)
    }

    public var content: Content
    /// One sentence for people: what changes and why.
    public var rationale: String

    public init(_ content: Content, rationale: String) {
        self.content = content
        self.rationale = rationale
    }
}
