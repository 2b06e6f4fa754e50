import KernelIR

/// Loops whose body reads from local memory what the group has copied there.
extension StageLowering {
    /// What is staged, each different read of a buffer in a box of its own.
    var tiles: [StagedTile] { nest.stagings.flatMap { self.tiles(of: $0) } }

    /// The boxes of one buffer; none where nothing of it is read, or only one element.
    func tiles(of staging: Staging) -> [StagedTile] {
        guard let buffer = state.program.buffer(staging.copy.buffer),
            let position = tileNest.position(of: staging.copy.loop)
        else { return [] }
        let outside = Set(tileNest.loops[...position].filter { $0.kind != .item }.map(\.name))
        let inside = tileNest.loops.filter { !outside.contains($0.name) }
        let reads = reads.filter { $0.buffer == buffer.name }.uniqued()
        return reads.enumerated().compactMap { number, read -> StagedTile? in
            let name = "\(stage.name).staged.\(buffer.name)" + (number == 0 ? "" : ".\(number)")
            return StagedTile(
                read, staging, name: name, buffer, stored: nest.matrix == nil ? buffer.type.inRegisters : buffer.type,
                outside: outside, inside: inside, ranges)
        }
    }

    /// What the lift reads, over loops: in a product of matrices the operands of a whole tile.
    private var reads: [Load] {
        guard let tile = nest.matrix else { return stage.body.flatMap { lowered($0).loads } }
        let operands = operands(of: tile)
        return [operands.left, operands.right]
    }

    /// A lowered expression that reads from the boxes what is in them.
    func staged(_ expr: Expr) -> Expr {
        let tiles = tiles
        guard !tiles.isEmpty else { return expr }
        return expr.rewritten { node in
            guard case .load(let load) = node, let tile = tiles.first(where: { $0.source == load }) else { return node }
            return .load(tile.read(ranges))
        }
    }

    /// Those of the bounds outside of which the states must be kept.
    ///
    /// Outside the others both factors of a product that is summed are boxes' zeros.
    func kept(_ bounds: [Bound], for lift: [Expr], _ monoid: Monoid) -> [Bound] {
        guard lift.count == 1, case .binary(.multiply, let left, let right) = lift[0],
            let type = monoid.states.first, monoid == .sum(type)
        else { return bounds }
        let factors = [left, right].compactMap(\.castLoad).filter { load in
            load.fill == 0 && tiles.contains { $0.source == load }
        }
        guard factors.count == 2 else { return bounds }
        return bounds.filter { bound in !factors.allSatisfy { $0.bounds.contains(bound) } }
    }

    /// A loop around its body, with the copies that the body reads.
    func loop(_ loop: Nest.Loop, around body: [Statement]) -> [Statement] {
        let tiles = tiles.filter { $0.staging.copy.loop == loop.name }
        guard let first = tiles.first else { return loop.statements(around: body, ranges) }
        if first.staging.stages > 1 { return pipelined(loop, tiles, first.staging.stages, around: body) }
        let copies = tiles.flatMap { $0.filled(by: items, iteration: .axis(loop.name), ranges) }
        return loop.statements(around: copies + [.barrier] + body + [.barrier], ranges)
    }

    /// Each iteration begins the copies that a later one reads; the barrier at its start also says that all items are
    /// done with the box that is filled next.
    private func pipelined(
        _ loop: Nest.Loop, _ tiles: [StagedTile], _ stages: Int, around body: [Statement]
    ) -> [Statement] {
        func copies(_ iteration: Index) -> [Statement] {
            tiles.flatMap { $0.filled(by: items, iteration: iteration, ranges) }
        }
        let commit = Statement.asyncCopy(.commit)
        let next = Index.axis(loop.name) + (stages - 1)
        let first = (0..<stages - 1).flatMap { copies(Index($0)) + [commit] }
        let ahead: [Statement] = [
            .asyncCopy(.wait(pending: stages - 2)), .barrier,
            .when([Bound(next, below: loop.extent)], then: copies(next), otherwise: []), commit,
        ]
        // Where the loop is run again, no item may fill boxes that others still read.
        let isRepeated = loops.prefix { $0.name != loop.name }.contains { $0.kind == .serial }
        return first + loop.statements(around: ahead + body, ranges) + (isRepeated ? [.barrier] : [])
    }

    private var items: [Nest.Loop] { nest.loops.filter { $0.kind == .item } }
}

extension Expr {
    /// The load that the expression is, perhaps cast.
    fileprivate var castLoad: Load? {
        switch self {
        case .load(let load): load
        case .cast(_, let operand): operand.castLoad
        default: nil
        }
    }
}
