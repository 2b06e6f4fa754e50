import KernelIR

/// Schedules a 3 × 3 convolution by minimal filtering: two transforms, 16 products of matrices, and the transform back.
///
/// The transforms write out the 16 points, so that each reads its neighbours once; lanes are tiles of one row, and the last
/// one writes pairs of neighbours. It pays where channels are many, since transforms cost bytes and products cost arithmetic.
struct WinogradCPU {
    var gemm: GemmCPU
    /// How maps that join the convolution compute their functions.
    var math: MathMode

    /// Whether a stage should be computed by minimal filtering.
    ///
    /// Each place costs 10·C·K operations less and some 32·(C + K) bytes more, so what counts is C·K/(C + K): 32 for 64
    /// channels in and out, where it gained a tenth on an AVX-512 core, and 3 for an image of three colours, where it lost.
    /// So a byte is worth 35/4 operations. The filter of each pair of channels costs 164 bytes more, whatever the number of
    /// places: 9 numbers are read, 16 written and read. With 16 registers the products reach half of what a convolution reaches
    /// that has its input in panels: 93 ms against 60 on two AVX2 cores (kernelbench/1/55).
    static func isWanted(_ filtering: ConvolutionCPU.Wanted, _ stage: Stage, _ target: TargetProfile) -> Bool {
        switch filtering {
        case .always: return true
        case .never: return false
        case .automatic:
            guard !target.hasFewRegisters, let filter = MinimalFilter(stage) else { return false }
            let (channels, summed) = (Double(filter.channels.extent), Double(filter.summed.extent))
            let saved = 10 * channels * summed * filter.places
            let moved = 32 * (channels + summed) * filter.places + 164 * channels * summed
            return saved >= 35 / 4 * moved
        }
    }

    /// Schedules the stage; its loops must be untouched.
    func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let known = Set(builder.state.program.stages.map(\.name))
        try builder.apply(.winograd(Winograd(stage: name)))
        let made = builder.state.program.stages.filter { !known.contains($0.name) }
        guard made.count == 3 else { return }
        try points(of: made[0], lanes: made[0].axes[3], &builder)
        if let column = made[1].axes.last { try points(of: made[1], lanes: column, &builder) }
        try gemm.apply(to: &builder, stage: made[2].name)
        try results(of: try builder.state.stage(name), &builder)
    }

    /// The first two axes written out around vectors along one of the others.
    private func points(
        of stage: Stage, lanes axis: Axis, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let width = builder.state.target.vectorWidths.last { $0 <= axis.extent }
        let vector = try width.map { width throws(ScheduleError) in
            try builder.split(axis.name, of: stage.name, by: width)
        }
        let points = stage.axes.prefix(2).map(\.name)
        let outer = stage.axes.dropFirst(2).map(\.name).filter { $0 != axis.name }
        let order =
            outer + [vector.map(\.outer) ?? axis.name].compactMap { $0 } + points + [vector?.inner].compactMap { $0 }
        try builder.apply(.reorder(Reorder(stage: stage.name, loops: order)))
        if let vector {
            try builder.apply(.vectorize(Vectorize(stage: stage.name, loop: vector.inner, gather: true)))
        }
        for loop in points.reversed() { try builder.apply(.unroll(Unroll(stage: stage.name, loop: loop))) }
        try builder.bindGrid(stage.name, count: outer.count)
    }

    /// Pairs of rows and columns written out around vectors of tiles.
    private func results(of stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        let name = stage.name
        guard stage.axes.count >= 2 else { return }
        let (row, column) = (stage.axes[stage.axes.count - 2], stage.axes[stage.axes.count - 1])
        try builder.chooseMath(math, of: name)
        let rows = try builder.split(row.name, of: name, by: 2)
        let lanes = builder.state.target.vectorWidths.last { 2 * $0 <= column.extent }
        let pairs = try builder.split(column.name, of: name, by: 2 * (lanes ?? 1))
        let vector = try builder.split(pairs.inner, of: name, by: 2)
        let outer = stage.axes.dropLast(2).map(\.name) + [rows.outer].compactMap { $0 }
        let order =
            outer + [pairs.outer].compactMap { $0 } + [rows.inner, vector.inner] + [vector.outer].compactMap { $0 }
        try builder.apply(.reorder(Reorder(stage: name, loops: order)))
        if lanes != nil, let loop = vector.outer {
            try builder.apply(.vectorize(Vectorize(stage: name, loop: loop, gather: true)))
        }
        for loop in [vector.inner, rows.inner] { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        try builder.bindGrid(name, count: outer.count)
    }
}
