/// Chooses which grid axis runs fastest: the last one named.
///
/// Legal when exactly the stage's grid loops are named. Neighbouring work-groups then share what depends on the others.
/// ```
/// grid m.o, n.o       →        grid n.o, m.o      (m.o fastest: the panel of n.o stays in cache)
/// ```
public struct Order: ScheduleAction {
    public static let name = "order"
    public var stage: String
    /// The slowest first.
    public var loops: [String]

    public init(stage: String, loops: [String]) {
        self.stage = stage
        self.loops = loops
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        let grid = nest.loops.filter { $0.kind == .grid }
        guard Set(loops) == Set(grid.map(\.name)), loops.count == grid.count else {
            throw ScheduleError(
                .illegalParameter, "order of \(stage) must name each grid loop once",
                hint: "grid loops: " + grid.map(\.name).joined(separator: " "))
        }
        let ordered = loops.compactMap { name in grid.first { $0.name == name } }
        nest.loops.replaceSubrange(0..<grid.count, with: ordered)
        state.nests[stage] = nest
    }
}
