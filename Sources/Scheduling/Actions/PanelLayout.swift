import KernelIR

/// The dimensions of a packed buffer: outer axes, panel, other dimensions, place in the panel.
struct PanelLayout {
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

    /// The steps beside each place of the cut axis that a window takes in.
    private struct Reach {
        /// A step, counted from the first.
        var step = Index(0)
        /// Elements of a panel beyond the places of its own.
        var elements = 0
    }

    /// In the order of the packed dimensions, without the cut one.
    private let others: [Dimension]
    private let cut: Dimension
    private let panels: Int
    private let panelPosition: Int
    private let width: Int
    private let reach: Reach
    /// Elements that there are along the cut dimension.
    private let extent: Int
    /// What the copy reads, with dimensions for axes.
    private let source: Load
    /// The guards that are left to the consumer.
    private let bounds: [Bound]

    /// The smallest of the layouts, the source's own dimensions first; nil where none is possible, or only some that are
    /// much larger than the source.
    static func smallest(
        _ stage: Stage, _ load: Load, _ shape: [Int], cut axis: String, width: Int, lanes: Int
    ) -> PanelLayout? {
        let dimensions = PanelLayout(dimensionsOf: load, stage, shape, cut: axis, width: width)
        let copies = [
            PanelLayout(windowsOf: load, stage, shape, cut: axis, width: width, lanes: lanes),
            PanelLayout(pointsOf: load, stage, cut: axis, width: width),
        ].compactMap { $0 }.filter { layout in
            layout.elements <= [2 * shape.clippedProduct / max(1, layout.extent), layout.panels, width].clippedProduct
        }
        return ([dimensions].compactMap { $0 } + copies).min { $0.elements < $1.elements }
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

    /// The source's own dimensions, where one is read at the axis to be cut and steps beside it; nil where none is, or
    /// several are, or another is read at steps with places that are not neighbours.
    private init?(windowsOf load: Load, _ stage: Stage, _ shape: [Int], cut name: String, width: Int, lanes: Int) {
        let all = stage.axes + stage.reduceAxes
        let walked = load.indices.indices.filter { load.indices[$0].axes.contains(name) }
        guard let position = walked.first, walked.count == 1, let axis = stage.axes.first(where: { $0.name == name })
        else { return nil }
        let step = load.indices[position] + Index.axis(name) * -1
        let steps = step.range(Ranges(all))
        guard !step.axes.contains(name), steps.lowerBound >= 0, steps.lowerBound < steps.upperBound else { return nil }
        let last = width + steps.upperBound - steps.lowerBound
        let whole = (last + lanes - 1) / lanes * lanes
        var source = Load(load.buffer, load.indices)
        source.indices[position] = .axis(name) + steps.lowerBound
        var (outer, inner): ([Dimension], [Dimension]) = ([], [])
        for (place, extent) in shape.enumerated() where place != position {
            let index = load.indices[place]
            let dimension = Dimension("d\(place)".unused(in: Set(all.map(\.name))), extent, at: index)
            source.indices[place] = .axis(dimension.name)
            if stage.axes.contains(where: { index.coefficient(of: $0.name) == 1 }) {
                outer.append(dimension)
            } else {
                inner.append(dimension)
            }
        }
        self.init(
            outer, inner, cut: Dimension(axis), width: width, source: source, bounds: load.bounds,
            reach: Reach(step: step + -steps.lowerBound, elements: whole - width),
            extent: shape[position] - steps.lowerBound)
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
        _ outer: [Dimension], _ inner: [Dimension], cut: Dimension, width: Int, source: Load, bounds: [Bound],
        reach: Reach = Reach(), extent: Int? = nil
    ) {
        others = outer + inner
        self.cut = cut
        panels = (cut.extent + width - 1) / width
        panelPosition = outer.count
        self.width = width
        self.source = source
        self.bounds = bounds
        self.reach = reach
        self.extent = extent ?? cut.extent
    }

    private var elements: Int { shape.clippedProduct }

    var shape: [Int] {
        var shape = others.map(\.extent)
        shape.insert(panels, at: panelPosition)
        return shape + [width + reach.elements]
    }

    /// How the consumer reads an element of the panels.
    func read(_ packed: String, insteadOf load: Load) -> Load {
        let ranges = Ranges([Axis(cut.name, cut.extent)])
        var indices = others.map(\.index)
        indices.insert(cut.index.divided(by: width, ranges), at: panelPosition)
        return Load(
            packed, indices + [cut.index.remainder(by: width, ranges) + reach.step], bounds: bounds, fill: load.fill)
    }

    /// The stage that fills the panels.
    func copyStage(_ name: String) -> Stage {
        let (panel, lane) = (
            Axis("\(name).\(cut.name).p", panels), Axis("\(name).\(cut.name).l", width + reach.elements)
        )
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
        if panels * width + reach.elements > extent { load.bounds.append(Bound(place, below: extent)) }
        return .map(name, target, [.load(load)], into: [name])
    }
}
