import KernelIR

/// Begins the copies of a staged loop some iterations before they are read, each into a box of its own.
///
/// `stages` boxes take turns: while one is read, the others are filled, on devices that copy asynchronously (CUDA from
/// architecture sm_80 on) without passing through registers; on all others copies are ordinary ones, at the same
/// places. One barrier an iteration is enough.
///
/// Legal for a loop in which something is staged, 2 to 4 stages and at most as many as it has iterations; the boxes of
/// all stages within the target's local memory. Give it after `stage`.
/// ```
/// for k.o                               T[0] ← iteration 0
///     T ← iteration k.o                 for k.o
///     barrier                    →          wait for the copies of iteration k.o, barrier
///     …T…                                   if k.o + 1 < 16: T[(k.o + 1)%2] ← iteration k.o + 1
///     barrier                               …T[k.o%2]…
/// ```
public struct Pipeline: ScheduleAction {
    public static let name = "pipeline"
    public var stage: String
    public var loop: String
    /// Boxes that take turns.
    public var stages: Int

    public init(stage: String, loop: String, stages: Int) {
        self.stage = stage
        self.loop = loop
        self.stages = stages
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        _ = try state.loop(loop, of: stage)
        guard nest.stagings.contains(where: { $0.copy.loop == loop }) else {
            let staged = nest.stagings.map(\.copy.loop).uniqued().joined(separator: " ")
            throw ScheduleError(
                .illegalOrder, "nothing is staged in loop \(loop) of \(stage)",
                hint: staged.isEmpty ? "stage a buffer there first" : "loops in which something is staged: \(staged)")
        }
        guard (2...4).contains(stages) else {
            throw ScheduleError(
                .illegalParameter, "\(stages) stages for loop \(loop) of \(stage)", hint: "2 to 4 stages")
        }
        for position in nest.stagings.indices where nest.stagings[position].copy.loop == loop {
            nest.stagings[position].stages = stages
        }
        var copy = state
        copy.nests[stage] = nest
        try copy.checkStagings()
        state = copy
    }
}
