import Evaluation
import KernelIR

extension LoopProgram {
    /// The same formulas with operands exchanged, sums and products regrouped, and quotients as products with a reciprocal, each
    /// with probability one half: what differs is rounding alone.
    func withLegalArithmetic(using generator: inout SplitMix64) -> LoopProgram {
        var copy = self
        let types = Dictionary(buffers.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        for number in copy.kernels.indices {
            var known = types
            for case .allocate(let local) in copy.kernels[number].body.everyStatement { known[local.name] = local.type }
            copy.kernels[number].body = copy.kernels[number].body.map { $0.regrouped(known, &generator) }
        }
        return copy
    }
}

extension Statement {
    fileprivate func regrouped(_ types: [String: DType], _ generator: inout SplitMix64) -> Statement {
        switch self {
        case .loop(let axis, let start, let end, let kind, let body):
            return .loop(
                axis: axis, start: start, end: end, kind: kind, body: body.map { $0.regrouped(types, &generator) })
        case .when(let bounds, let then, let otherwise):
            return .when(
                bounds, then: then.map { $0.regrouped(types, &generator) },
                otherwise: otherwise.map { $0.regrouped(types, &generator) })
        case .store(let stores):
            return .store(
                stores.map { store in
                    var copy = store
                    var source = generator
                    copy.value = store.value.rewritten { node in
                        Bool.random(using: &source) ? node.regrouped(types) : node
                    }
                    generator = source
                    return copy
                })
        case .allocate, .barrier, .combine, .matrix, .asyncCopy: return self
        }
    }
}

extension Expr {
    /// An equal formula of real numbers for float32 operations; the node itself for all others.
    fileprivate func regrouped(_ types: [String: DType]) -> Expr {
        guard case .binary(let operation, let a, let b) = self, a.type(buffers: types) == .float32 else { return self }
        switch (operation, a) {
        case (.add, .binary(.add, let first, let second)): return first + (second + b)
        case (.multiply, .binary(.multiply, let first, let second)): return first * (second * b)
        case (.add, _), (.multiply, _): return .binary(operation, b, a)
        case (.divide, _): return a * .unary(.reciprocal, b)
        default: return self
        }
    }
}
