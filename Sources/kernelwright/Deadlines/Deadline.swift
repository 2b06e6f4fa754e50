import Evaluation

/// The moment before which an answer must stand there.
struct Deadline: Sendable {
    private let moment: Duration
    private let time: MonotonicTime

    /// - Parameters:
    ///   - seconds: from the process's start.
    ///   - age: seconds that have passed since then.
    init(seconds: Double, age: Double, time: MonotonicTime) {
        self.time = time
        moment = time.now + .seconds(seconds - age)
    }

    /// What is left; below zero afterwards.
    var left: Duration { moment - time.now }

    /// The moment half-way from now to this one.
    var halfway: Deadline { Deadline(seconds: left.seconds / 2, age: 0, time: time) }
}
