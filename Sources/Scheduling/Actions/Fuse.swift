import KernelIR

/// Joins two neighbouring serial loops into one.
///
/// Legal when `inner` directly follows `outer`, both are serial and both spatial, both reduced or both scanned.
/// ```
/// for i in 0..<4                 for i_j in 0..<40
///     for j in 0..<10       →        C[i_j/10, i_j%10] = …
///         C[i, j] = …
/// ```
public struct Fuse: ScheduleAction {
    public static let name = "fuse"
    public var stage: String
    public var outer: String
    public var inner: String

    public init(stage: String, outer: String, inner: String) {
        self.stage = stage
        self.outer = outer
        self.inner = inner
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, a) = try state.loop(outer, of: stage)
        let (next, b) = try state.loop(inner, of: stage)
        try state.checkNotPinned(outer, of: stage)
        try state.checkNotPinned(inner, of: stage)
        var nest = try state.nest(stage)
        guard next == position + 1 else {
            throw ScheduleError(
                .illegalOrder, "loop \(inner) does not directly follow \(outer)",
                hint: "loops: " + nest.loops.map(\.name).joined(separator: " "))
        }
        guard a.kind == .serial, b.kind == .serial, a.isReduction == b.isReduction, a.isScan == b.isScan
        else {
            throw ScheduleError(
                .illegalOrder, "loops \(outer) and \(inner) differ in kind",
                hint: "fuse two serial loops, both spatial, both reduced or both scanned")
        }
        let fused = Nest.Loop("\(outer)_\(inner)", a.extent * b.extent, isReduction: a.isReduction, isScan: a.isScan)
        try state.checkUnused([fused.name], replacing: outer)
        nest.loops.replaceSubrange(position...next, with: [fused])
        state.nests[stage] = nest
        let ranges = state.ranges(around: stage)
        let index = Index.axis(fused.name)
        nest.redefine(
            [outer: index.divided(by: b.extent, ranges), inner: index.remainder(by: b.extent, ranges)], ranges)
        state.nests[stage] = nest
    }
}
