import KernelIR

/// The loops of a tile.
extension TileGPU {
    /// Splits, orders and binds the loops of a stage: blocks to groups, work-items, steps of the sum, and the tile in
    /// registers.
    ///
    /// - Parameters:
    ///   - rows, columns: the loops that are tiled; the tile fits them.
    ///   - outer: loops that become groups as they are.
    /// - Returns: the loop in whose iterations operands are staged; nil where none are.
    func split(
        _ stage: Stage, rows: String, columns: String, outer: [String], _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> String? {
        let name = stage.name
        let row = try builder.parts(of: rows, of: name, [rowItems, self.rows])
        let column = try builder.parts(of: columns, of: name, [self.columns / vector, columnItems, vector])
        let items = try items(row.parts[0], column.parts[1], of: name, &builder)
        let steps = try steps(of: stage, &builder)
        let grid = outer + [row.block, column.block].compactMap { $0 }
        let registers = [row.parts[1], column.parts[0]].compactMap { $0 }
        let lane = vector > 1 ? column.parts[2] : nil
        let order = grid + items + steps.loops + registers + [lane].compactMap { $0 }
        if order.count > 1 { try builder.apply(.reorder(Reorder(stage: name, loops: order))) }
        if let lane { try builder.apply(.vectorize(Vectorize(stage: name, loop: lane, gather: true))) }
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        if let loop = steps.written { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        try builder.bindGrid(name, count: grid.count)
        try bind(items, of: name, &builder)
        return steps.staged
    }

    /// The loops over work-items, outermost first: rows and columns, in blocks of a warp where it has several rows.
    private func items(
        _ row: String?, _ column: String?, of stage: String, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> [String] {
        // Places that are joined read at quotients, which a fused loop of rows and columns would be a part of.
        guard let row, let column, !joinsPlaces, (2...16).contains(warpRows), 32 % warpRows == 0,
            rowItems % warpRows == 0, columnItems % (32 / warpRows) == 0
        else { return [row, column].compactMap { $0 } }
        let rows = try builder.split(row, of: stage, by: warpRows)
        let columns = try builder.split(column, of: stage, by: 32 / warpRows)
        return [rows.outer, columns.outer, rows.inner, columns.inner].compactMap { $0 }
    }

    /// Binds the loops over work-items; there are at most three, so blocks of warps are counted by one.
    private func bind(
        _ items: [String], of stage: String, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        var items = items
        if items.count > 3 {
            try builder.apply(.fuse(Fuse(stage: stage, outer: items[0], inner: items[1])))
            items.replaceSubrange(0...1, with: ["\(items[0])_\(items[1])"])
        }
        for loop in items { try builder.apply(.bind(Bind(stage: stage, loop: loop, to: .item))) }
    }

    /// The reduced loops, of which the first one is cut so that all of them inside of it are `depth` steps, and the last
    /// one so that some are written out.
    private func steps(
        of stage: Stage, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> (loops: [String], staged: String?, written: String?) {
        let names = stage.reduceAxes.map(\.name)
        guard staged != nil, let first = stage.reduceAxes.first else { return (names, nil, nil) }
        let inside = stage.reduceAxes.dropFirst().reduce(1) { $0 * $1.extent }
        let factor = min(first.extent, max(1, depth / inside))
        var loops = names
        if factor > 1 {
            try builder.apply(.split(Split(stage: stage.name, loop: first.name, factor: factor)))
            loops.replaceSubrange(0...0, with: [first.name + ".o", first.name + ".i"])
        }
        let staged = loops[0]
        guard loops.count > 1, let last = loops.popLast() else { return (loops, staged, nil) }
        let extent = try builder.state.loop(last, of: stage.name).loop.extent
        guard writtenSteps > 1, extent % writtenSteps == 0 else { return (loops + [last], staged, nil) }
        let step = try builder.split(last, of: stage.name, by: writtenSteps)
        return (loops + [step.outer, step.inner].compactMap { $0 }, staged, step.inner)
    }
}

extension ScheduleBuilder {
    /// Splits a loop into blocks, and each block into parts of the given extents, the slowest first.
    ///
    /// - Returns: the loop over blocks, nil where there is one; the loop over each part, nil where that is one
    ///   iteration.
    fileprivate mutating func parts(
        of loop: String, of stage: String, _ extents: [Int]
    ) throws(ScheduleError) -> (block: String?, parts: [String?]) {
        var rest = extents.reduce(1, *)
        guard rest > 1 else { return (loop, extents.map { _ in nil }) }
        let block = try split(loop, of: stage, by: rest)
        var inner = block.inner
        var parts: [String?] = []
        for extent in extents {
            rest /= extent
            if extent == 1 {
                parts.append(nil)
            } else if rest == 1 {
                parts.append(inner)
            } else {
                let pair = try split(inner, of: stage, by: rest)
                parts.append(pair.outer)
                inner = pair.inner
            }
        }
        return (block.outer, parts)
    }
}
