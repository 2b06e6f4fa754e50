import KernelIR

extension Statement {
    /// Whether every buffer keeps its values where one of the bounds does not hold, since sums take in zeros only or
    /// nothing.
    ///
    /// As everywhere, a zero times an infinite number counts as a zero.
    func changesNothing(outside bounds: Set<Bound>) -> Bool {
        switch self {
        case .loop(_, _, _, _, let body): body.allSatisfy { $0.changesNothing(outside: bounds) }
        case .when(_, let then, let otherwise): (then + otherwise).allSatisfy { $0.changesNothing(outside: bounds) }
        case .store(let stores): stores.allSatisfy { $0.changesNothing(outside: bounds) }
        case .allocate: true
        case .barrier, .combine, .matrix, .asyncCopy: false
        }
    }
}

extension Store {
    fileprivate func changesNothing(outside bounds: Set<Bound>) -> Bool {
        switch value {
        case .select(.inside(let inside), _, let old): isOld(old) && bounds.isSubset(of: inside)
        case .binary(.add, let left, let right):
            isOld(left) && right.isZero(outside: bounds) || isOld(right) && left.isZero(outside: bounds)
        default: false
        }
    }

    /// Whether an expression is what the store would replace.
    private func isOld(_ expression: Expr) -> Bool {
        guard case .load(let load) = expression else { return false }
        return load.buffer == buffer && load.indices == indices
    }
}

extension Expr {
    /// Whether the value is zero where one of the bounds does not hold: what is read outside of an image, or times that.
    fileprivate func isZero(outside bounds: Set<Bound>) -> Bool {
        switch self {
        case .load(let load): load.fill == 0 && bounds.isSubset(of: load.bounds)
        case .binary(.multiply, let left, let right):
            left.isZero(outside: bounds) || right.isZero(outside: bounds)
        case .cast(_, let value): value.isZero(outside: bounds)
        default: false
        }
    }
}
