import KernelIR

/// The loops that a loop was split in so that work-items walk it together, neighbours at a time.
struct Shares {
    /// Turns that a work-item takes, where one does not do.
    var turns: String?
    /// The work-items.
    var items: String
    /// Neighbours that a work-item takes at a time, where it takes several.
    var lanes: String?
}

extension ScheduleBuilder {
    /// Joins neighbouring serial loops, outermost first, and names what became of them.
    mutating func fuse(_ loops: [String], of stage: String) throws(ScheduleError) -> String {
        var fused = loops.first ?? ""
        for next in loops.dropFirst() {
            try apply(.fuse(Fuse(stage: stage, outer: fused, inner: next)))
            fused += "_\(next)"
        }
        return fused
    }

    /// Splits a loop so that `items` work-items take `width` neighbours each, side by side.
    mutating func share(
        _ loop: String, of stage: String, items: Int, width: Int
    ) throws(ScheduleError) -> Shares {
        let turns = try split(loop, of: stage, by: items * width)
        guard width > 1 else { return Shares(turns: turns.outer, items: turns.inner, lanes: nil) }
        let parts = try split(turns.inner, of: stage, by: width)
        return Shares(turns: turns.outer, items: parts.outer ?? parts.inner, lanes: parts.inner)
    }

    /// Computes a reduction where the carrier's work-items begin, by all of those that need the same result.
    mutating func shareReduction(
        _ reduction: Stage, with carrier: String, _ method: CrossItemReduction.Method, _ math: MathMode,
        items: Int, widths: [Int]
    ) throws(ScheduleError) {
        let name = reduction.name
        guard let loop = try loops(carrier).last(where: { $0.kind == .item }) else { return }
        try apply(.attach(Attach(stage: name, to: carrier, loop: loop.name, allowRecompute: true)))
        try apply(.math(Math(stage: name, mode: math)))
        let reduced = try fuse(try loops(name).filter(\.isReduction).map(\.name), of: name)
        let elements = reduction.reduceAxes.reduce(1) { $0 * $1.extent }
        try attempt(widths: widths, dividing: elements) { builder, width throws(ScheduleError) in
            let shares = try builder.share(reduced, of: name, items: items, width: width)
            try builder.apply(.crossThread(CrossThread(stage: name, loop: shares.items, method: method)))
            if let lanes = shares.lanes { try builder.apply(.vectorize(Vectorize(stage: name, loop: lanes))) }
        }
    }

    /// Does something with the first width that divides the elements and is legal; with 1 at last.
    mutating func attempt(
        widths: [Int], dividing elements: Int,
        _ body: (_ builder: inout ScheduleBuilder, _ width: Int) throws(ScheduleError) -> Void
    ) throws(ScheduleError) {
        for width in widths where elements % width == 0 && elements >= 2 * width {
            var attempt = self
            if (try? body(&attempt, width)) != nil {
                self = attempt
                return
            }
        }
        try body(&self, 1)
    }
}
