import KernelIR

/// Two neighbouring indices of a read are exchanged.
struct TransposedIndex: MutationOperator {
    let name = "transposedIndex"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, place.isDevice(load) else { return [] }
        return load.indices.indices.dropLast().filter { load.indices[$0] != load.indices[$0 + 1] }.map { dimension in
            var copy = load
            copy.indices.swapAt(dimension, dimension + 1)
            return Fault("indices \(dimension) and \(dimension + 1) of \(load.buffer) exchanged", .load(copy))
        }
    }
}
