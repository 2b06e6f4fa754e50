import ArgumentParser
import Policies

/// The authors.
enum PolicyName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Reads the bottleneck and picks the action that addresses it.
    case greedy
    /// Keeps several partial schedules and extends the best.
    case beam
    /// Picks legal actions at random.
    case random
    /// Asks a language model.
    case chat

    /// The authors that need nothing but their observations.
    static let builtInNames: [PolicyName] = allCases.filter { $0.builtIn != nil }

    /// The author of that name; nil for `chat`, which needs an endpoint.
    var builtIn: (any Policy)? {
        switch self {
        case .greedy: GreedyPolicy()
        case .beam: BeamPolicy()
        case .random: RandomPolicy()
        case .chat: nil
        }
    }

    /// The author of that name, for commands that take no endpoint; throws a usage error for `chat`.
    func requireBuiltIn() throws -> any Policy {
        guard let builtIn else {
            let names = Self.builtInNames.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--policy \(rawValue) is for kw optimize; here it is one of \(names)")
        }
        return builtIn
    }
}
