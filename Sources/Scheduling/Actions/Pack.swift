import KernelIR

/// Copies an input into panels before use: `width` neighbours of one axis lie together, then the other dimensions in order.
///
/// Legal when the buffer is in device memory (its producer is not attached) and the stage reads it in one place, one
/// dimension at the plain axis that is cut. Other plain axes come first where they are spatial; dimensions read at any other
/// index are copied whole and keep it. The last panel is padded with zeros, which only points beyond the axis' end read.
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
        let loads = Set(consumer.loads.filter { $0.buffer == buffer })
        guard loads.count == 1, let load = loads.first else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) reads \(buffer) in \(loads.count) different ways",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        let shape = state.program.buffer(buffer)?.shape ?? []
        guard let layout = PanelLayout(consumer, load, shape, cut: axis, width: width) else {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) is not read at plain axes that include \(axis)",
                hint: "axes: " + load.indices.compactMap(\.asAxis).joined(separator: " "))
        }
        if let producer = state.program.producer(of: buffer), state.nests[producer.name]?.attachment != nil {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) lives inside a kernel, since \(producer.name) is attached",
                hint: "pack before attaching, or pack another buffer")
        }
        guard width >= 2, width <= 1024 else {
            throw ScheduleError(.illegalParameter, "panel width \(width) for \(buffer) in \(stage)", hint: "2 to 1024")
        }
        let packed = state.freshName("pack.\(buffer)")
        let type = state.program.buffer(buffer)?.type ?? .float32
        state.program.buffers.append(Buffer(packed, type, shape: layout.shape, role: .temporary))
        state.insert(layout.copyStage(packed, load), before: stage)
        let read = Expr.load(Load(packed, layout.readIndices, bounds: load.bounds, fill: load.fill))
        consumer.body = consumer.body.map { $0.replacing(load, by: read) }
        consumer.finish = consumer.finish.map { $0.replacing(load, by: read) }
        state.replace(consumer)
    }
}

/// The dimensions of a packed buffer: outer axes, panel, other dimensions, place in the panel.
private struct PanelLayout {
    /// One dimension of the source.
    private struct Dimension {
        /// Where it stands in the source.
        var position: Int
        var extent: Int
        /// What the consumer reads it at, and the name of that where it is a plain axis.
        var index: Index
        var name: String
    }

    /// In the order of the packed dimensions, without the cut one.
    private let others: [Dimension]
    private let cut: Dimension
    private let panels: Int
    private let panelPosition: Int
    private let width: Int

    /// Nil where no dimension is read at the axis to be cut, or several at one axis.
    init?(_ stage: Stage, _ load: Load, _ shape: [Int], cut name: String, width: Int) {
        let all = stage.axes + stage.reduceAxes
        var plain: [String: Dimension] = [:]
        var rest: [Dimension] = []
        for (position, (index, extent)) in zip(load.indices, shape).enumerated() {
            if let axis = all.first(where: { $0.name == index.asAxis }), axis.extent <= extent {
                guard plain[axis.name] == nil else { return nil }
                plain[axis.name] = Dimension(position: position, extent: axis.extent, index: index, name: axis.name)
            } else {
                let name = "d\(position)".unused(in: Set(all.map(\.name)))
                rest.append(Dimension(position: position, extent: extent, index: index, name: name))
            }
        }
        guard let cut = plain.removeValue(forKey: name) else { return nil }
        let spatial = stage.axes.compactMap { plain[$0.name] }
        others = spatial + stage.reduceAxes.compactMap { plain[$0.name] } + rest
        self.cut = cut
        panels = (cut.extent + width - 1) / width
        panelPosition = spatial.count
        self.width = width
    }

    var shape: [Int] {
        var shape = others.map(\.extent)
        shape.insert(panels, at: panelPosition)
        return shape + [width]
    }

    /// Where the consumer finds an element.
    var readIndices: [Index] {
        let ranges = Ranges([Axis(cut.name, cut.extent)])
        var indices = others.map(\.index)
        indices.insert(cut.index.divided(by: width, ranges), at: panelPosition)
        return indices + [cut.index.remainder(by: width, ranges)]
    }

    /// The stage that fills the panels.
    func copyStage(_ name: String, _ load: Load) -> Stage {
        let (panel, lane) = (Axis("\(name).\(cut.name).p", panels), Axis("\(name).\(cut.name).l", width))
        var target = others.map { Axis("\(name).\($0.name)", $0.extent) }
        var source = Load(load.buffer, load.indices)
        for (dimension, axis) in zip(others, target) { source.indices[dimension.position] = .axis(axis.name) }
        target.insert(panel, at: panelPosition)
        target.append(lane)
        let place = Index.axis(panel.name) * width + .axis(lane.name)
        source.indices[cut.position] = place
        if panels * width != cut.extent { source.bounds = [Bound(place, below: cut.extent)] }
        return .map(name, target, [.load(source)], into: [name])
    }
}

extension Expr {
    /// Replaces every read equal to `load`.
    func replacing(_ load: Load, by other: Expr) -> Expr {
        rewritten { node in if case .load(let found) = node, found == load { other } else { node } }
    }
}
