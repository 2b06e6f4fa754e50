import KernelIR

/// Schedules an element-wise stage for a CPU: vectors along the last axis, one work-group for a chunk.
///
/// All such kernels are bound by memory, so that the chunk matters little; writing past the caches saves a third of the
/// traffic.
public struct StreamingCPU: Sendable, Hashable, Codable {
    /// Elements of one work-group.
    public var chunk: Int
    /// Vectors written out in the inner loop.
    public var unroll: Int
    public var math: MathMode
    /// Whether outputs are written past the caches.
    public var streams: Bool

    public init(chunk: Int = 4096, unroll: Int = 2, math: MathMode = .fast, streams: Bool = true) {
        self.chunk = chunk
        self.unroll = unroll
        self.math = math
        self.streams = streams
    }

    /// Schedules the stage; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        try builder.apply(.math(Math(stage: name, mode: math)))
        if streams { try builder.apply(.stream(Stream(stage: name))) }
        guard let last = stage.axes.last else { return }
        let outer = stage.axes.dropLast().reduce(1) { $0 * $1.extent }
        let groups = 4 * builder.state.target.cores
        let fair = max(1, last.extent * outer / groups)
        let chunk = max(16, min(self.chunk, max(fair, 256)))
        let shares = builder.state.sharesOperands(stage) && outer <= 64
        try builder.vectorizedChunks(of: name, last.name, chunk: chunk, unroll: unroll, sharesOperands: shares)
    }
}

extension ScheduleState {
    /// Whether an operand runs along the last axis but not along an outer one, so that outer iterations reread it.
    fileprivate func sharesOperands(_ stage: Stage) -> Bool {
        guard let last = stage.axes.last, stage.axes.count > 1 else { return false }
        return stage.loads.contains { load in
            let used = Set(load.indices.flatMap(\.axes))
            return used.contains(last.name) && !stage.axes.allSatisfy { used.contains($0.name) }
        }
    }
}

extension ScheduleBuilder {
    /// Splits the last spatial loop into chunks, vectors and lanes, and spreads everything outside over work-groups.
    ///
    /// With shared operands the outer loops run inside a chunk, so that the operand's part stays in cache.
    mutating func vectorizedChunks(
        of stage: String, _ loop: String, chunk: Int, unroll: Int, sharesOperands: Bool
    ) throws(ScheduleError) {
        let lanes = state.target.vectorWidths.last ?? 1
        let step = lanes * max(1, unroll)
        let outerCount = try loops(stage).count - 1
        let extent = try state.loop(loop, of: stage).loop.extent
        guard extent >= lanes else { return try fewElements(of: stage, outerCount: outerCount) }
        let rounded = max(step, chunk / step * step)
        let chunks = extent > rounded ? try split(loop, of: stage, by: rounded) : (outer: nil, inner: loop)
        try vectorize(chunks.inner, of: stage, unroll: unroll)
        if sharesOperands, let chunk = chunks.outer {
            let outer = try loops(stage).prefix(outerCount).map(\.name)
            try apply(.reorder(Reorder(stage: stage, loops: [chunk] + outer)))
            return try bindGrid(stage, count: 1)
        }
        try bindGrid(stage, count: outerCount + (chunks.outer == nil ? 0 : 1))
    }

    /// Splits the innermost loop into unrolled vectors.
    mutating func vectorize(_ loop: String, of stage: String, unroll: Int) throws(ScheduleError) {
        let lanes = state.target.vectorWidths.last ?? 1
        let extent = try state.loop(loop, of: stage).loop.extent
        let copies = min(unroll, extent / lanes)
        let block = copies > 1 ? try split(loop, of: stage, by: lanes * copies).inner : loop
        let vector = try split(block, of: stage, by: lanes)
        try apply(.vectorize(Vectorize(stage: stage, loop: vector.inner, gather: true)))
        if copies > 1, let outer = vector.outer { try apply(.unroll(Unroll(stage: stage, loop: outer))) }
    }

    /// A last axis shorter than a vector: fuse it with its neighbours and vectorize the product where that is possible.
    private mutating func fewElements(of stage: String, outerCount: Int) throws(ScheduleError) {
        guard outerCount > 0 else { return }
        let lanes = state.target.vectorWidths.last ?? 1
        while try loops(stage).count > 1 {
            let all = try loops(stage)
            let (outer, inner) = (all[all.count - 2].name, all[all.count - 1].name)
            guard attempt(.fuse(Fuse(stage: stage, outer: outer, inner: inner))) else { break }
        }
        guard let fused = try loops(stage).last, fused.extent >= lanes else { return }
        let chunks = fused.extent > 4096 ? try split(fused.name, of: stage, by: 4096) : (outer: nil, inner: fused.name)
        let vector = try split(chunks.inner, of: stage, by: lanes)
        attempt(.vectorize(Vectorize(stage: stage, loop: vector.inner, gather: true)))
        if let outer = chunks.outer { try apply(.bind(Bind(stage: stage, loop: outer))) }
    }
}
