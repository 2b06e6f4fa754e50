import Devices
import Evaluation
import Foundation
import Policies

/// The one thing to do next, with its evidence: what failed, or what bounds the fastest kernel.
///
/// One bottleneck with its figures helps more than all there are (Zhang et al., "CudaForge", arXiv 2511.01884).
struct NextStep: Sendable {
    private let last: Turn?
    private let best: Turn?
    /// The turns on the last source, where values of its tunables were tried.
    private let tuning: TunableSearch?

    init(_ observation: Observation) {
        last = observation.history.last
        best = observation.best
        tuning = TunableSearch(observation).flatMap { $0.hasBegun ? $0 : nil }
    }

    var text: String {
        guard let last else { return "Write the first version: right first, then fast." }
        if let best, let draft = tuning?.turns.first {
            return "Other values of turn \(draft.index)'s tunables were tried. " + Self.bottleneck(of: best)
        }
        guard last.verdict.isCorrect else { return failure(last) }
        guard let best else { return "Turn \(last.index) is right, but has no time. Make it faster." }
        let slower = best.index == last.index ? "" : "Turn \(last.index) is right, and slower than turn \(best.index). "
        return slower + Self.bottleneck(of: best)
    }

    private func failure(_ turn: Turn) -> String {
        let message = turn.verdict.message ?? turn.verdict.status.rawValue
        let known = best.map { " Turn \($0.index) is the fastest right one so far." } ?? ""
        return """
            Turn \(turn.index) failed: \(turn.verdict.status.rawValue). The judge says:
            \(Quotation(String(message.prefix(Self.longestMessage))).text)
            Mend that.\(known)
            """
    }

    /// Characters of a message that are shown; a compiler's first errors say most.
    private static let longestMessage = 2000

    private static func bottleneck(of turn: Turn) -> String {
        let timing = turn.verdict.timing
        let seconds = timing?.medianSeconds ?? 0
        let word = timing?.predicted == true ? "predicted" : "measured"
        if let prediction = turn.verdict.prediction {
            return """
                The fastest is turn \(turn.index) with \(figure(seconds * 1e3)) ms (predicted). \(prediction.bottleneck) \
                Make it faster.
                """
        }
        guard let profile = turn.verdict.profile else {
            return "Turn \(turn.index) takes \(figure(seconds * 1e3)) ms (\(word)). Make it faster."
        }
        let evidence =
            switch profile.bottleneck {
            case .memory:
                "memory: the workload moves at least \(figure(profile.minimumBytes / 1e6)) MB, which takes "
                    + "\(percent(profile.bandwidthFraction)) of the time at the rate of a copy"
            case .compute:
                "arithmetic: \(figure(profile.flops / 1e9)) GFLOP, which take \(percent(profile.computeFraction)) of "
                    + "the time at the device's peak"
            case .launch: "launching, which takes \(percent(profile.launchFraction)) of the time"
            }
        return """
            The fastest is turn \(turn.index) with \(figure(seconds * 1e3)) ms (\(word)). It is bound by \(evidence). \
            \(profile.lever) Make it faster.
            """
    }

    private static func figure(_ value: Double) -> String { TargetTable.figure(value) }
    private static func percent(_ fraction: Double) -> String { "\(figure(100 * fraction)) %" }
}
