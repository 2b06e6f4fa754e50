import KernelIR

/// Reduces columns, whose results lie side by side: a group's work-items are as many neighbouring columns times as many
/// that share each of them, and combine what they have in shared memory.
///
/// A map comes with the reductions that it reads (softmax over channels), as one kernel.
public struct ColumnGPU: Sendable, Hashable, Codable {
    /// Neighbouring columns of a group.
    public var columns: Int
    /// Work-items that share a column, at most.
    public var items: Int
    public var math: MathMode

    public init(columns: Int = 32, items: Int = 8, math: MathMode = .fast) {
        self.columns = columns
        self.items = items
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
        guard let last = group.rows.last else {
            throw ScheduleError(
                .illegalDataFlow, "\(group.stage.name) has no columns", hint: "a stage whose last axis is not reduced")
        }
        let name = group.stage.name
        try builder.apply(.math(Math(stage: name, mode: math)))
        let order = (group.rows + group.walked).map(\.name)
        if !group.stage.isReduction { try builder.apply(.reorder(Reorder(stage: name, loops: order))) }
        // Columns of several rows fill a group where those of one do not.
        let isNarrow = last.extent < columns
        let outer = isNarrow ? [] : Array(group.rows.dropLast())
        let inner = isNarrow ? group.rows : [last]
        let fused = try builder.fuse(inner.map(\.name), of: name)
        let width = min(columns, inner.reduce(1) { $0 * $1.extent })
        let column = try builder.split(fused, of: name, by: width)
        let count = min(items, group.elements)
        let walked = try builder.fuse(group.walked.map(\.name), of: name)
        let shares = try builder.share(walked, of: name, items: count, width: 1)
        try place(column.inner, shares, in: group, &builder) { builder throws(ScheduleError) in
            try builder.bindGrid(name, count: outer.count + (column.outer == nil ? 0 : 1))
        }
        for reduction in group.reductions.reversed() {
            try builder.shareReduction(reduction, with: name, .tree, math, items: count, widths: [])
        }
    }

    /// Binds what shares a column, then the columns of a group, whose neighbours run side by side.
    private func place(
        _ column: String, _ shares: Shares, in group: ReductionGroup, _ builder: inout ScheduleBuilder,
        bindGrid: (inout ScheduleBuilder) throws(ScheduleError) -> Void
    ) throws(ScheduleError) {
        let name = group.stage.name
        if group.stage.isReduction {
            try bindGrid(&builder)
            try builder.apply(.crossThread(CrossThread(stage: name, loop: shares.items, method: .tree)))
        } else {
            let order = [shares.items, column] + [shares.turns].compactMap { $0 }
            try builder.apply(.reorder(Reorder(stage: name, loops: order)))
            try bindGrid(&builder)
            try builder.apply(.bind(Bind(stage: name, loop: shares.items, to: .item)))
        }
        try builder.apply(.bind(Bind(stage: name, loop: column, to: .item)))
    }
}
