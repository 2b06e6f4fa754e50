import Rendering
import Scheduling

/// What a policy wants judged next.
public struct Proposal: Sendable, Hashable, Codable {
    /// The ways to propose.
    public enum Content: Sendable, Hashable, Codable {
        /// Actions on the unscheduled program; Kernelwright writes the source.
        case schedule(Schedule)
        /// A kernel program as it is.
        case source(Solution)
        /// A language model's answer that is neither: why, and what would have been legal. It is a turn that failed.
        case invalid(String)
    }

    public var content: Content
    /// One sentence for people: what changes and why.
    public var rationale: String
    /// How a language model came to it; nil for other authors.
    public var consultation: Consultation?
    /// The macro parameters behind the schedule, where there are any, so that a policy can vary them.
    public var parameters: ProgramCPU?
    /// The same for schedules of a GPU.
    public var gpu: ProgramGPU?
    /// Candidates that the author looked at before this one and saw to lose without a compiler, without those that
    /// earlier turns name; nil for none.
    public var passedOver: [PassedOver]?

    public init(
        _ content: Content, rationale: String, parameters: ProgramCPU? = nil, consultation: Consultation? = nil
    ) {
        self.content = content
        self.rationale = rationale
        self.parameters = parameters
        self.consultation = consultation
    }
}
