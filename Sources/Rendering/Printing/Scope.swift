import KernelIR

/// What the names of a kernel stand for at one place in it.
struct Scope: Sendable {
    /// The vector axis around a statement; its values are `0 ..< width`.
    struct Lane: Sendable, Hashable {
        var axis: String
        var width: Int
    }

    /// Where the elements of a buffer are.
    struct Place: Sendable {
        enum Kind: Sendable { case memory(isDevice: Bool), registers(isVector: Bool) }
        var identifier: String
        var type: DType
        var shape: [Int]
        var kind: Kind
        /// Elements behind the last one that may be touched, too.
        var padding = 0

        var count: Int { shape.reduce(1, *) }

        var isRegister: Bool { if case .registers = kind { true } else { false } }
    }

    /// Axes that are variables in the source, or the lane axis.
    private(set) var ranges = Ranges()
    /// What stands in for an axis that is no variable.
    private var replacements: [String: Index] = [:]
    private(set) var lane: Lane?
    private(set) var places: [String: Place] = [:]
    private(set) var identifiers: [String: String] = [:]
    /// Axes from the outermost in.
    private var order: [String] = []

    /// Brings a loop variable into scope.
    mutating func declare(_ axis: String, _ identifier: String, _ range: ClosedRange<Int>) {
        replacements[axis] = nil
        ranges[axis] = range
        identifiers[axis] = identifier
        order.removeAll { $0 == axis }
        order.append(axis)
    }

    /// Makes an axis a constant, as in one copy of an unrolled loop.
    mutating func fix(_ axis: String, at value: Int) { replacements[axis] = Index(value) }

    /// Makes an axis the lanes of a vector.
    mutating func spread(_ axis: String, _ identifier: String, start: Int, width: Int) {
        declare(axis, identifier, 0...(width - 1))
        if start != 0 { replacements[axis] = .axis(axis) + start }
        lane = Lane(axis: axis, width: width)
    }

    /// Makes the lane axis a constant, or a variable where `value` is nil; there are no lanes then.
    mutating func serialize(at value: Int? = nil) {
        guard let lane else { return }
        if let value {
            let start = replacements[lane.axis].map { $0.constant } ?? 0
            fix(lane.axis, at: start + value)
        }
        self.lane = nil
    }

    mutating func bring(_ buffer: String, _ place: Place) { places[buffer] = place }

    /// The place of a buffer.
    func place(_ buffer: String) throws -> Place {
        guard let place = places[buffer] else {
            throw KernelwrightError(
                .internalInconsistency, "no buffer \(buffer) is in scope",
                hint: "in scope are \(places.keys.sorted().joined(separator: ", "))")
        }
        return place
    }

    /// An expression over variables and lanes only, without the conditions that the ranges decide.
    func resolve(_ expression: Expr) -> Expr {
        expression.substituting(replacements, ranges).rewritten { node in
            switch node {
            case .load(var load):
                load.indices = load.indices.map { $0.simplified(ranges) }
                return .load(load)
            case .inside(let bounds): return decided(bounds)
            case .select(.constant(let condition, .bool), let whenTrue, let whenFalse):
                return condition != 0 ? whenTrue : whenFalse
            case .unary(.not, .constant(let condition, .bool)): return .constant(condition != 0 ? 0 : 1, .bool)
            case .binary(.and, .constant(let condition, .bool), let other),
                .binary(.and, let other, .constant(let condition, .bool)):
                return condition != 0 ? other : .constant(0, .bool)
            case .binary(.or, .constant(let condition, .bool), let other),
                .binary(.or, let other, .constant(let condition, .bool)):
                return condition != 0 ? .constant(1, .bool) : other
            default: return node
            }
        }
    }

    private func decided(_ bounds: [Bound]) -> Expr {
        if bounds.contains(where: { $0.isRefuted(ranges) }) { return .constant(0, .bool) }
        let open = bounds.open(ranges)
        return open.isEmpty ? .constant(1, .bool) : .inside(open)
    }

    func resolve(_ index: Index) -> Index { index.substituting(replacements, ranges).simplified(ranges) }
    func resolve(_ bounds: [Bound]) -> [Bound] { bounds.map { $0.substituting(replacements, ranges) } }

    /// Whether an index, already resolved, differs from lane to lane.
    func isSpread(_ index: Index) -> Bool { lane.map { index.axes.contains($0.axis) } ?? false }

    /// The index, already resolved, in one lane.
    func index(_ index: Index, inLane number: Int) -> Index {
        guard let lane else { return index }
        return index.substituting([lane.axis: Index(number)], ranges)
    }

    /// How deep the innermost axis of an index is; what `Index` texts are sorted by.
    func depth(_ axes: Set<String>) -> Int { axes.compactMap { order.firstIndex(of: $0) }.max() ?? -1 }
}
