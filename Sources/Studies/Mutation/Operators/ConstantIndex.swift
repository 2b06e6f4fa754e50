import KernelIR

/// A read stays at the first element of a dimension.
struct ConstantIndex: MutationOperator {
    let name = "constantIndex"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, place.isDevice(load) else { return [] }
        return load.indices.indices.filter { load.indices[$0].asConstant == nil }.map { dimension in
            var copy = load
            copy.indices[dimension] = Index(0)
            return Fault("\(load.buffer) read at 0, not \(load.indices[dimension])", .load(copy))
        }
    }
}
