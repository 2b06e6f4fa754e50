import Foundation
import KernelIR
import Policies

/// What a trajectory file holds.
public struct RecordContents: Sendable {
    public var header: RecordHeader
    /// Finished turns in the order in which they were judged.
    public var turns: [RecordedTurn]
    /// How the run ended; nil while it has not.
    public var end: RecordEnd?
    /// Bytes up to the end of the last whole line; what follows was torn by a crash.
    public var validBytes: Int

    public init(header: RecordHeader, turns: [RecordedTurn] = [], end: RecordEnd? = nil, validBytes: Int = 0) {
        self.header = header
        self.turns = turns
        self.end = end
        self.validBytes = validBytes
    }

    /// Reads the lines of a file; nil when not even the header is whole.
    ///
    /// A torn last line is left out; a damaged line before it is an error.
    /// - Parameter place: the file's name for errors.
    public init?(_ data: Data, place: String) throws(KernelwrightError) {
        let whole = try WholeLines<RecordLine>(data, place: place)
        let lines = whole.lines
        guard let first = lines.first else { return nil }
        guard case .header(let header) = first else {
            throw KernelwrightError(.badInput, "\(place):1: expected the header of a run")
        }
        self.init(header: header, validBytes: whole.validBytes)
        for (index, line) in lines.enumerated().dropFirst() {
            switch line {
            case .turn(let turn) where end == nil: turns.append(turn)
            case .end(let end) where self.end == nil: self.end = end
            default: throw KernelwrightError(.badInput, "\(place):\(index + 1): unexpected line after the run's end")
            }
        }
    }

    /// The turns of one trajectory, oldest first.
    public func history(of trajectory: Int) -> [Turn] {
        turns.map(\.turn).filter { $0.trajectory == trajectory }
    }

    /// Seconds of search so far.
    public var elapsedSeconds: Double { turns.last?.elapsedSeconds ?? 0 }
}
