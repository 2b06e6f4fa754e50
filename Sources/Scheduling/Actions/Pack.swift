import KernelIR

/// Copies an input into panels before use: `width` neighbours of one axis lie together, then the other dimensions in order.
///
/// Legal when the buffer is in device memory (its producer is not attached) and the stage reads it in one place along the
/// axis that is cut; reads that do not depend on the axis stay. What is copied is the smaller of two: the buffer's own
/// dimensions, where one is read at just that axis (those read at other plain axes come first where they are spatial, and
/// those read at any other index are copied whole), or what the read finds at each point of the axes it depends on, as
/// for the heads of a projection; the latter only up to twice the buffer. The last panel is padded, and only points beyond
/// the axis' end read that.
/// The copy is a stage of its own (`pack.BUFFER`) and is timed with the program.
/// ```
/// C[m,n] += A[m,k]·B[k,n]     →     P[n/48, k, n%48] = B[k, n]          (pack.B)
///                                   C[m,n] += A[m,k]·P[n/48, k, n%48]
/// ```
public struct Pack: ScheduleAction {
    public static let name = "pack"
    public var stage: String
    public var buffer: String
    /// The stage's axis that is cut into panels.
    public var axis: String
    /// Elements of the axis in one panel.
    public var width: Int

    public init(stage: String, buffer: String, axis: String, width: Int) {
        self.stage = stage
        self.buffer = buffer
        self.axis = axis
        self.width = width
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var consumer = try state.stage(stage)
        let load = try read(by: consumer)
        guard width >= 2, width <= 1024 else {
            throw ScheduleError(.illegalParameter, "panel width \(width) for \(buffer) in \(stage)", hint: "2 to 1024")
        }
        let shape = state.program.buffer(buffer)?.shape ?? []
        guard let layout = PanelLayout.smallest(consumer, load, shape, cut: axis, width: width) else {
            throw ScheduleError(
                .illegalDataFlow, "panels of \(buffer) along \(axis) would hold many copies of each element",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        if let producer = state.program.producer(of: buffer), state.nests[producer.name]?.attachment != nil {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) lives inside a kernel, since \(producer.name) is attached",
                hint: "pack before attaching, or pack another buffer")
        }
        let packed = state.freshName("pack.\(buffer)")
        let type = state.program.buffer(buffer)?.type ?? .float32
        state.program.buffers.append(Buffer(packed, type, shape: layout.shape, role: .temporary))
        state.insert(layout.copyStage(packed), before: stage)
        let read = Expr.load(layout.read(packed, insteadOf: load))
        consumer.body = consumer.body.map { $0.replacing(load, by: read) }
        consumer.finish = consumer.finish.map { $0.replacing(load, by: read) }
        state.replace(consumer)
    }
}

extension Pack {
    /// The one read of the buffer along the axis.
    private func read(by consumer: Stage) throws(ScheduleError) -> Load {
        let all = Set(consumer.loads.filter { $0.buffer == buffer })
        guard !all.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) does not read \(buffer)",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        let along = all.filter { $0.indices.contains { $0.axes.contains(axis) } }
        guard !along.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) is not read along \(axis)",
                hint: "axes: " + Set(all.flatMap(\.indices).flatMap(\.axes)).sorted().joined(separator: " "))
        }
        guard along.count == 1, let load = along.first else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) reads \(buffer) in \(along.count) different ways along \(axis)",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        return load
    }
}

/// The dimensions of a packed buffer: outer axes, panel, other dimensions, place in the panel.
private struct PanelLayout {
    /// One dimension of the panels.
    private struct Dimension {
        var name: String
        var extent: Int
        /// What the consumer reads it at.
        var index: Index

        init(_ name: String, _ extent: Int, at index: Index) {
            (self.name, self.extent, self.index) = (name, extent, index)
        }

        init(_ axis: Axis) { self.init(axis.name, axis.extent, at: .axis(axis.name)) }
    }

    /// In the order of the packed dimensions, without the cut one.
    private let others: [Dimension]
    private let cut: Dimension
    private let panels: Int
    private let panelPosition: Int
    private let width: Int
    /// What the copy reads, with dimensions for axes.
    private let source: Load
    /// The guards that are left to the consumer.
    private let bounds: [Bound]

    /// The smaller of both layouts; nil where neither is possible, or only one much larger than the source.
    static func smallest(
        _ stage: Stage, _ load: Load, _ shape: [Int], cut axis: String, width: Int
    ) -> PanelLayout? {
        let dimensions = PanelLayout(dimensionsOf: load, stage, shape, cut: axis, width: width)
        guard let points = PanelLayout(pointsOf: load, stage, cut: axis, width: width) else { return dimensions }
        if let dimensions, dimensions.elements <= points.elements { return dimensions }
        let limit = [2 * shape.clippedProduct / max(1, points.cut.extent), points.panels, width].clippedProduct
        return points.elements <= limit ? points : dimensions
    }

    /// The source's own dimensions; nil where none is read at just the axis to be cut, or several at one axis.
    private init?(dimensionsOf load: Load, _ stage: Stage, _ shape: [Int], cut name: String, width: Int) {
        let all = stage.axes + stage.reduceAxes
        var plain: [String: Dimension] = [:]
        var rest: [Dimension] = []
        var source = Load(load.buffer, load.indices)
        for (position, (index, extent)) in zip(load.indices, shape).enumerated() {
            if let axis = all.first(where: { $0.name == index.asAxis }), axis.extent <= extent {
                guard plain[axis.name] == nil else { return nil }
                plain[axis.name] = Dimension(axis)
            } else {
                let name = "d\(position)".unused(in: Set(all.map(\.name)))
                rest.append(Dimension(name, extent, at: index))
                source.indices[position] = .axis(name)
            }
        }
        guard let cut = plain.removeValue(forKey: name) else { return nil }
        let spatial = stage.axes.compactMap { plain[$0.name] }
        self.init(
            spatial, stage.reduceAxes.compactMap { plain[$0.name] } + rest, cut: cut, width: width, source: source,
            bounds: load.bounds)
    }

    /// A dimension for each axis that the read depends on; nil where it does not depend on the one to be cut.
    private init?(pointsOf load: Load, _ stage: Stage, cut name: String, width: Int) {
        let used = load.indices.reduce(into: Set<String>()) { $0.formUnion($1.axes) }
        guard used.contains(name), let cut = (stage.axes + stage.reduceAxes).first(where: { $0.name == name }) else {
            return nil
        }
        let others = { (axes: [Axis]) in axes.filter { used.contains($0.name) && $0 != cut }.map(Dimension.init) }
        self.init(
            others(stage.axes), others(stage.reduceAxes), cut: Dimension(cut), width: width, source: load, bounds: [])
    }

    private init(
        _ outer: [Dimension], _ inner: [Dimension], cut: Dimension, width: Int, source: Load, bounds: [Bound]
    ) {
        others = outer + inner
        self.cut = cut
        panels = (cut.extent + width - 1) / width
        panelPosition = outer.count
        self.width = width
        self.source = source
        self.bounds = bounds
    }

    private var elements: Int { shape.clippedProduct }

    var shape: [Int] {
        var shape = others.map(\.extent)
        shape.insert(panels, at: panelPosition)
        return shape + [width]
    }

    /// How the consumer reads an element of the panels.
    func read(_ packed: String, insteadOf load: Load) -> Load {
        let ranges = Ranges([Axis(cut.name, cut.extent)])
        var indices = others.map(\.index)
        indices.insert(cut.index.divided(by: width, ranges), at: panelPosition)
        return Load(packed, indices + [cut.index.remainder(by: width, ranges)], bounds: bounds, fill: load.fill)
    }

    /// The stage that fills the panels.
    func copyStage(_ name: String) -> Stage {
        let (panel, lane) = (Axis("\(name).\(cut.name).p", panels), Axis("\(name).\(cut.name).l", width))
        var target = others.map { Axis("\(name).\($0.name)", $0.extent) }
        let place = Index.axis(panel.name) * width + .axis(lane.name)
        var places = [cut.name: place]
        for (dimension, axis) in zip(others, target) { places[dimension.name] = .axis(axis.name) }
        target.insert(panel, at: panelPosition)
        target.append(lane)
        let ranges = Ranges(target)
        var load = source
        load.indices = load.indices.map { $0.substituting(places, ranges) }
        load.bounds = load.bounds.map { Bound($0.index.substituting(places, ranges), below: $0.extent) }
        if panels * width != cut.extent { load.bounds.append(Bound(place, below: cut.extent)) }
        return .map(name, target, [.load(load)], into: [name])
    }
}

extension Expr {
    /// Replaces every read equal to `load`.
    func replacing(_ load: Load, by other: Expr) -> Expr {
        rewritten { node in if case .load(let found) = node, found == load { other } else { node } }
    }
}
