import KernelIR

/// Copies what a group reads of a buffer in one iteration of a reduced loop into local memory, where its work-items
/// read it.
///
/// All work-items of the group copy together, neighbours neighbouring elements, `vector` of them at once; then all
/// wait, read, and wait again before the next copy. What lies outside a load's bounds becomes its fill. Where the part
/// read is a box of the buffer's dimensions, that is copied; else a matrix of the points of the loops inside, such as
/// the windows that a tile of a convolution reads. A buffer that is read in several ways is copied for each.
///
/// Elements of 16 bits become float32 in the copy, once for all that read them; operands of matrix products stay as
/// they are, for these take them so.
///
/// Legal for a serial reduced loop of a reduction that is neither attached nor recurrent and whose group has several
/// work-items; a buffer in device memory that the lift reads more than one element of there; all boxes of a group
/// within the target's local memory. With vectors, neighbours must begin at multiples of their number and end together.
/// Give it after all actions on the loops.
/// ```
/// local item m.i, n.i                            local T[k.i, m.i] float32
/// for k.o                                   →    for k.o
///     for k.i                                        T[k.i, m.i] = A[m, k.i + 8*k.o]      (shared by all items)
///         acc += A[m, k.i + 8*k.o]·B[k, n]           barrier
///                                                    for k.i: acc += T[k.i, m.i]·B[k, n]
///                                                    barrier
/// ```
public struct StageOperand: ScheduleAction {
    public static let name = "stage"
    public var stage: String
    public var buffer: String
    /// The reduced loop whose iterations have a copy each.
    public var loop: String
    public var layout: StagedLayout
    /// Neighbours in device memory that an item copies at once: 1, a vector width of the target, or twice the largest
    /// one where elements are of 16 bits in both memories.
    public var vector: Int
    /// Whether the slowest dimension of what is copied becomes the fastest of the copy; else the order stays.
    public var transposed: Bool

    public init(
        stage: String, buffer: String, loop: String, layout: StagedLayout = .plain, vector: Int = 1,
        transposed: Bool = false
    ) {
        self.stage = stage
        self.buffer = buffer
        self.loop = loop
        self.layout = layout
        self.vector = vector
        self.transposed = transposed
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        _ = try state.loop(loop, of: stage)
        guard !nest.stagings.contains(where: { $0.copy.buffer == buffer }) else {
            throw ScheduleError(
                .illegalOrder, "\(buffer) is staged in \(stage) already", hint: "stage another buffer, once each")
        }
        let stages = nest.stagings.first { $0.copy.loop == loop }?.stages ?? 1
        nest.stagings.append(Staging(copy: self, stages: stages))
        var copy = state
        copy.nests[stage] = nest
        try copy.checkStagings()
        state = copy
    }
}

extension ScheduleState {
    /// Refuses states in which work-items could not copy what is staged.
    func checkStagings() throws(ScheduleError) {
        guard nests.values.contains(where: { !$0.stagings.isEmpty }) else { return }
        for stage in program.stages where nests[stage.name]?.stagings.isEmpty == false {
            let nest = try nest(stage.name)
            guard stage.isReduction, !stage.isRecurrent, nest.attachment == nil else {
                throw ScheduleError(
                    .illegalDataFlow, "\(stage.name) is no reduction in a kernel of its own that others compute with",
                    hint: "stage operands of reductions that are neither attached nor recurrent")
            }
            guard nest.loops.contains(where: { $0.kind == .item && $0.extent > 1 }) else {
                throw ScheduleError(
                    .illegalOrder, "a group of \(stage.name) has one work-item", hint: "bind loops to items first")
            }
            let lowering = StageLowering(self, stage)
            for staging in nest.stagings { try check(staging, lowering) }
            let parts = carried(by: stage.name).reduce(0) { $0 + localBytes(of: $1) }
            let bytes = lowering.tiles.reduce(parts) { $0 + $1.byteCount }
            guard bytes <= target.localBytes else {
                throw ScheduleError(
                    .tooLarge, "a group of \(stage.name) would have \(bytes) bytes of local memory",
                    hint: "at most \(target.localBytes)")
            }
        }
    }

    private func check(_ staging: Staging, _ lowering: StageLowering) throws(ScheduleError) {
        let (copy, stage) = (staging.copy, lowering.stage)
        let loops = lowering.nest.loops.filter { $0.isReduction && $0.kind == .serial && !$0.isSpecialized }
        guard let loop = loops.first(where: { $0.name == copy.loop }) else {
            throw ScheduleError(
                .illegalOrder, "\(copy.buffer) is staged in loop \(copy.loop) of \(stage.name)",
                hint: "serial reduced loops that stay as they are: " + loops.map(\.name).joined(separator: " "))
        }
        guard staging.stages <= max(1, loop.extent) else {
            throw ScheduleError(
                .illegalParameter, "loop \(loop.name) of \(stage.name) has \(loop.extent) iterations",
                hint: "at most as many stages")
        }
        let read = stage.body.flatMap(\.loads).map(\.buffer).uniqued().filter { !isLocal($0) }
        guard let buffer = program.buffer(copy.buffer), read.contains(copy.buffer) else {
            throw ScheduleError(
                .illegalDataFlow, "the lift of \(stage.name) reads no \(copy.buffer) in device memory",
                hint: "buffers read: " + read.joined(separator: " "))
        }
        let tiles = lowering.tiles(of: staging)
        guard !tiles.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "an iteration of \(loop.name) reads one element of \(copy.buffer)",
                hint: "stage in a loop with others inside, or other buffers: " + read.joined(separator: " "))
        }
        for tile in tiles { try check(tile, buffer) }
    }

    private func check(_ tile: StagedTile, _ buffer: Buffer) throws(ScheduleError) {
        let (copy, place) = (tile.staging.copy, "of \(tile.staging.copy.buffer) in \(tile.staging.copy.stage)")
        // 16 bytes are four elements of float32 and eight of the 16-bit types.
        let widths = [1] + target.vectorWidths + (tile.stored.isNarrow ? [2 * (target.vectorWidths.max() ?? 1)] : [])
        guard widths.contains(copy.vector), copy.vector == 1 || tile.allowsVectors(of: copy.vector, buffer) else {
            let legal = widths.filter { $0 == 1 || tile.allowsVectors(of: $0, buffer) }
            throw ScheduleError(
                .illegalParameter, "vectors of \(copy.vector) elements \(place)",
                hint: "widths: " + legal.map(String.init).joined(separator: " "))
        }
        switch copy.layout {
        case .plain: break
        case .padded(let elements):
            guard (1...64).contains(elements) else {
                throw ScheduleError(.illegalParameter, "rows \(place) padded by \(elements)", hint: "1 to 64 elements")
            }
        case .swizzled:
            guard tile.swizzledBits > 0 else {
                throw ScheduleError(
                    .illegalParameter, "rows \(place) cannot be swizzled: the copy has extents \(tile.extents)",
                    hint: "two dimensions or more, the last a multiple of \(2 * tile.groupExtent); or padded(4)")
            }
        }
    }
}
