/// The steps that a level of effort asks for.
struct Procedure: Sendable {
    /// The version of the steps that a verdict went through, as records name it; 1 timed every round on the same inputs, 2 in one
    /// process, 3 looked for replays in single first calls, 4 let simulated devices write more than their predicted times
    /// pay for.
    static let version = 5

    var timing: TimingPlan
    /// Runs compared bit for bit; 0 leaves determinism unexamined.
    var determinismRuns: Int
    /// Whether the held-out inputs are used, and the seed revealed.
    var certifies: Bool
    /// Whether the floor kernel is timed too.
    var timesFloor: Bool

    static let quick = Procedure(timing: .quick, determinismRuns: 0, certifies: false, timesFloor: false)
    static let full = Procedure(timing: .full, determinismRuns: 2, certifies: false, timesFloor: true)
    static let certifying = Procedure(timing: .certifying, determinismRuns: 4, certifies: true, timesFloor: true)
}
