import Scheduling

/// A candidate that an author looked at and did not propose, since its loops show that it cannot win: it cost no turn
/// and no compilation.
public struct PassedOver: Sendable, Hashable, Codable {
    /// The parameters that give its schedule.
    public var parameters: ProgramCPU
    /// How the author came to it.
    public var rationale: String
    /// Why it cannot win.
    public var reason: String

    public init(parameters: ProgramCPU, rationale: String, reason: String) {
        self.parameters = parameters
        self.rationale = rationale
        self.reason = reason
    }

    /// A proposal that is not made; nil where no parameters stand behind it.
    init?(_ proposal: Proposal, reason: String) {
        guard let parameters = proposal.parameters else { return nil }
        self.init(parameters: parameters, rationale: proposal.rationale, reason: reason)
    }
}

extension Observation {
    /// Those that no turn names yet, each once; nil for none.
    func unmentioned(_ passed: [PassedOver]) -> [PassedOver]? {
        var known = Set(history.flatMap { $0.proposal.passedOver ?? [] }.map(\.parameters))
        let new = passed.filter { known.insert($0.parameters).inserted }
        return new.isEmpty ? nil : new
    }
}
