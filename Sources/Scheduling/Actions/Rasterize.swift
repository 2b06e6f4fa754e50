import KernelIR

/// Chooses in which order a stage's groups walk its last two grid loops, so that those that run at the same time share
/// rows and columns of what they read.
///
/// Legal for a stage with two grid loops or more; `order` says which are the last. Values do not depend on it.
/// ```
/// grid m.o, n.o        →        grid m.o, n.o, grouped(8)      (8 rows of blocks, column by column, then the next 8)
/// ```
public struct Rasterize: ScheduleAction {
    public static let name = "rasterize"
    public var stage: String
    public var order: Rasterization

    public init(stage: String, order: Rasterization) {
        self.stage = stage
        self.order = order
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        let grid = nest.loops.filter { $0.kind == .grid }
        guard grid.count >= 2 else {
            throw ScheduleError(
                .illegalOrder, "\(stage) has \(grid.count) grid loops", hint: "bind two loops to groups first")
        }
        if case .grouped(let rows) = order, !(1...1024).contains(rows) {
            throw ScheduleError(.illegalParameter, "groups of \(rows) rows in \(stage)", hint: "1 to 1024 rows")
        }
        nest.rasterization = order
        state.nests[stage] = nest
    }
}

extension Nest {
    /// The order of the groups; nil where there is no choice.
    func groupOrder(of grid: [Axis]) -> Rasterization? {
        grid.count >= 2 && grid.suffix(2).allSatisfy { $0.extent > 1 } ? rasterization : nil
    }
}
