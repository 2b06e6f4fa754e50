import KernelIR

/// Gives every work-item some results of a stage: neighbouring items have neighbouring results, so that their accesses
/// coalesce.
///
/// Scans and recurrences keep the order of their steps: an item walks them for one row. The bound is memory; a few results
/// an item keep more loads in flight.
public struct ItemsGPU: Sendable, Hashable, Codable {
    /// Work-items of a group.
    public var items: Int
    /// Results of an item, a group's width apart.
    public var results: Int
    public var math: MathMode

    public init(items: Int = 256, results: Int = 1, math: MathMode = .fast) {
        self.items = items
        self.results = results
        self.math = math
    }

    /// Schedules the stage; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        try builder.apply(.math(Math(stage: name, mode: math)))
        guard let loop = try fuse(stage, &builder) else { return }
        let extent = try builder.state.loop(loop, of: name).loop.extent
        let width = min(items, extent, builder.state.target.maxGroupSize)
        let isMap = stage.kind == .map && !stage.isRecurrent
        let copies = isMap ? max(1, min(results, extent / width)) : 1
        let block = try builder.split(loop, of: name, by: width * copies)
        let item = copies > 1 ? try builder.split(block.inner, of: name, by: width) : (outer: nil, inner: block.inner)
        if let outer = block.outer { try builder.apply(.bind(Bind(stage: name, loop: outer))) }
        if let copies = item.outer {
            try builder.apply(.reorder(Reorder(stage: name, loops: [item.inner, copies])))
        }
        try builder.apply(.bind(Bind(stage: name, loop: item.inner, to: .item)))
        if let copies = item.outer { builder.attempt(.unroll(Unroll(stage: name, loop: copies))) }
    }

    /// Joins the loops that may run in any order, outermost; nil where there are none.
    private func fuse(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) -> String? {
        let independent = stage.isRecurrent ? Set(stage.independentAxes.map(\.name)) : Set(stage.axes.map(\.name))
        let all = try builder.loops(stage.name)
        let free = all.filter { !$0.isReduction && !$0.isScan && ($0.extent > 1 || all.count == 1) }.map(\.name)
            .filter { name in independent.contains(name) || independent.contains { name.hasPrefix($0 + ".o") } }
        guard var fused = free.first else { return nil }
        let rest = all.map(\.name).filter { !free.contains($0) }
        if all.count > 1, all.map(\.name) != free + rest {
            try builder.apply(.reorder(Reorder(stage: stage.name, loops: free + rest)))
        }
        for next in free.dropFirst() {
            try builder.apply(.fuse(Fuse(stage: stage.name, outer: fused, inner: next)))
            fused += "_\(next)"
        }
        return fused
    }
}
