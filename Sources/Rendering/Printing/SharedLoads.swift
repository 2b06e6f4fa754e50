import KernelIR

/// Loads from memory that several statements of one straight run have in common, and the names given to them.
///
/// A run is a sequence of stores, possibly in unrolled and lane loops, so nothing is skipped or repeated in it.
struct SharedLoads: Sendable {
    private struct Key: Hashable {
        var load: Load
        /// Lanes of the value; 1 where no lane decides it.
        var width: Int

        init(_ load: Load, _ scope: Scope) {
            self.load = load
            let indices = load.indices + load.bounds.map(\.index)
            width = indices.contains(where: { scope.isSpread($0) }) ? scope.lane?.width ?? 1 : 1
        }
    }

    /// How deep in blocks the run stands; names given deeper would not be visible to all of it.
    let depth: Int
    private var counts: [Key: Int] = [:]
    private var names: [Key: Value] = [:]
    private var written: Set<String> = []
    /// The registers of operands of matrix products.
    var fragments: [MatrixFragment: [Value]] = [:]

    init(_ run: [Statement], _ scope: Scope, depth: Int) {
        self.depth = depth
        for case .store(let stores) in run.flattened { written.formUnion(stores.map(\.buffer)) }
        run.forEach { count($0, scope) }
    }

    private mutating func count(_ statement: Statement, _ scope: Scope) {
        var scope = scope
        switch statement {
        case .loop(let axis, let start, let end, .lanes, let body) where scope.lane == nil:
            scope.spread(axis, axis, start: start, width: end - start)
            body.forEach { count($0, scope) }
        case .loop(let axis, let start, let end, _, let body):
            for value in start..<max(start, end) {
                scope.fix(axis, at: value)
                body.forEach { count($0, scope) }
            }
        case .store(let stores):
            let loads = stores.flatMap { scope.resolve($0.value).loads }.filter { isShareable($0, scope) }
            for key in Set(loads.map { Key($0, scope) }) { counts[key, default: 0] += 1 }
        case .allocate, .when, .barrier, .combine, .matrix, .asyncCopy: break
        }
    }

    /// Whether the load may have a name for all of the run: it is of memory that the run does not write.
    func isShareable(_ load: Load, _ scope: Scope) -> Bool {
        guard !written.contains(load.buffer), case .memory? = scope.places[load.buffer]?.kind else { return false }
        return true
    }

    /// Whether more than one statement reads this.
    func isShared(_ load: Load, _ scope: Scope) -> Bool { counts[Key(load, scope), default: 0] > 1 }

    /// The name that stands for the load's value, where it has one.
    subscript(load: Load, scope: Scope) -> Value? {
        get { names[Key(load, scope)] }
        set { names[Key(load, scope)] = newValue }
    }
}

extension Statement {
    /// Whether the statement is part of a straight run.
    var isStraight: Bool {
        switch self {
        case .store, .matrix: true
        case .loop(_, let start, let end, let kind, let body):
            (kind != .serial || end - start == 1) && body.allSatisfy(\.isStraight)
        case .allocate, .when, .barrier, .combine, .asyncCopy: false
        }
    }
}
