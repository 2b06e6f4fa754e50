import KernelIR

extension GemmCPU {
    /// Whether lanes are terms of the sum: where that is chosen, both operands have them side by side, and there are as
    /// many as the narrowest vector has.
    ///
    /// Copying into panels reads and writes the right operand once; few rows do not pay for that, and a copy of gigabytes
    /// has no room. Adding up a result's lanes costs as much as some hundred terms do, a share that grows with the rows
    /// beside the copy. On an AVX-512 core 64 to 256 rows (KernelBench 2/9, 3/3, 2/39) ran 1.1 to 1.3 times as fast, 1024
    /// rows (1/17) at 0.73.
    func takesTerms(_ parts: Contraction, _ state: ScheduleState) -> Bool {
        let isChosen =
            switch lanes {
            case .automatic:
                parts.m.extent <= Self.fewRows && parts.k.extent >= max(128, Self.termsPerRow * parts.m.extent)
            case .terms: true
            case .columns: false
            }
        return isChosen && parts.k.extent >= state.target.narrowestVector
            && [parts.left, parts.right].allSatisfy { state.stride(of: $0, along: parts.k.name) == 1 }
    }

    /// A tile of rows × columns whose accumulators each hold one vector of partial sums; the lanes are added up at the end.
    ///
    /// ```
    /// for n.o, m.o                                   (groups)
    ///     for k.o
    ///         for m.i in 0..<6, n.i in 0..<4         (registers)
    ///             acc[m.i, n.i][16] += A[m, k.o*16 ..+16] · B[n, k.o*16 ..+16]
    ///     C[m, n] = acc[m.i, n.i][0] + … + acc[m.i, n.i][15]
    /// ```
    /// Blocks of the sum, where they are asked for, are independent parts.
    func innerProducts(
        _ whole: Contraction, _ builder: inout ScheduleBuilder, _ name: String
    ) throws(ScheduleError) {
        var tiled = name
        if let block = reductionBlock, block >= builder.state.target.narrowestVector, 2 * block <= whole.k.extent {
            try builder.apply(.splitReduction(SplitReduction(stage: name, axis: whole.k.name, block: block)))
            try ReductionCPU(math: math).apply(to: &builder, stage: name)
            tiled += ".partial"
        }
        guard case .contraction(let parts) = builder.state.classify(try builder.state.stage(tiled)) else { return }
        try builder.chooseMath(math, of: tiled)
        let chosen = tile ?? .innerProducts(for: builder.state.target)
        let m = try builder.part(parts.m, of: tiled, by: chosen.rows)
        let n = try builder.part(parts.n, of: tiled, by: chosen.vectors)
        let lanes = builder.state.target.vectorWidths.last { $0 <= parts.k.extent } ?? 1
        let k = try builder.split(parts.k.name, of: tiled, by: lanes)
        let outer = rowsFastest ? [n.outer, m.outer] : [m.outer, n.outer]
        let grid = parts.batch.map(\.name) + outer.compactMap { $0 }
        let registers = [m.inner, n.inner].compactMap { $0 }
        try builder.apply(
            .reorder(Reorder(stage: tiled, loops: grid + [k.outer].compactMap { $0 } + registers + [k.inner])))
        try builder.apply(.vectorize(Vectorize(stage: tiled, loop: k.inner, gather: true)))
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: tiled, loop: loop))) }
        try builder.bindGrid(tiled, count: grid.count)
    }

    private static let fewRows = 256

    private static let termsPerRow = 8
}

extension TargetProfile {
    /// Lanes of the narrowest vector; less than two are none.
    fileprivate var narrowestVector: Int { max(2, vectorWidths.min() ?? 2) }
}

extension ScheduleBuilder {
    /// Splits an axis by a factor that it need not have; without an inner loop where the axis or the factor is 1.
    fileprivate mutating func part(
        _ axis: Axis, of stage: String, by factor: Int
    ) throws(ScheduleError) -> (outer: String?, inner: String?) {
        let factor = min(factor, axis.extent)
        guard factor > 1 else { return (axis.name, nil) }
        return try split(axis.name, of: stage, by: factor)
    }
}
