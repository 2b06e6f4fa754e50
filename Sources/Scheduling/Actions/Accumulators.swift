import KernelIR

/// Splits a reduced loop into `count` independent partial results, combined at the end.
///
/// Legal for a serial reduced loop of a commutative monoid with 2 to 16 partial results, where `split` by that number is
/// legal; the inner loop goes directly outside the lanes.
/// Hides the latency of one accumulator's chain of dependent operations.
/// ```
/// for k in 0..<64              for k.o in 0..<16
///     acc += A[k]        →         acc0 += A[4*k.o]; acc1 += A[4*k.o+1]; …
///                              acc = acc0 + acc1 + …
/// ```
public struct Accumulators: ScheduleAction {
    public static let name = "accumulators"
    public var stage: String
    public var loop: String
    /// Number of partial results.
    public var count: Int

    public init(stage: String, loop: String, count: Int) {
        self.stage = stage
        self.loop = loop
        self.count = count
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let old = try state.loop(loop, of: stage).loop
        guard old.isReduction, old.kind == .serial else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is not a serial reduced loop",
                hint: "reduced loops: "
                    + (try state.nest(stage)).loops.filter(\.isReduction).map(\.name).joined(separator: " "))
        }
        guard try state.stage(stage).monoid?.isCommutative != false else {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage) is not commutative, so \(loop) must be walked in order",
                hint: "splitReduction keeps the order")
        }
        guard (2...16).contains(count) else {
            throw ScheduleError(
                .illegalParameter, "\(count) accumulators for loop \(loop) of \(stage)", hint: "2 to 16")
        }
        var copy = state
        try Split(stage: stage, loop: loop, factor: count).apply(to: &copy)
        var nest = try copy.nest(stage)
        guard let position = nest.position(of: loop + ".i") else { return }
        var partial = nest.loops.remove(at: position)
        partial.kind = .unrolled
        partial.isPartial = true
        nest.loops.insert(partial, at: nest.loops.firstIndex { $0.kind == .lanes } ?? nest.loops.endIndex)
        try nest.checkKindsNest(stage)
        try nest.checkRegisters(copy.stage(stage), copy.target)
        copy.nests[stage] = nest
        state = copy
    }
}
