import KernelIR

/// Indices and conditions as C text.
extension KernelPrinter {
    /// The index as a scalar, with the lane axis as a variable where it occurs.
    mutating func text(_ index: Index) throws -> Value {
        let terms = index.terms.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if (a.coefficient < 0) != (b.coefficient < 0) { return a.coefficient > 0 }
            let (depthA, depthB) = (scope.depth(a.axes), scope.depth(b.axes))
            return depthA != depthB ? depthA < depthB : left.offset < right.offset
        }
        var sum: Value?
        // A positive constant leads where the sum would begin with a minus.
        let leads = index.constant > 0 && (terms.first?.element.coefficient ?? 0) < 0
        if leads || terms.isEmpty { sum = dialect.literal(Double(index.constant), .int32) }
        for (_, term) in terms { sum = try added(term, to: sum) }
        guard let sum else { preconditionFailure("a sum has a first term") }
        return leads || terms.isEmpty ? sum : sum.shifted(by: index.constant)
    }

    private mutating func added(_ term: Index.Term, to sum: Value?) throws -> Value {
        let atom = try text(term.atom)
        let factor = Value(String(term.coefficient.magnitude), indexType)
        let product = term.coefficient.magnitude == 1 ? atom : .infix("*", atom, factor, .multiplicative)
        guard let sum else {
            guard term.coefficient < 0 else { return product }
            return Value("-\(product.text(within: .unary))", indexType, .unary)
        }
        return .infix(term.coefficient < 0 ? "-" : "+", sum, product, .additive)
    }

    private mutating func text(_ atom: Index.Atom) throws -> Value {
        switch atom {
        case .axis(let name):
            guard let identifier = scope.identifiers[name] else {
                throw KernelwrightError(
                    .internalInconsistency, "no loop over axis \(name) encloses its use in kernel \(kernel.name)",
                    hint: "axes in scope are \(scope.identifiers.keys.sorted().joined(separator: ", "))")
            }
            return Value(identifier, indexType)
        case .quotient(let index, let divisor): return try division(index, divisor, "/", .floorQuotient(indexType))
        case .remainder(let index, let divisor): return try division(index, divisor, "%", .floorRemainder(indexType))
        }
    }

    /// C divides towards zero, which is the floor only for what is never negative.
    private mutating func division(
        _ index: Index, _ divisor: Int, _ symbol: String, _ floored: Helper
    ) throws -> Value {
        let (operand, constant) = (try text(index), Value(String(divisor), indexType))
        guard index.range(scope.ranges).lowerBound < 0 else {
            return .infix(symbol, operand, constant, .multiplicative)
        }
        return call(floored, [operand, constant])
    }

    /// Whether all bounds, which no lane decides, hold; only what the ranges leave open is tested.
    mutating func condition(_ bounds: [Bound]) throws -> Value {
        let tests = try bounds.flatMap { try comparisons($0) }
        guard let first = tests.first else { return Value("1", .bool) }
        return tests.dropFirst().reduce(first) { .infix("&&", $0, $1, .logicalAnd) }
    }

    private mutating func comparisons(_ bound: Bound) throws -> [Value] {
        let (range, index) = (bound.index.range(scope.ranges), try text(bound.index))
        let low = Value("\(index.text(within: .relational)) >= 0", .bool, .relational)
        let high = Value("\(index.text(within: .relational)) < \(bound.extent)", .bool, .relational)
        return (range.lowerBound < 0 ? [low] : []) + (range.upperBound >= bound.extent ? [high] : [])
    }

    /// Bounds that no lane decides and that imply the given ones in every lane; nil where a quotient hides
    /// the axis or they can never hold.
    func boundsForAllLanes(_ bounds: [Bound]) -> [Bound]? {
        guard let lane = scope.lane else { return bounds }
        guard !bounds.contains(where: { $0.index.hidesAxis(lane.axis) }) else { return nil }
        let all = bounds.flatMap { bound -> [Bound] in
            guard scope.isSpread(bound.index) else { return [bound] }
            return [0, lane.width - 1].map { Bound(scope.index(bound.index, inLane: $0), below: bound.extent) }
        }
        return all.contains { $0.isRefuted(scope.ranges) } ? nil : all
    }

    /// The index as a number in every lane, or as a scalar where it is the same in all.
    mutating func number(_ index: Index, _ type: DType) throws -> Value {
        guard let lane = scope.lane, scope.isSpread(index) else {
            var value = try text(index)
            if value.type != type, index.asConstant == nil { value = dialect.convert(value, to: type) }
            value.type = type
            return value
        }
        guard !index.hidesAxis(lane.axis) else {
            return dialect.vector(try (0..<lane.width).map { try number(scope.index(index, inLane: $0), type) })
        }
        let stride = index.coefficient(of: lane.axis)
        let steps = dialect.vector((0..<lane.width).map { dialect.literal(Double($0 * stride), type) })
        let base = scope.index(index, inLane: 0)
        guard base != Index(0) else { return steps }
        return .infix("+", try number(base, type), steps, .additive)
    }
}

extension Index.Term {
    /// Every axis the term depends on.
    var axes: Set<String> {
        switch atom {
        case .axis(let name): [name]
        case .quotient(let index, _), .remainder(let index, _): index.axes
        }
    }
}
