import KernelIR

/// Makes the iterations of a loop the lanes of vector values.
///
/// Legal for the innermost loop, if serial, when its extent is a vector width of the target; a reduced loop needs a
/// commutative monoid and gets one accumulator a lane; a scanned one is scanned within the vector. Every access must have stride 0 or 1 along the loop unless
/// `gather` allows lanes to be collected one by one.
/// ```
/// for n.i in 0..<16              C[n.o*16 ..+16] = A[n.o*16 ..+16] + 1
///     C[n.o*16 + n.i] = …   →
/// ```
public struct Vectorize: ScheduleAction {
    public static let name = "vectorize"
    public var stage: String
    public var loop: String
    /// Whether strided accesses are accepted.
    public var gather: Bool

    public init(stage: String, loop: String, gather: Bool = false) {
        self.stage = stage
        self.loop = loop
        self.gather = gather
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        try state.checkNotPinned(loop, of: stage)
        var nest = try state.nest(stage)
        let definition = try state.stage(stage)
        guard old.kind == .serial, position == nest.loops.count - 1 else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is not the innermost serial loop",
                hint: "reorder first; innermost is \(nest.loops.last?.name ?? "none")")
        }
        guard state.target.vectorWidths.contains(old.extent) else {
            throw ScheduleError(
                .illegalParameter, "loop \(loop) of \(stage) has \(old.extent) iterations",
                hint: "vector widths: " + state.target.vectorWidths.map(String.init).joined(separator: " "))
        }
        if old.isReduction, definition.monoid?.isCommutative == false {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage) is not commutative", hint: "vectorize a spatial loop")
        }
        if old.isScan, definition.sweep?.isReversed == true {
            // Lanes run forwards through memory; the steps between them run backwards.
            nest.redefine([loop: Index(old.extent - 1) - .axis(loop)], state.ranges(around: stage))
        }
        if !gather, let load = state.stridedAccess(of: definition, nest, along: loop) {
            throw ScheduleError(
                .illegalDataFlow, "\(load) is neither contiguous nor constant along \(loop)",
                hint: "vectorize another loop, pack the buffer, or set gather")
        }
        nest.loops[position].kind = .lanes
        nest.loops[position].isPartial = old.isReduction
        state.nests[stage] = nest
    }
}

extension ScheduleState {
    /// The first access of a stage whose address does not move by 0 or 1 element along a loop.
    func stridedAccess(of stage: Stage, _ nest: Nest, along loop: String) -> String? {
        let ranges = ranges(around: stage.name)
        let own = stage.axes.map { Index.axis($0.name) }
        let accesses = stage.loads.map { ($0.buffer, $0.indices) } + stage.outputs.map { ($0, own) }
        for (buffer, indices) in accesses {
            guard let strides = program.buffer(buffer)?.strides else { continue }
            var stride = 0
            for (index, factor) in zip(indices, strides) {
                let lowered = index.substituting(nest.definitions, ranges)
                if lowered.hidesAxis(loop) { return buffer }
                stride += lowered.coefficient(of: loop) * factor
            }
            if stride != 0 && stride != 1 { return buffer }
        }
        return nil
    }
}
