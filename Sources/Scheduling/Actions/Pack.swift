import KernelIR

/// Copies an input into panels before use: `width` neighbours of one axis lie together, then the other axes in order.
///
/// Legal when the buffer is in device memory (its producer is not attached), the stage reads it in one place, each dimension at a plain axis of its own, and `axis` is one of
/// them. The last panel is padded with zeros, which only points beyond the axis' end read. The copy is a stage of its
/// own (`pack.BUFFER`) and is timed with the program.
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
        guard loads.count == 1, let load = loads.first, load.bounds.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) reads \(buffer) in \(loads.count) different ways",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        let axes = load.indices.compactMap(\.asAxis)
        guard axes.count == load.indices.count, Set(axes).count == axes.count, axes.contains(axis) else {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) is not read at plain axes that include \(axis)",
                hint: "axes: " + axes.joined(separator: " "))
        }
        if let producer = state.program.producer(of: buffer), state.nests[producer.name]?.attachment != nil {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) lives inside a kernel, since \(producer.name) is attached",
                hint: "pack before attaching, or pack another buffer")
        }
        guard width >= 2, width <= 1024 else {
            throw ScheduleError(.illegalParameter, "panel width \(width) for \(buffer) in \(stage)", hint: "2 to 1024")
        }
        let layout = PanelLayout(consumer, axes: axes, cut: axis, width: width)
        let packed = state.freshName("pack.\(buffer)")
        let type = state.program.buffer(buffer)?.type ?? .float32
        state.program.buffers.append(Buffer(packed, type, shape: layout.shape, role: .temporary))
        state.insert(layout.copyStage(packed, load), before: stage)
        consumer.body = consumer.body.map { $0.replacing(load, by: .load(packed, layout.readIndices)) }
        consumer.finish = consumer.finish.map { $0.replacing(load, by: .load(packed, layout.readIndices)) }
        state.replace(consumer)
    }
}

/// The dimensions of a packed buffer: outer axes, panel, reduced axes, place in the panel.
private struct PanelLayout {
    /// In the order of the packed dimensions, with the cut axis last.
    let axes: [Axis]
    let panels: Int
    let panelPosition: Int
    let width: Int

    init(_ stage: Stage, axes names: [String], cut: String, width: Int) {
        let spatial = stage.axes.filter { names.contains($0.name) && $0.name != cut }
        let reduced = stage.reduceAxes.filter { names.contains($0.name) && $0.name != cut }
        let all = stage.axes + stage.reduceAxes
        let cutAxis = all.first { $0.name == cut } ?? Axis(cut, 1)
        axes = spatial + reduced + [cutAxis]
        panels = (cutAxis.extent + width - 1) / width
        panelPosition = spatial.count
        self.width = width
    }

    var shape: [Int] {
        var shape = axes.dropLast().map(\.extent)
        shape.insert(panels, at: panelPosition)
        return shape + [width]
    }

    private var cut: Axis { axes[axes.count - 1] }

    /// Where the consumer finds an element.
    var readIndices: [Index] {
        let ranges = Ranges(axes)
        var indices = axes.dropLast().map { Index.axis($0.name) }
        indices.insert(Index.axis(cut.name).divided(by: width, ranges), at: panelPosition)
        return indices + [Index.axis(cut.name).remainder(by: width, ranges)]
    }

    /// The stage that fills the panels.
    func copyStage(_ name: String, _ load: Load) -> Stage {
        var names = Dictionary(uniqueKeysWithValues: axes.map { ($0.name, "\(name).\($0.name)") })
        let (panel, lane) = (Axis("\(name).\(cut.name).p", panels), Axis("\(name).\(cut.name).l", width))
        names[cut.name] = nil
        var target = axes.dropLast().map { Axis(names[$0.name] ?? $0.name, $0.extent) }
        target.insert(panel, at: panelPosition)
        target.append(lane)
        let place = Index.axis(panel.name) * width + .axis(lane.name)
        var source = load
        source.indices = load.indices.map { index in
            index.asAxis.flatMap { names[$0] }.map { Index.axis($0) } ?? place
        }
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
