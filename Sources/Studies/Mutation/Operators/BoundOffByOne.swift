import KernelIR

/// A loop or a bounds check ends one too early or too late, or begins one too late.
struct BoundOffByOne: MutationOperator {
    let name = "boundOffByOne"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        switch expression {
        case .load(let load):
            return variants(of: load.bounds).map { fault in
                var copy = load
                copy.bounds = fault.node
                return Fault("read if " + fault.what, .load(copy))
            }
        case .inside(let bounds): return variants(of: bounds).map { Fault($0.what, .inside($0.node)) }
        default: return []
        }
    }

    func faults(in store: Store, _ place: Surroundings) -> [Fault<Store>] {
        variants(of: store.bounds).map { fault in
            var copy = store
            copy.bounds = fault.node
            return Fault("write if " + fault.what, copy)
        }
    }

    func faults(in statement: Statement, _ place: Surroundings) -> [Fault<[Statement]>] {
        switch statement {
        case .when(let bounds, let then, let otherwise):
            return variants(of: bounds).map {
                Fault("if " + $0.what, [.when($0.node, then: then, otherwise: otherwise)])
            }
        case .loop(let axis, let start, let end, let kind, let body) where kind != .lanes && end - start > 1:
            func loop(_ start: Int, _ end: Int) -> [Statement] {
                [.loop(axis: axis, start: start, end: end, kind: kind, body: body)]
            }
            let late = kind == .serial ? [Fault("\(axis) ends at \(end + 1), not \(end)", loop(start, end + 1))] : []
            return [
                Fault("\(axis) ends at \(end - 1), not \(end)", loop(start, end - 1)),
                Fault("\(axis) begins at \(start + 1), not \(start)", loop(start + 1, end)),
            ] + late
        default: return []
        }
    }

    private func variants(of bounds: [Bound]) -> [Fault<[Bound]>] {
        bounds.indices.flatMap { index in
            [-1, 1].compactMap { step -> Fault<[Bound]>? in
                let extent = bounds[index].extent + step
                guard extent > 0 else { return nil }
                var copy = bounds
                copy[index].extent = extent
                return Fault("\(bounds[index].index) < \(extent), not \(bounds[index].extent)", copy)
            }
        }
    }
}
