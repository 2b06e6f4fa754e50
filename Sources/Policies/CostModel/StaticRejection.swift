import Devices
import Evaluation
import Foundation
import KernelIR
import Scheduling

/// Tells which candidates need no compiler to be seen to lose.
///
/// Two reasons are rules of thumb: far more operations than the leanest turn, and far more registers than there are.
/// The others are proofs, as far as the device's measured rates are right: what a candidate takes at least
/// (`LeastWork`) is more than the fastest turn took in all. Where a turn beat its own bound the rates were measured too
/// low, and count as so much higher: no candidate is held to what a turn did not need. A pure function of the
/// observation.
struct StaticRejection {
    /// More executed operations than the least by this factor are hopeless.
    static let mostWork = 8.0
    /// More registers than there are by this factor are hopeless: most of what is in them goes through memory.
    static let mostRegisters = 4.0
    /// The share of a bound that has to be more than the fastest took: rates of a busy machine may be low by a tenth,
    /// and so may the fastest's time.
    static let margin = 0.8

    /// What proofs rest on.
    private struct Rates {
        /// What the fastest turn took.
        let seconds: Double
        let ceilings: Ceilings
        /// What is left of the bounds after all turns.
        let arithmeticTrust: Double
        let memoryTrust: Double

        /// Why what something takes at least rules a candidate out; nil where it does not.
        func reason(_ what: String, _ bound: Double) -> String? {
            guard StaticRejection.margin * bound > seconds else { return nil }
            let texts = [bound, seconds].map { String(format: "%.4g ms", $0 * 1e3) }
            return "its \(what) alone takes \(texts[0]) at the device's best rate; the fastest took \(texts[1])"
        }
    }

    private let registers: Int
    private let least: Double
    private let rates: Rates?

    /// - Parameter turns: `LoweringCache.turns` of the observation.
    init(_ observation: Observation, turns: [(entry: LoweringCache.Entry, seconds: Double?)]) {
        registers = observation.target.vectorRegisters
        least = turns.map(\.entry.features.operations).min() ?? .infinity
        rates = Self.rates(observation, turns)
    }

    /// Nil before anything was correct, where nobody measured the device, and on GPUs, whose matrix units are beyond
    /// its peak.
    private static func rates(
        _ observation: Observation, _ turns: [(entry: LoweringCache.Entry, seconds: Double?)]
    ) -> Rates? {
        let cost = TurnCost(observation.history)
        let fastest = observation.history.filter { $0.verdict.isCorrect && $0.verdict.timing != nil }
            .min { cost($0.verdict) < cost($1.verdict) }
        guard !observation.isForGPU, let ceilings = observation.ceilings, let seconds = fastest?.verdict.medianSeconds
        else { return nil }
        func trust(_ bound: (LeastWork) -> Double) -> Double {
            let ratios = turns.compactMap { turn -> Double? in
                let least = bound(turn.entry.work)
                return least > 0 ? turn.seconds.map { $0 / least } : nil
            }
            return min(1, ratios.min() ?? 1)
        }
        return Rates(
            seconds: seconds, ceilings: ceilings, arithmeticTrust: trust { $0.arithmeticSeconds(ceilings) },
            memoryTrust: trust { $0.memorySeconds(ceilings) })
    }

    /// Why a candidate cannot win; nil where it may.
    func reason(_ entry: LoweringCache.Entry) -> String? {
        let features = entry.features
        if features.registers > Self.mostRegisters * Double(registers) {
            return String(format: "its buffers fill %.0f registers at once, ", features.registers)
                + "of \(registers) that there are"
        }
        if features.operations > Self.mostWork * least {
            let factor = String(format: "%.1f", features.operations / least)
            return "it executes \(factor) times the operations of the leanest turn"
        }
        guard let rates else { return nil }
        let work = entry.work
        return rates.reason("arithmetic", rates.arithmeticTrust * work.arithmeticSeconds(rates.ceilings))
            ?? rates.reason("traffic with memory", rates.memoryTrust * work.memorySeconds(rates.ceilings))
    }

    /// The same for a proposal; nil where its schedule is none or illegal, too.
    func reason(_ proposal: Proposal, _ observation: Observation, cache: LoweringCache) -> String? {
        guard case .schedule(let schedule) = proposal.content else { return nil }
        return cache.entry(schedule, observation.program, target: observation.target).flatMap { reason($0) }
    }
}
