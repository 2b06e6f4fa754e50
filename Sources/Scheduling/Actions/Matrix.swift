import KernelIR

/// Multiplies tiles of 16 rows and 8 columns by one instruction of a warp, whose 32 lanes become work-items.
///
/// Legal on targets with the format for a float32 sum of products of two elements, one of which moves along `rows` and
/// the other along `columns` (or for such a sum in float16 throughout), where these loops and a reduced one are
/// innermost and serial: 16 rows, 8 columns, and 16 steps of the sum, in tf32 8. The lanes become the last loop of
/// work-items, so others are bound before; each lane holds four results. Beyond the ends of axes operands are 0 and
/// nothing is stored.
///
/// Float16 and bfloat16 elements are operands as they are. Float32 elements are rounded to the format, which changes
/// values by more than another order of operations does: for runs that allow it.
/// ```
/// grid m.o, n.o                         grid m.o, n.o, items lane in 0..<32
///     for k.o                     →         for k.o
///         for m.i in 0..<16                     acc[m.i, n.i] += A[m, k]·B[k, n] in float16
///             for n.i in 0..<8                                   (all m.i, n.i, k.i by all lanes)
///                 for k.i in 0..<16         for half, pair in 0..<2
///                     acc[m.i, n.i] += …        C[lane/4 + 8·half, 2·(lane%4) + pair] = acc[half, pair]
///     …
/// ```
public struct Matrix: ScheduleAction {
    public static let name = "matrix"
    public var stage: String
    /// The loop along which one factor of the products moves: 16 iterations.
    public var rows: String
    /// The loop along which the other one moves: 8 iterations.
    public var columns: String
    /// The reduced loop: 16 iterations, 8 in tf32.
    public var inner: String
    /// What the factors are, or are rounded to.
    public var format: MatrixFormat

    public init(stage: String, rows: String, columns: String, inner: String, format: MatrixFormat) {
        self.stage = stage
        self.rows = rows
        self.columns = columns
        self.inner = inner
        self.format = format
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var copy = state
        var nest = try state.nest(stage)
        let definition = try state.stage(stage)
        try checkTarget(state.target)
        try checkTile(state, nest)
        let tile = MatrixTile(format, rows: rows, columns: columns, inner: inner, stage: stage)
        try state.checkUnused([tile.lane, tile.half, tile.pair], replacing: rows)
        for position in nest.loops.indices.suffix(3) { nest.loops[position].kind = .matrix }
        let place = nest.loops.firstIndex { $0.kind > .item } ?? nest.loops.endIndex
        nest.loops.insert(Nest.Loop(tile.lane, MatrixFormat.lanes, kind: .item), at: place)
        nest.matrix = tile
        try state.checkGroup(nest, of: stage)
        try nest.checkRegisters(definition, state.target)
        copy.nests[stage] = nest
        try copy.checkMatrices()
        state = copy
    }

    private func checkTarget(_ target: TargetProfile) throws(ScheduleError) {
        guard !target.matrixFormats.contains(format) else { return }
        let formats = target.matrixFormats.map(\.rawValue).joined(separator: " ")
        throw ScheduleError(
            .illegalParameter, "\(target.name) multiplies no matrices of \(format.rawValue)",
            hint: "formats: " + (formats.isEmpty ? "none" : formats))
    }

    private func checkTile(_ state: ScheduleState, _ nest: Nest) throws(ScheduleError) {
        guard nest.attachment == nil else {
            throw ScheduleError(.illegalOrder, "stage \(stage) is attached", hint: "multiply matrices in its consumer")
        }
        let wanted: [(name: String, extent: Int, isReduction: Bool)] = [
            (rows, MatrixFormat.rows, false), (columns, MatrixFormat.columns, false), (inner, format.depth, true),
        ]
        for (name, extent, isReduction) in wanted {
            let loop = try state.loop(name, of: stage).loop
            try state.checkNotPinned(name, of: stage)
            guard loop.kind == .serial, loop.extent == extent, loop.isReduction == isReduction else {
                throw ScheduleError(
                    .illegalParameter,
                    "loop \(name) of \(stage) is \(loop.kind)\(loop.isReduction ? ", reduced," : "") with"
                        + " \(loop.extent) iterations",
                    hint: "serial loops: \(MatrixFormat.rows) rows, \(MatrixFormat.columns) columns, and"
                        + " \(format.depth) steps of a reduced loop; split by these")
            }
        }
        let innermost = nest.loops.suffix(3).map(\.name)
        guard Set(innermost) == [rows, columns, inner] else {
            throw ScheduleError(
                .illegalOrder, "the loops \(rows), \(columns) and \(inner) of \(stage) are not the innermost",
                hint: "reorder first; innermost are " + innermost.joined(separator: " "))
        }
        guard nest.loops.filter({ $0.kind == .item }).count < 3 else {
            throw ScheduleError(
                .illegalOrder, "the lanes of \(stage) would be a fourth loop of work-items",
                hint: "fuse loops before they are bound")
        }
    }
}
