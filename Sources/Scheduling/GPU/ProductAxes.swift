import KernelIR

/// What a product or a convolution is tiled along.
struct ProductAxes {
    /// Rows: of the operand that does not depend on columns, and of results.
    let m: Axis
    /// Columns: neighbouring results.
    let n: Axis
    /// The remaining axes of the results.
    let batch: [Axis]
    /// The axis of a convolution's places before the columns, where there is one that both could be joined with.
    let places: Axis?
    private let reduced: [Axis]

    /// Nil where a stage is no sum of products with rows and columns.
    init?(_ stage: Stage, in state: ScheduleState) {
        // Factors that are stored in fewer bits are widened where they are read.
        var wide = stage
        wide.body = stage.body.map(\.withoutCasts)
        switch state.classify(wide) {
        case .contraction(let parts):
            m = parts.m
            n = parts.n
            places = nil
        case .convolution(let parts):
            guard let rows = parts.m else { return nil }
            m = rows
            n = parts.n
            places = stage.axes.dropLast().last.flatMap { $0 == rows ? nil : $0 }
        case .map, .recurrence, .row, .column, .scan: return nil
        }
        let tiled = [m, n]
        batch = stage.axes.filter { !tiled.contains($0) }
        reduced = stage.reduceAxes
    }

    /// Whether an operand's neighbours along a reduced axis lie closer together than those along its columns or rows.
    func isTurned(_ load: Load, _ state: ScheduleState) -> Bool {
        let axis = load.indices.contains { $0.axes.contains(n.name) } ? n : m
        guard let own = state.stride(of: load, along: axis.name) else { return false }
        return reduced.contains { axis in
            let step = abs(state.stride(of: load, along: axis.name) ?? 0)
            return step > 0 && step < abs(own)
        }
    }
}

/// The extents of a product, by which its tiles are chosen.
public struct ProductShape: Sendable, Hashable {
    public var rows: Int
    public var columns: Int
    /// Products in a sum.
    public var depth: Int
    /// Matrices of results.
    public var batch: Int
    /// Matrices that can be joined to one with so many times the columns; 1 where none.
    public var joined: Int

    /// Multiply-adds.
    public var operations: Int { rows * columns * depth * batch }

    public init(rows: Int, columns: Int, depth: Int, batch: Int = 1, joined: Int = 1) {
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.batch = batch
        self.joined = joined
    }

    /// The extents of a stage; nil where it is no product with rows and columns.
    public init?(_ stage: Stage, in state: ScheduleState) {
        guard let axes = ProductAxes(stage, in: state) else { return nil }
        self.init(
            rows: axes.m.extent, columns: axes.n.extent, depth: stage.reduceAxes.reduce(1) { $0 * $1.extent },
            batch: axes.batch.reduce(1) { $0 * $1.extent }, joined: axes.places?.extent ?? 1)
    }

    /// The steps of parts that a sum is cut in where blocks of 64 × 64 results would leave half of the cores idle; nil where
    /// they would not, or the sum is too short for two parts.
    func part(atLeast least: Int, cores: Int) -> Int? {
        let blocks = (rows + 63) / 64 * ((columns + 63) / 64) * batch
        let wanted = 2 * cores / blocks
        guard wanted >= 4 else { return nil }
        // Multiples of what is staged at a time.
        let length = (max(least, (depth + wanted - 1) / wanted) + 15) / 16 * 16
        return depth >= 2 * length ? length : nil
    }
}

extension Expr {
    /// The same with loads in place of what they are cast to.
    fileprivate var withoutCasts: Expr {
        rewritten { node in
            if case .cast(_, .load(let load)) = node { .load(load) } else { node }
        }
    }
}
