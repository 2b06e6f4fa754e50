import Foundation
import Policies
import Refinement

/// What the repetition of a recorded run came to, line by line.
struct ReplayCheck: Encodable {
    /// The first line that is not the recorded one.
    struct Difference: Encodable {
        /// From 1, as in the file.
        var line: Int
        /// The place of the turn on it; nil for the header and the end.
        var trajectory: Int?
        var turn: Int?
        var message: String
    }

    var workload: String
    var policy: String
    /// Turns that came out byte for byte as they were recorded.
    var turns: Int
    /// Why the run ended; nil where its record has no end.
    var stopped: String?
    var isSame = true
    var difference: Difference?

    /// - Parameters:
    ///   - recorded: the record's whole lines.
    ///   - replayed: those of the repetition, as far as it came.
    ///   - failure: why it came no further; nil where it came to its end.
    init(_ record: RecordContents, recorded: Data, replayed: Data, failure: String?) {
        let (old, new) = (Self.lines(recorded), Self.lines(replayed))
        let same = zip(old, new).prefix { $0 == $1 }.count
        workload = record.header.settings.workload
        policy = record.header.settings.policy
        turns = max(0, min(same - 1, record.turns.count))
        stopped = record.end?.reason.rawValue
        guard failure != nil || same < max(old.count, new.count) else { return }
        isSame = false
        // Behind the header each line is a turn.
        let turn = record.turns.indices.contains(same - 1) ? record.turns[same - 1].turn : nil
        difference = Difference(
            line: same + 1, trajectory: turn?.trajectory, turn: turn?.index,
            message: failure ?? (same < new.count ? "it came out different" : "the repetition ended before it"))
    }

    private static func lines(_ data: Data) -> [Data] { data.split(separator: UInt8(ascii: "\n")).map { Data($0) } }

    /// One line for people.
    var text: String {
        let count = turns == 1 ? "1 turn" : "\(turns) turns"
        guard let difference else {
            let end = stopped == nil ? "; the record has no end yet" : ""
            return "\(workload): \(count) of \(policy), byte for byte as recorded\(end)"
        }
        let place =
            if let trajectory = difference.trajectory, let turn = difference.turn {
                "turn \(turn) of trajectory \(trajectory)"
            } else {
                difference.line == 1 ? "the header" : "the end"
            }
        return "\(workload): \(place) differs (line \(difference.line)): \(difference.message)"
    }
}
