import KernelIR

/// Tiles a convolution for a CPU: vectors of neighbouring places or of output channels, some of the other kind in
/// registers, walked over input channels and windows.
///
/// With places as lanes, each loaded vector of the input serves every channel of the tile and each broadcast weight every
/// vector; rows of whole vectors and stride 1 suit it. With channels as lanes, each loaded vector of weights serves every
/// place and each broadcast element of the input every vector: any stride, dilation and row length will do, but results
/// are written one by one. Where each channel has a filter of its own, rows of places take the place of channels, and short
/// columns of taps are written out so that rows share the input they read. Where taps depend on the phase of a place (transposed convolutions), phases are written
/// out or have bodies of their own, and so have the steps of their windows, which leaves only taps that exist. Work-groups of one stretch of places
/// run one after the other over the channels, so that the input stays in cache.
public struct ConvolutionCPU: Sendable, Hashable, Codable {
    /// What the lanes of vectors are.
    public enum Lanes: String, Sendable, Hashable, Codable, CaseIterable { case places, channels }

    /// `nil` takes what costs less by `ConvolutionPlan`.
    public var lanes: Lanes?
    /// The register tile: vectors of lanes, and rows of the other kind; `nil` takes the one that costs least.
    public var tile: RegisterTile?
    /// Whether the weights are copied first so that a tile's channels lie together.
    public var packsWeights: Bool
    /// Whether the channels' grid axis runs fastest.
    public var channelsFastest: Bool
    /// Whether the input of a convolution with strides is copied first so that neighbouring places lie together, where
    /// the copy is at most twice as large as the input and places as lanes then cost less.
    public var packsInput: Bool
    /// When the input is copied first so that what a tile of places reads of all channels lies together, where windows
    /// overlap along the last axis.
    public var packsPanels: Wanted
    /// When 3 × 3 convolutions of stride 1 take Winograd's minimal filtering.
    public var filtering: Wanted
    /// How maps that join the convolution compute their functions.
    public var math: MathMode

    /// When something that is legal is done.
    public enum Wanted: String, Sendable, Hashable, Codable, CaseIterable {
        /// Where what it saves outweighs what it costs: by the number of channels.
        case automatic
        case always
        case never
    }

    public init(
        lanes: Lanes? = nil, tile: RegisterTile? = nil, packsWeights: Bool = true, channelsFastest: Bool = true,
        filtering: Wanted = .automatic, packsInput: Bool = true, packsPanels: Wanted = .automatic,
        math: MathMode = .fast
    ) {
        self.packsPanels = packsPanels
        self.math = math
        self.packsInput = packsInput
        self.filtering = filtering
        self.lanes = lanes
        self.tile = tile
        self.packsWeights = packsWeights
        self.channelsFastest = channelsFastest
    }

    /// Reads records from before minimal filtering, copies and panels of the input and choices of functions, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        lanes = try fields.decodeIfPresent(Lanes.self, forKey: .lanes)
        tile = try fields.decodeIfPresent(RegisterTile.self, forKey: .tile)
        packsWeights = try fields.decode(Bool.self, forKey: .packsWeights)
        channelsFastest = try fields.decode(Bool.self, forKey: .channelsFastest)
        filtering = try fields.decodeIfPresent(Wanted.self, forKey: .filtering) ?? .never
        math = try fields.decodeIfPresent(MathMode.self, forKey: .math) ?? .exact
        packsInput = try fields.decodeIfPresent(Bool.self, forKey: .packsInput) ?? false
        packsPanels = try fields.decodeIfPresent(Wanted.self, forKey: .packsPanels) ?? .never
    }

    /// Schedules the stage and the copy it needs; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        guard case .convolution(let parts) = builder.state.classify(stage) else {
            throw ScheduleError(.illegalDataFlow, "\(name) is no convolution", hint: "products summed over windows")
        }
        guard var plan = ConvolutionPlan.best(parts, stage, builder.state.target, lanes: lanes, tile: tile) else {
            return try ReductionCPU(math: math).apply(to: &builder, stage: name)
        }
        if let near = try inputPacked(parts, plan, stage, &builder) {
            try pack(near.parts, near.plan, &builder, name)
            return try makeTiles(near.parts, near.plan, stage, &builder)
        }
        if let panels = try packPanels(parts, plan, stage, &builder) { plan = panels }
        try pack(parts, plan, &builder, name)
        try makeTiles(parts, plan, stage, &builder)
    }

    /// Copies the input so that what a tile of places reads of all channels lies together, where that is wanted and legal;
    /// zeros beside an image are then added by the copy instead of by one of their own. Returns the plan that suits it.
    ///
    /// Channels of an image lie pages apart, often at an even distance: a tile's share of them takes many entries of the
    /// first-level translation buffer and few sets of the caches, whatever its lanes are.
    private func packPanels(
        _ parts: Convolution, _ plan: ConvolutionPlan, _ stage: Stage, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> ConvolutionPlan? {
        guard lanes != .channels, parts.step == 1, parts.phases.isEmpty, parts.m != nil,
            packsPanels == .always || packsPanels == .automatic && suitsPanels(parts, stage, builder.state),
            let best = ConvolutionPlan.best(parts, stage, builder.state.target, lanes: .places, tile: tile),
            best.lanes == .places, best.cost < Self.costOfFarChannels * plan.cost
        else { return nil }
        let source = parts.input.buffer
        let pack = Pack(stage: stage.name, buffer: source, axis: parts.n.name, width: best.width * best.tile.vectors)
        guard builder.attempt(.pack(pack)) else { return nil }
        if let producer = builder.state.program.producer(of: source), isCheap(producer, builder.state.program) {
            builder.attempt(.inline(Inline(stage: producer.name)))
        }
        try PackCPU().apply(to: &builder, before: stage.name)
        return best
    }

    /// Whether a map may be computed by the copy, which computes what windows share twice: one that nothing else reads and
    /// that has no elementary functions, as that of zeros beside an image.
    private func isCheap(_ map: Stage, _ program: TensorProgram) -> Bool {
        program.stages.count { $0.reads(anyOf: map.outputs) } == 1
            && !map.body.contains(where: \.hasElementaryFunctions)
    }

    /// Whether many channels lie far apart, and each element of the input is used often enough to pay for its copy.
    private func suitsPanels(_ parts: Convolution, _ stage: Stage, _ state: ScheduleState) -> Bool {
        let isFar = stage.reduceAxes.contains { axis in
            axis.extent >= 16 && 4 * (state.stride(of: parts.input, along: axis.name) ?? 0) >= Self.pageBytes
        }
        let elements = state.program.buffer(parts.input.buffer)?.shape.reduce(1, *) ?? 0
        let products = (stage.axes + stage.reduceAxes).reduce(1) { $0 * $1.extent }
        return isFar && products >= Self.usesPerCopy * elements
    }

    private static let pageBytes = 4096
    /// What a tile takes longer for reading channels where they lie, on two AVX2 cores by 1.2 to 1.7 (kernelbench/1/55, 57, 64).
    private static let costOfFarChannels = 1.2
    /// Products of an element for which a copy of it, which takes as long as some 60 (kernelbench/1/55), is worth its time.
    private static let usesPerCopy = 256

    /// Copies the input so that the places of a tile lie side by side, where that is wanted, legal and cheaper than `plan`.
    ///
    /// Places that a stride keeps apart are no vectors. With channels as lanes instead, one element of each channel is
    /// read at a time; channels of long rows lie a large, often even, distance apart and share few sets of the caches.
    private func inputPacked(
        _ parts: Convolution, _ plan: ConvolutionPlan, _ stage: Stage, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> (parts: Convolution, plan: ConvolutionPlan)? {
        guard packsInput, lanes != .channels, parts.step > 1, parts.phases.isEmpty else { return nil }
        var near = parts
        near.step = 1
        let target = builder.state.target
        guard let best = ConvolutionPlan.best(near, stage, target, lanes: .places, tile: tile),
            best.lanes == .places, best.cost < plan.cost
        else { return nil }
        let pack = Pack(
            stage: stage.name, buffer: parts.input.buffer, axis: parts.n.name, width: best.width * best.tile.vectors)
        guard builder.attempt(.pack(pack)) else { return nil }
        try PackCPU().apply(to: &builder, before: stage.name)
        return (near, best)
    }

    private func pack(
        _ parts: Convolution, _ plan: ConvolutionPlan, _ builder: inout ScheduleBuilder, _ name: String
    ) throws(ScheduleError) {
        guard let m = parts.m, packsWeights || plan.lanes == .channels else { return }
        let panel = plan.lanes == .channels ? plan.width * plan.tile.vectors : plan.tile.rows
        guard panel > 1 else { return }
        let pack = Pack(stage: name, buffer: parts.weights.buffer, axis: m.name, width: panel)
        if builder.attempt(.pack(pack)) { try PackCPU().apply(to: &builder, before: name) }
    }

    private func makeTiles(
        _ parts: Convolution, _ plan: ConvolutionPlan, _ stage: Stage, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let name = stage.name
        try builder.chooseMath(math, of: name)
        var places = try splitPhases(parts, stage, &builder)
        let lanesAxis = plan.lanes == .places ? parts.n : parts.m ?? parts.n
        let vectors = try builder.split(
            places[lanesAxis.name]?.outer ?? lanesAxis.name, of: name, by: plan.tile.vectors * plan.width)
        let vector = try builder.split(vectors.inner, of: name, by: plan.width)
        places[lanesAxis.name]?.outer = vectors.outer
        var repeated: (outer: String?, inner: String?) = (nil, nil)
        let rowsAxis = parts.rows(for: plan.lanes)?.axis
        if let rowsAxis {
            let loop = places[rowsAxis.name]?.outer ?? rowsAxis.name
            repeated = plan.tile.rows > 1 ? try builder.split(loop, of: name, by: plan.tile.rows) : (loop, nil)
            places[rowsAxis.name]?.outer = repeated.outer
        }
        // What is left of each axis outside of the tile, the channels last or first.
        let m = parts.m.map { places[$0.name]?.outer } ?? nil
        let outside = stage.axes.filter { $0 != parts.m }.compactMap { places[$0.name]?.outer }
        let isWrittenOut = { (axis: Axis) in plan.unrolledPhases > 1 && plan.writesOut(axis, parts, stage) }
        let others = stage.axes.filter { !isWrittenOut($0) }.compactMap { places[$0.name]?.phase }
        let split = outside.count - (vectors.outer != nil && plan.lanes == .places ? 1 : 0)
        let grid =
            channelsFastest || m == nil
            ? outside + [m].compactMap { $0 } : Array(outside[..<split]) + [m].compactMap { $0 } + outside[split...]
        let phases = stage.axes.filter(isWrittenOut).compactMap { places[$0.name]?.phase }
        let last = plan.lanes == .places ? places[parts.n.name]?.phase : nil
        let window = repeated.inner == nil ? nil : parts.rowWindow(for: plan.lanes, stage)
        let registers =
            [repeated.inner, window?.taps.name].compactMap { $0 } + phases.filter { $0 != last }
            + [vector.outer].compactMap { $0 } + phases.filter { $0 == last }
        let (reduced, steps) = reducedLoops(parts, stage, plan)
        let walked = reduced.filter { $0 != window?.taps.name }
        try builder.apply(
            .reorder(Reorder(stage: name, loops: grid + others + walked + steps + registers + [vector.inner])))
        try builder.apply(.vectorize(Vectorize(stage: name, loop: vector.inner, gather: true)))
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        for loop in steps.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        let products = stage.reduceAxes.reduce(1) { $0 * $1.extent }
        if plan.lanes == .places, products <= 128, parts.n.extent % plan.width == 0 {
            try builder.apply(.stream(Stream(stage: name)))
        }
        for loop in others { builder.attempt(.specialize(Specialize(stage: name, loop: loop))) }
        try builder.bindGrid(
            name, count: grid.count, operations: products * plan.tile.rows * plan.tile.vectors * plan.unrolledPhases)
    }

    /// The loops of every spatial axis: what walks it, and its phase where it has several.
    private func splitPhases(
        _ parts: Convolution, _ stage: Stage, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> [String: (outer: String?, phase: String?)] {
        var places: [String: (outer: String?, phase: String?)] = [:]
        for axis in stage.axes {
            guard let stride = parts.phases[axis.name] else {
                places[axis.name] = (axis.name, nil)
                continue
            }
            if axis.extent <= stride {
                places[axis.name] = (nil, axis.name)
            } else {
                let loops = try builder.split(axis.name, of: stage.name, by: stride)
                places[axis.name] = (loops.outer, loops.inner)
            }
        }
        return places
    }

    /// Reduced loops that stay loops, and steps in windows that are written out since phases decide which exist.
    private func reducedLoops(
        _ parts: Convolution, _ stage: Stage, _ plan: ConvolutionPlan
    ) -> (walked: [String], steps: [String]) {
        var product = 1
        var steps: [String] = []
        for axis in stage.reduceAxes.reversed() where parts.isStep(axis) && product * axis.extent <= 64 {
            product *= axis.extent
            steps.insert(axis.name, at: 0)
        }
        return (stage.reduceAxes.map(\.name).filter { !steps.contains($0) }, steps)
    }
}

extension ConvolutionPlan {
    /// Whether the phases of an axis are among those written out: of all places, or of the last axis alone.
    fileprivate func writesOut(_ axis: Axis, _ parts: Convolution, _ stage: Stage) -> Bool {
        let all = stage.axes.compactMap { parts.phases[$0.name] }.reduce(1, *)
        return unrolledPhases == all || axis == parts.n
    }
}

extension Convolution {
    /// Whether a reduced axis steps through the taps of places that have phases.
    fileprivate func isStep(_ axis: Axis) -> Bool {
        input.indices.contains { index in
            index.axes.contains(axis.name) && phases.keys.contains { index.axes.contains($0) }
        }
    }
}
