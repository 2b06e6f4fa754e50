extension Expr {
    /// The direct operands.
    public var operands: [Expr] {
        switch self {
        case .constant, .index, .load, .inside, .left, .right, .state: []
        case .unary(_, let a), .cast(_, let a): [a]
        case .binary(_, let a, let b): [a, b]
        case .select(let a, let b, let c): [a, b, c]
        }
    }

    /// Rebuilds the expression bottom-up: operands first, then `transform` of the node itself.
    public func rewritten(_ transform: (Expr) -> Expr) -> Expr {
        let node: Expr
        switch self {
        case .constant, .index, .load, .inside, .left, .right, .state: node = self
        case .unary(let op, let a): node = .unary(op, a.rewritten(transform))
        case .cast(let type, let a): node = .cast(type, a.rewritten(transform))
        case .binary(let op, let a, let b): node = .binary(op, a.rewritten(transform), b.rewritten(transform))
        case .select(let a, let b, let c):
            node = .select(a.rewritten(transform), b.rewritten(transform), c.rewritten(transform))
        }
        return transform(node)
    }

    /// Visits every node, operands after their parent.
    public func forEach(_ visit: (Expr) -> Void) {
        visit(self)
        switch self {
        case .constant, .index, .load, .inside, .left, .right, .state: break
        case .unary(_, let a), .cast(_, let a): a.forEach(visit)
        case .binary(_, let a, let b):
            a.forEach(visit)
            b.forEach(visit)
        case .select(let a, let b, let c):
            a.forEach(visit)
            b.forEach(visit)
            c.forEach(visit)
        }
    }

    /// Whether some load is of one of the buffers.
    public func reads(anyOf buffers: [String]) -> Bool {
        switch self {
        case .load(let load): buffers.contains(load.buffer)
        case .constant, .index, .inside, .left, .right, .state: false
        case .unary(_, let a), .cast(_, let a): a.reads(anyOf: buffers)
        case .binary(_, let a, let b): a.reads(anyOf: buffers) || b.reads(anyOf: buffers)
        case .select(let a, let b, let c):
            a.reads(anyOf: buffers) || b.reads(anyOf: buffers) || c.reads(anyOf: buffers)
        }
    }

    /// Every load, in order of appearance, repeats included.
    public var loads: [Load] {
        var result: [Load] = []
        forEach { if case .load(let load) = $0 { result.append(load) } }
        return result
    }

    /// Every index in loads, bounds and numbers, in order of appearance, repeats included.
    public var indices: [Index] {
        var result: [Index] = []
        forEach { node in
            switch node {
            case .index(let index, _): result.append(index)
            case .inside(let bounds): result += bounds.map(\.index)
            case .load(let load): result += load.indices + load.bounds.map(\.index)
            default: break
            }
        }
        return result
    }

    /// Replaces axes in every index; `ranges` are those of the new axes.
    public func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Expr {
        rewritten { node in
            switch node {
            case .index(let index, let type): return .index(index.substituting(replacements, ranges), type)
            case .inside(let bounds): return .inside(bounds.map { $0.substituting(replacements, ranges) })
            case .load(let load): return .load(load.substituting(replacements, ranges))
            default: return node
            }
        }
    }

    /// Every axis any index depends on.
    public var axes: Set<String> { indices.reduce(into: []) { $0.formUnion($1.axes) } }

    /// The type of the value, given the types of buffers and of the monoid states in scope.
    public func type(buffers: [String: DType], states: [DType] = []) -> DType {
        switch self {
        case .constant(_, let type), .index(_, let type), .cast(let type, _): type
        case .load(let load): buffers[load.buffer] ?? .float32
        case .unary(.not, _), .inside: .bool
        case .unary(_, let a): a.type(buffers: buffers, states: states)
        case .binary(let op, let a, _): op.isPredicate ? .bool : a.type(buffers: buffers, states: states)
        case .select(_, let a, _): a.type(buffers: buffers, states: states)
        case .left(let i), .right(let i), .state(let i): states[i]
        }
    }
}

extension Bound {
    /// Replaces axes; `ranges` are those of the new axes.
    public func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Bound {
        Bound(index.substituting(replacements, ranges), below: extent)
    }
}

extension Load {
    /// Replaces axes; `ranges` are those of the new axes.
    public func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Load {
        var result = self
        result.indices = indices.map { $0.substituting(replacements, ranges) }
        result.bounds = bounds.map { $0.substituting(replacements, ranges) }
        return result
    }
}
