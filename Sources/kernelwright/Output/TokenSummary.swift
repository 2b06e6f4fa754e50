import Policies
import Refinement

/// What a language model was asked in a run, and what that cost.
struct TokenSummary: Encodable {
    /// Requests, failed ones included.
    var requests: Int
    var prompt: Int
    var completion: Int
    /// Whether the endpoint counted all of them; else they are upper bounds.
    var isCounted: Bool
    /// In the currency of the price list; nil without one.
    var cost: Double?

    /// The sums over a record; nil where no model was asked.
    init?(_ record: RecordContents) {
        let consultations = record.turns.compactMap(\.turn.proposal.consultation)
        guard !consultations.isEmpty else { return nil }
        let tokens = consultations.map(\.tokens).reduce(TokenUse(), +)
        requests = consultations.map(\.requests).reduce(0, +)
        (prompt, completion, isCounted) = (tokens.prompt, tokens.completion, tokens.isCounted)
        let costs = consultations.compactMap(\.cost)
        cost = costs.isEmpty ? nil : costs.reduce(0, +)
    }

    /// One line for people.
    var text: String {
        let bound = isCounted ? "" : "at most "
        let price = cost.map { " for \(($0 * 1e4).rounded() / 1e4)" } ?? ""
        return "\(requests) requests, \(bound)\(prompt) tokens of prompts and \(completion) of answers\(price)"
    }
}
