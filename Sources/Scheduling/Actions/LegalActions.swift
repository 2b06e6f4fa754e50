import KernelIR

extension ScheduleState {
    /// Actions that are legal now, in a fixed order: rewrites of stages, then loops from the outermost in.
    ///
    /// The list names the parameters that are usually worth trying, not every legal integer. Complexity: one attempted
    /// application each, about 20 a loop.
    public func legalActions() -> [Action] {
        candidateActions().filter { (try? applying($0)) != nil }
    }

    /// The actions worth trying, legal or not, in the order of `legalActions`.
    func candidateActions() -> [Action] { program.stages.flatMap { candidates(for: $0) } }

    private func candidates(for stage: Stage) -> [Action] {
        let loops = nests[stage.name]?.loops ?? []
        return rewrites(of: stage) + loops.flatMap { candidates(for: $0, of: stage.name) }
            + exchanges(of: loops, stage.name) + tiles(of: loops, stage.name) + groupActions(of: stage)
    }

    private func rewrites(of stage: Stage) -> [Action] {
        let name = stage.name
        var actions: [Action] = [
            .inline(Inline(stage: name)), .simplify(Simplify(stage: name)), .factor(Factor(stage: name)),
            .winograd(Winograd(stage: name)), .hoist(Hoist(stage: name)),
            .stream(Stream(stage: name)),
        ]
        actions += MathMode.allCases.filter { $0 != nests[name]?.math }.map { .math(Math(stage: name, mode: $0)) }
        for other in program.stages where other.name != name {
            actions.append(.epilogue(Epilogue(stage: name, into: other.name)))
            actions += [256, 4096].map { .fuseReductions(FuseReductions(first: name, second: other.name, block: $0)) }
            actions.append(.extract(Extract(stage: name, with: other.name)))
            for loop in nests[other.name]?.loops ?? [] {
                actions.append(.attach(Attach(stage: name, to: other.name, loop: loop.name)))
            }
        }
        for axis in stage.reduceAxes {
            actions.append(.separate(Separate(stage: name, axis: axis.name)))
            actions += [64, 1024, 16384].map {
                .splitReduction(SplitReduction(stage: name, axis: axis.name, block: $0))
            }
        }
        if let sweep = stage.sweep {
            actions += [1024, 8192].map { .scanBlock(ScanBlock(stage: name, axis: sweep.axis, block: $0)) }
        }
        for load in stage.loads.uniqued() {
            for axis in load.indices.compactMap(\.asAxis) {
                actions += [16, 32, 64].map { .pack(Pack(stage: name, buffer: load.buffer, axis: axis, width: $0)) }
            }
        }
        for output in stage.outputs {
            actions += Narrow.types.map { .narrow(Narrow(buffer: output, type: $0)) }
        }
        return actions
    }

    private func candidates(for loop: Nest.Loop, of stage: String) -> [Action] {
        var actions: [Action] = [2, 4, 6, 8, 16, 64, 256, 1024, 4096, 16384].filter { $0 < loop.extent }
            .map { .split(Split(stage: stage, loop: loop.name, factor: $0)) }
        actions += Bind.Level.allCases.map { .bind(Bind(stage: stage, loop: loop.name, to: $0)) }
        actions.append(.vectorize(Vectorize(stage: stage, loop: loop.name)))
        actions.append(.unroll(Unroll(stage: stage, loop: loop.name)))
        actions += [2, 4, 8].map { .accumulators(Accumulators(stage: stage, loop: loop.name, count: $0)) }
        if loop.isReduction {
            actions += CrossItemReduction.Method.allCases.map {
                .crossThread(CrossThread(stage: stage, loop: loop.name, method: $0))
            }
        }
        actions.append(.reverse(Reverse(stage: stage, loop: loop.name)))
        actions.append(.specialize(Specialize(stage: stage, loop: loop.name)))
        actions.append(.prefetch(Prefetch(stage: stage, loop: loop.name)))
        return actions
    }

    private func exchanges(of loops: [Nest.Loop], _ stage: String) -> [Action] {
        let neighbours = zip(loops, loops.dropFirst()).flatMap { outer, inner -> [Action] in
            [
                .fuse(Fuse(stage: stage, outer: outer.name, inner: inner.name)),
                .reorder(Reorder(stage: stage, loops: [inner.name, outer.name])),
            ]
        }
        let grid = loops.filter { $0.kind == .grid }.map(\.name)
        return neighbours + (grid.count > 1 ? [.order(Order(stage: stage, loops: grid.reversed()))] : [])
    }

    /// The innermost loops as tiles of a warp's matrix products.
    private func tiles(of loops: [Nest.Loop], _ stage: String) -> [Action] {
        let innermost = loops.suffix(3)
        let spatial = innermost.filter { !$0.isReduction }.map(\.name)
        guard let inner = innermost.first(where: \.isReduction), spatial.count == 2 else { return [] }
        return target.matrixFormats.flatMap { format in
            [(0, 1), (1, 0)].map { rows, columns in
                Action.matrix(
                    Matrix(
                        stage: stage, rows: spatial[rows], columns: spatial[columns], inner: inner.name,
                        format: format))
            }
        }
    }
}
