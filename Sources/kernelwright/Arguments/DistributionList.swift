import ArgumentParser
import Workloads

/// Input distributions on the command line: `normal,uniform`.
struct DistributionList: Sendable, Hashable, CustomStringConvertible {
    let distributions: [InputDistribution]

    init(_ distributions: [InputDistribution]) { self.distributions = distributions }

    /// Reads names with commas between them; throws for unknown and repeated ones.
    init(argument: String) throws {
        let known = InputDistribution.allCases.map(\.rawValue).joined(separator: ", ")
        distributions = try argument.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let distribution = InputDistribution(rawValue: String(word)) else {
                throw ValidationError("'\(word)' is no distribution; known are \(known)")
            }
            return distribution
        }
        guard Set(distributions).count == distributions.count else {
            throw ValidationError("'\(argument)' names a distribution twice")
        }
    }

    var description: String { distributions.map(\.rawValue).joined(separator: ",") }
}
