import ArgumentParser
import Evaluation

/// What candidates are compared with, in order: the first takes part in every judgement. Empty compares with nothing.
struct BaselineList: Sendable, Hashable, CustomStringConvertible {
    let runtimes: [BaselineRuntime]

    init(_ runtimes: [BaselineRuntime]) { self.runtimes = runtimes }

    /// Reads names with commas between them, or `none`; throws for unknown and repeated ones.
    init(argument: String) throws {
        guard argument != "none" else {
            runtimes = []
            return
        }
        let known = BaselineRuntime.allCases.map(\.rawValue).joined(separator: ", ")
        runtimes = try argument.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let runtime = BaselineRuntime(rawValue: String(word)) else {
                throw ValidationError("'\(word)' is no baseline; known are \(known), and none alone")
            }
            return runtime
        }
        guard Set(runtimes).count == runtimes.count else {
            throw ValidationError("'\(argument)' names a baseline twice")
        }
    }

    var description: String { runtimes.isEmpty ? "none" : runtimes.map(\.rawValue).joined(separator: ",") }
}
