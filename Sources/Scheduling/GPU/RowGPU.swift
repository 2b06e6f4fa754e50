import KernelIR

/// Reduces rows whose elements lie side by side: the work-items of a group share a row, read neighbours at a time and
/// combine what they have.
///
/// A map comes with the reductions that it reads (softmax, norms), and a reduction with those it builds on (variances),
/// as one kernel: what the group has read once comes from the caches after that. Short rows share a group.
public struct RowGPU: Sendable, Hashable, Codable {
    /// Work-items of a group, 32 at least.
    public var items: Int
    /// Neighbours that a work-item loads at a time, at most; fewer where that is not legal or rows are not multiples.
    public var elements: Int
    public var method: CrossItemReduction.Method
    public var math: MathMode

    public init(
        items: Int = 256, elements: Int = 4, method: CrossItemReduction.Method = .shuffle, math: MathMode = .fast
    ) {
        self.items = items
        self.elements = elements
        self.method = method
        self.math = math
    }

    /// Schedules a stage and the reductions it reads; their loops must be untouched.
    ///
    /// - Throws: `illegalDataFlow` where there is nothing to share, or what an action throws.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let group = try ReductionGroup(try builder.state.stage(name), builder.state)
        try apply(to: &builder, group)
    }

    func apply(to builder: inout ScheduleBuilder, _ group: ReductionGroup) throws(ScheduleError) {
        let candidates = widths(builder.state.target)
        try builder.attempt(widths: candidates, dividing: group.elements) { builder, width throws(ScheduleError) in
            try schedule(group, width: width, &builder)
        }
    }

    private func widths(_ target: TargetProfile) -> [Int] {
        target.vectorWidths.filter { $0 <= elements }.sorted(by: >)
    }

    private func schedule(
        _ group: ReductionGroup, width: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let (name, target) = (group.stage.name, builder.state.target)
        let method = target.hasWarps ? self.method : .tree
        let shape = RowShape(
            rows: group.rowCount, steps: (group.elements + width - 1) / width,
            items: max(CrossItemReduction.warpSize, min(items, target.maxGroupSize)), cores: target.cores)
        try builder.apply(.math(Math(stage: name, mode: math)))
        let order = (group.rows + group.walked).map(\.name)
        if order.count > 1, !group.stage.isReduction {
            try builder.apply(.reorder(Reorder(stage: name, loops: order)))
        }
        let walked = try builder.fuse(group.walked.map(\.name), of: name)
        let shares = try builder.share(walked, of: name, items: shape.items, width: width)
        try bindRows(group, shape, &builder)
        if group.stage.isReduction {
            try builder.apply(.crossThread(CrossThread(stage: name, loop: shares.items, method: method)))
        } else {
            if let turns = shares.turns {
                try builder.apply(.reorder(Reorder(stage: name, loops: [shares.items, turns])))
            }
            try builder.apply(.bind(Bind(stage: name, loop: shares.items, to: .item)))
        }
        if let lanes = shares.lanes { try builder.apply(.vectorize(Vectorize(stage: name, loop: lanes))) }
        for reduction in group.reductions.reversed() {
            try builder.shareReduction(
                reduction, with: name, method, math, items: shape.items, widths: widths(target))
        }
    }

    /// One group for each `shape.rows` rows.
    private func bindRows(
        _ group: ReductionGroup, _ shape: RowShape, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let name = group.stage.name
        guard shape.rows > 1 else { return try builder.bindGrid(name, count: group.rows.count) }
        let fused = try builder.fuse(group.rows.map(\.name), of: name)
        let row = try builder.split(fused, of: name, by: shape.rows)
        if let outer = row.outer { try builder.apply(.bind(Bind(stage: name, loop: outer))) }
        try builder.apply(.bind(Bind(stage: name, loop: row.inner, to: .item)))
    }
}
