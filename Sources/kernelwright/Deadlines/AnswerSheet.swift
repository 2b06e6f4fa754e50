import Evaluation
import Foundation
import Policies
import Refinement
import Rendering
import Synchronization

/// The best answer at any moment. Its files are written when it is found, so that at the deadline only a summary is
/// left to be printed.
final class AnswerSheet: Sendable {
    /// An answer ready to be given.
    struct Page: Sendable {
        var summary: OptimizeSummary
        var solution: Solution
        var files: [File]
    }

    struct File: Sendable {
        var url: URL
        var data: Data
    }

    private struct State {
        var best = BestSoFar()
        var summary: OptimizeSummary?
        /// What the page on disk consists of.
        var files: [URL] = []
        var slowest = Duration.zero

        /// Takes back what turned out to be wrong.
        mutating func clear() {
            for file in files { try? FileManager.default.removeItem(at: file) }
            (summary, files) = (nil, [])
        }
    }

    private let state = Mutex(State())
    private let time: MonotonicTime

    /// Time for printing a summary and for this process to be woken, at least.
    private static let leastReserve = Duration.milliseconds(30)

    init(time: MonotonicTime) { self.time = time }

    /// What an answer may take: a page that is being written when it is asked for, and as much again.
    var reserve: Duration { state.withLock { Self.leastReserve + $0.slowest * 2 } }

    /// What there is to print, with the number of turns judged; waits for a page that is being written.
    var summary: OptimizeSummary? {
        state.withLock { state in
            var summary = state.summary
            summary?.turns = state.best.judged
            return summary
        }
    }

    /// What is given in place of a run that ended without a winner: the best that is not known to be wrong; nil where
    /// the run has a winner, or there is nothing.
    func standIn(for record: RecordContents) -> OptimizeSummary? {
        guard record.winner == nil, var summary else { return nil }
        summary.stopped = record.end?.reason.rawValue
        summary.tokens = TokenSummary(record)
        return summary
    }

    /// Notes what happened and, where that is a better answer, writes it.
    ///
    /// - Parameter page: makes the page of an answer; nil leaves the one before. Called without the lock, since it may
    ///   take a while to write a kernel out.
    /// - Throws: what `write` throws; the page before stays.
    func update(
        _ change: (inout BestSoFar) -> Void, page: (BestSoFar.Answer) -> Page?, write: (File) throws -> Void
    ) throws {
        let (before, after) = state.withLock { state in
            let before = state.best.answer?.mark
            change(&state.best)
            return (before, state.best.answer)
        }
        guard after?.mark != before else { return }
        guard let after else { return state.withLock { $0.clear() } }
        guard let page = page(after) else { return }
        try state.withLock { state in
            let began = time.now
            defer { state.slowest = max(state.slowest, time.now - began) }
            for file in page.files { try write(file) }
            state.files = page.files.map(\.url)
            state.summary = page.summary
        }
    }
}

extension BestSoFar.Answer {
    /// Tells answers apart.
    fileprivate var mark: String {
        switch self {
        case .certified(let turn, _): "certified \(turn.trajectory).\(turn.index)"
        case .uncertified(let turn): "turn \(turn.trajectory).\(turn.index)"
        case .unjudged: "unjudged"
        }
    }
}
