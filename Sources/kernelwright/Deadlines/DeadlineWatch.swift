import Evaluation
import Foundation
import Synchronization

/// Ends a run at its deadline, unless the run came to its own end before.
///
/// It waits on a thread of its own: tasks may keep all threads of the pool busy, as the reference does, and whoever
/// waits for one of these is late.
final class DeadlineWatch: Sendable {
    private let deadline: Deadline
    private let isTaken = Mutex(false)

    /// The longest time between two looks at the clock, because the reserve may grow.
    private static let longestWait = 0.01

    init(_ deadline: Deadline) { self.deadline = deadline }

    /// Whether the caller is the first to ask, and so is the one to answer.
    func claim() -> Bool {
        isTaken.withLock { taken in
            defer { taken = true }
            return !taken
        }
    }

    /// Calls `end` when nothing but the reserve is left, if nobody has claimed the answer by then.
    ///
    /// - Parameter reserve: the time that answering takes.
    func start(reserve: @escaping @Sendable () -> Duration, end: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [self] in
            var left = deadline.left - reserve()
            while left > .zero {
                Thread.sleep(forTimeInterval: min(left.seconds, Self.longestWait))
                left = deadline.left - reserve()
            }
            if claim() { end() }
        }
    }
}
