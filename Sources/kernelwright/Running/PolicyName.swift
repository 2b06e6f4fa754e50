import ArgumentParser
import Policies

/// The built-in authors.
enum PolicyName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Reads the bottleneck and picks the action that addresses it.
    case greedy
    /// Keeps several partial schedules and extends the best.
    case beam
    /// Picks legal actions at random.
    case random

    var policy: any Policy {
        switch self {
        case .greedy: GreedyPolicy()
        case .beam: BeamPolicy()
        case .random: RandomPolicy()
        }
    }
}
