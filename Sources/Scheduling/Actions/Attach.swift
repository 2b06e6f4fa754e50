import KernelIR

/// Computes a stage inside a loop of its consumer, just the part that iteration needs, in registers or local memory.
///
/// Legal when every reader of the stage is `to` or is attached inside the loop, the part read there is a box of constant
/// extents of at most 512 KiB with all of a scanned axis in it, and recomputation stays within twice the work unless
/// `allowRecompute`. The stage's own loops start over, so schedule them after attaching; loops that the part depends on
/// may not change any more.
///
/// With `shared` the part is what a whole group reads. Its work-items compute it together, into local memory, and wait
/// for one another. Legal for maps and reductions at the innermost loop over work-items of a stage with a kernel of its
/// own, where the part has several values and all that the group shares fits the target's local memory. Then `bind`
/// spreads the stage's loops over the work-items; until it does, the first of them computes alone.
/// ```
/// for row: S[row] = Σ x[row, r]         for row
/// for row                          →        s = Σ x[row, r]
///     for r: y[row, r] = x/S[row]           for r: y[row, r] = x/s
///
/// shared:
/// for m, k: P[m, k] = f(x[m, k])            group m.o, item m.i
/// group m.o, item m.i                   →       local for m, k: p[m, k] = f(x[m + 8·m.o, k])
///     for k: y[m, n] += P[m, k]·B[k, n]         barrier
///                                               for k: y[m, n] += p[m.i, k]·B[k, n]
/// ```
public struct Attach: ScheduleAction {
    public static let name = "attach"
    public var stage: String
    /// The stage in whose loop it is computed.
    public var to: String
    public var loop: String
    /// Whether the stage may do more than twice its work.
    public var allowRecompute: Bool
    /// Whether the work-items of a group compute it together, in local memory.
    public var shared: Bool

    public init(stage: String, to: String, loop: String, allowRecompute: Bool = false, shared: Bool = false) {
        self.stage = stage
        self.to = to
        self.loop = loop
        self.allowRecompute = allowRecompute
        self.shared = shared
    }

    /// Reads schedules from before groups computed stages together, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        stage = try fields.decode(String.self, forKey: .stage)
        to = try fields.decode(String.self, forKey: .to)
        loop = try fields.decode(String.self, forKey: .loop)
        allowRecompute = try fields.decode(Bool.self, forKey: .allowRecompute)
        shared = try fields.decodeIfPresent(Bool.self, forKey: .shared) ?? false
    }

    /// Bytes a stage may keep in local memory.
    static let byteLimit = 512 << 10

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let producer = try state.stage(stage)
        let consumerNest = try state.nest(to)
        let (position, loop) = try state.loop(loop, of: to)
        try state.checkCarriesNothing(stage)
        guard stage != to, try state.nest(stage).attachment == nil else {
            throw ScheduleError(
                .illegalOrder, "stage \(stage) is attached already or is \(to) itself",
                hint: "attach a stage once, to a reader")
        }
        let next = consumerNest.loops.dropFirst(position + 1).first?.kind ?? .serial
        guard loop.kind == .serial || (loop.kind <= .item && next > .item) else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop.name) of \(to) is \(loop.kind)",
                hint: "attach at a serial loop or the innermost grid loop")
        }
        for output in producer.outputs where state.program.buffer(output)?.role == .output {
            throw ScheduleError(
                .illegalDataFlow, "stage \(stage) writes the output \(output)", hint: "attach producers of temporaries")
        }
        let isInsideReduction = consumerNest.loops[...position].contains { $0.isReduction && $0.kind != .item }
        let finish = try state.stage(to).finish.flatMap(\.loads)
        if isInsideReduction, let load = finish.first(where: { producer.outputs.contains($0.buffer) }) {
            throw ScheduleError(
                .illegalDataFlow, "\(to) reads \(load.buffer) when its reduction is finished, outside \(loop.name)",
                hint: "attach outside the reduced loops")
        }
        if shared { try checkShareable(producer, loop, consumerNest) }
        let region = try state.region(of: producer, in: to, position, shared: shared)
        if let axis = producer.axes.firstIndex(where: { $0.name == producer.sweep?.axis }) {
            guard producer.sweep?.block == nil, region.bases[axis] == Index(0),
                region.extents[axis] == producer.axes[axis].extent
            else {
                throw ScheduleError(
                    .illegalDataFlow, "\(stage) is a scan, of which only a part would be computed there",
                    hint: "attach outside the loops that walk \(producer.axes[axis].name), before scanBlock")
            }
        }
        let outside = consumerNest.loops[...position].filter { !shared || $0.kind != .item }
        let work = ([state.outerIterations(of: to)] + outside.map(\.extent) + region.extents).clippedProduct
        guard allowRecompute || work <= 2 * producer.axes.reduce(1, { $0 * $1.extent }) else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) would be computed \(work) times there", hint: "set allowRecompute")
        }
        guard !shared || region.extents.contains(where: { $0 > 1 }) else {
            throw ScheduleError(
                .illegalDataFlow, "a group reads a single value of \(stage)", hint: "attach it without shared")
        }
        var copy = state
        copy.nests[stage] = Nest(producer, region)
        if shared { try copy.checkLocalMemory() }
        state = copy
    }

    private func checkShareable(
        _ producer: Stage, _ loop: Nest.Loop, _ consumer: Nest
    ) throws(ScheduleError) {
        guard loop.kind == .item, consumer.attachment == nil, producer.sweep == nil else {
            throw ScheduleError(
                .illegalOrder, "the work-items of a group cannot compute \(stage) together at \(loop.name) of \(to)",
                hint: "a map or a reduction, at the innermost loop over work-items of a stage with its own kernel")
        }
    }
}

extension Nest {
    /// The default nest over the part of a stage that an iteration of its consumer needs.
    init(_ stage: Stage, _ region: Attachment) {
        self.init(stage)
        attachment = region
        loops.removeAll { loop in
            guard !loop.isScan, let axis = stage.axes.firstIndex(where: { $0.name == loop.name }) else { return false }
            return region.extents[axis] == 1
        }
        for (position, axis) in stage.axes.enumerated() {
            let (base, extent) = (region.bases[position], region.extents[position])
            // A scanned axis is whole, and walked as it always is.
            guard axis.name != stage.sweep?.axis else { continue }
            definitions[axis.name] = extent == 1 ? base : base + .axis(axis.name)
            if let own = loops.firstIndex(where: { $0.name == axis.name }) { loops[own].extent = extent }
        }
    }
}

extension ScheduleState {
    /// How often the body of an attached stage's carrier runs; 1 for a stage of its own.
    fileprivate func outerIterations(of stage: String) -> Int {
        guard let attachment = nests[stage]?.attachment, let carrier = nests[attachment.consumer] else { return 1 }
        let position = carrier.position(of: attachment.loop) ?? 0
        return ([outerIterations(of: attachment.consumer)] + carrier.loops[...position].map(\.extent)).clippedProduct
    }

    /// Whether a stage is `carrier`, or attached (also through others) to its loop at `position` or deeper.
    private func isInside(_ stage: String, _ carrier: String, _ position: Int) -> Bool {
        if stage == carrier { return true }
        guard let attachment = nests[stage]?.attachment else { return false }
        guard attachment.consumer == carrier else { return isInside(attachment.consumer, carrier, position) }
        return (nests[carrier]?.position(of: attachment.loop) ?? -1) >= position
    }

    /// The box of a producer's points that one iteration of a consumer's loop reads, or `shared` a whole group.
    fileprivate func region(
        of producer: Stage, in carrier: String, _ position: Int, shared: Bool
    ) throws(ScheduleError) -> Nest.Attachment {
        let consumers = program.stages.filter { stage in
            stage.loads.contains { producer.outputs.contains($0.buffer) }
        }
        let loops = (try nest(carrier)).loops
        var inner = Set(loops[(position + 1)...].map(\.name))
        if shared { inner.formUnion(loops.filter { $0.kind == .item }.map(\.name)) }
        for consumer in consumers where consumer.name != carrier {
            guard isInside(consumer.name, carrier, position) else {
                throw ScheduleError(
                    .illegalDataFlow, "\(consumer.name) reads \(producer.name) outside \(carrier)",
                    hint: "attach \(consumer.name) to \(carrier) first")
            }
            inner.formUnion((try nest(consumer.name)).loops.map(\.name))
        }
        var box: [(base: Index, low: Int, high: Int)?] = producer.axes.map { _ in nil }
        for consumer in consumers {
            let (definitions, ranges) = ((try nest(consumer.name)).definitions, ranges(around: consumer.name))
            for load in consumer.loads where producer.outputs.contains(load.buffer) {
                for (dimension, index) in load.indices.enumerated() {
                    let lowered = index.substituting(definitions, ranges)
                    guard let part = lowered.separated(inner: inner, ranges),
                        box[dimension] == nil || box[dimension]?.base == part.base
                    else {
                        throw ScheduleError(
                            .illegalDataFlow, "the part of \(producer.name) read at \(lowered) is no box",
                            hint: "attach at another loop")
                    }
                    let low = min(box[dimension]?.low ?? part.low, part.low)
                    let high = max(box[dimension]?.high ?? part.high, part.high)
                    box[dimension] = (part.base, low, high)
                }
            }
        }
        var region = Nest.Attachment(
            consumer: carrier, loop: loops[position].name, bases: [], extents: [], isShared: shared)
        for (axis, part) in zip(producer.axes, box) {
            guard let part else {
                throw ScheduleError(.illegalDataFlow, "nothing reads \(producer.name)", hint: "attach read stages")
            }
            let base = part.base + part.low
            region.bases.append(base)
            // Nothing lies beyond the axis' end; what lies before its beginning still counts from the base.
            let reach = max(1, axis.extent - base.range(ranges(around: carrier)).lowerBound)
            region.extents.append(min(part.high - part.low + 1, reach))
        }
        let bytes = ([4] + region.extents).clippedProduct
        guard bytes <= Attach.byteLimit else {
            throw ScheduleError(
                .tooLarge, "\(producer.name) would need \(bytes) bytes there", hint: "at most \(Attach.byteLimit)")
        }
        return region
    }
}

extension Index {
    /// The part over outer loops, and the range of the part over inner ones; `nil` where one atom mixes both.
    fileprivate func separated(inner: Set<String>, _ ranges: Ranges) -> (base: Index, low: Int, high: Int)? {
        var base = Index(0)
        var rest = Index(constant)
        for term in terms {
            let part = self.part(of: term)
            let axes = part.axes
            if axes.isDisjoint(with: inner) {
                base = base + part
            } else if axes.isSubset(of: inner) {
                rest = rest + part
            } else {
                return nil
            }
        }
        let range = rest.range(ranges)
        return (base, range.lowerBound, range.upperBound)
    }
}
