import KernelIR

/// Asks, while a stage's operands are read, for what the next iteration of a loop around them will read.
///
/// Legal at a serial or grid loop, of the stage or of one that it is attached in, that some operand in device memory moves
/// with; an iteration of a grid loop that another core runs gains nothing. A hint that changes no value. It pays where a
/// core would wait: an iteration that first reads and then writes leaves memory idle in one direction or the other, and
/// rows that lie pages apart are no run that a core sees coming. Give it last: it is dropped where a later action replaces
/// the loop.
/// ```
/// for row: for r: Y[row, r] = X[row, r]·s        →        for row: for r: Y[row, r] = X[row, r]·s, X[row + 1, r] asked for
/// ```
public struct Prefetch: ScheduleAction {
    public static let name = "prefetch"
    public var stage: String
    public var loop: String

    public init(stage: String, loop: String) {
        self.stage = stage
        self.loop = loop
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let definition = try state.stage(stage)
        var nest = try state.nest(stage)
        let kind = try state.loop(loop, around: stage).kind
        guard kind == .serial || kind == .grid else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is \(kind)", hint: "prefetch along serial or grid loops")
        }
        guard definition.loads.contains(where: { state.moves($0, along: loop, of: nest, stage) }) else {
            throw ScheduleError(
                .illegalOrder, "nothing that \(stage) reads from device memory moves with loop \(loop)",
                hint: "prefetch along a loop that walks an operand")
        }
        nest.prefetched = loop
        state.nests[stage] = nest
    }
}

extension ScheduleState {
    /// A loop of a stage, or of one that it is attached in.
    fileprivate func loop(_ name: String, around stage: String) throws(ScheduleError) -> Nest.Loop {
        var inner = stage
        while try nest(inner).position(of: name) == nil, let attachment = try nest(inner).attachment {
            let carrier = try nest(attachment.consumer).loops
            let position = carrier.firstIndex { $0.name == attachment.loop } ?? 0
            if let loop = carrier[...position].first(where: { $0.name == name }) { return loop }
            inner = attachment.consumer
        }
        return try loop(name, of: stage).loop
    }

    /// Whether neighbouring iterations of a loop read elements a constant distance apart in device memory.
    fileprivate func moves(_ load: Load, along loop: String, of nest: Nest, _ stage: String) -> Bool {
        guard !isLocal(load.buffer), let strides = program.buffer(load.buffer)?.strides else { return false }
        let place = zip(load.indices, strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }
            .substituting(nest.definitions, ranges(around: stage)).recombined()
        return !place.hidesAxis(loop) && place.coefficient(of: loop) != 0
    }
}
