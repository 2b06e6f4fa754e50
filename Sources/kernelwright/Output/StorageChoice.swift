import Evaluation
import Policies
import Refinement
import Scheduling

/// What storing temporaries in 16 bits did in a run that allowed it: the fastest turn with it and the fastest without.
struct StorageChoice: Encodable {
    /// Median seconds of a call, from the short races of turns.
    struct Time: Encodable {
        var turn: Int
        var seconds: Double
        /// Baseline over this, in the same race: what to compare, since the machine's speed changes between races.
        var speedup: RatioInterval?
    }

    /// The axis: `fp16` or `bf16`.
    var precision: String
    /// Whether the winner stores in 16 bits.
    var isKept: Bool
    /// Nil where no such turn was correct.
    var narrow: Time?
    var declared: Time?

    /// Nil for runs under the declared precision.
    init?(_ record: RecordContents) {
        let name = PrecisionName(record.header.settings.precision)
        guard name != .declared else { return nil }
        precision = name.rawValue
        isKept = record.winner?.proposal.storesNarrow == true
        func fastest(_ storesNarrow: Bool) -> Time? {
            record.ranking.first { $0.proposal.storesNarrow == storesNarrow }.flatMap { turn in
                turn.verdict.medianSeconds.map {
                    Time(turn: turn.index, seconds: $0, speedup: turn.verdict.speedup)
                }
            }
        }
        (narrow, declared) = (fastest(true), fastest(false))
    }

    /// One sentence with both times.
    var text: String {
        guard let narrow else {
            return "No schedule with \(precision) storage was correct and timed; temporaries stay in float32."
        }
        guard let declared else { return "Only schedules with \(precision) storage were correct." }
        return "Storage in \(precision) is \(isKept ? "kept" : "refused"): \(Self.text(narrow)) with it, "
            + "\(Self.text(declared)) with float32 storage."
    }

    private static func text(_ time: Time) -> String {
        let ratio = time.speedup.map { ", \(Units.interval($0)) against the baseline" } ?? ""
        return "\(Units.seconds(time.seconds)) (turn \(time.turn)\(ratio))"
    }
}

extension Proposal {
    /// Whether the schedule stores a temporary in 16 bits; false for sources.
    fileprivate var storesNarrow: Bool {
        guard case .schedule(let actions) = content else { return false }
        return actions.contains { if case .narrow = $0 { true } else { false } }
    }
}
