import KernelIR

/// A read goes to the element before or after the right one.
struct IndexOffByOne: MutationOperator {
    let name = "indexOffByOne"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, place.isDevice(load) else { return [] }
        return load.indices.indices.flatMap { dimension in
            [1, -1].map { step in
                var copy = load
                copy.indices[dimension] = load.indices[dimension] + step
                return Fault("\(load.buffer) read at \(copy.indices[dimension])", .load(copy))
            }
        }
    }
}
