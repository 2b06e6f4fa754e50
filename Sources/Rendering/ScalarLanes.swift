import KernelIR

/// Writes the lanes of a kernel out, for a language without vectors.
///
/// A store in a lanes loop becomes simultaneous stores, one a lane, which is what lanes mean; vectors in registers
/// become scalars. Hints to prefetch are dropped.
enum ScalarLanes {
    /// The kernel without lanes.
    static func written(_ kernel: Kernel) -> Kernel {
        var result = kernel
        result.body = statements(kernel.body, Ranges(kernel.grid + kernel.local))
        return result
    }

    private static func statements(_ body: [Statement], _ ranges: Ranges) -> [Statement] {
        body.flatMap { statement -> [Statement] in
            switch statement {
            case .loop(let axis, let start, let end, let kind, let inner):
                guard start < end else { return [] }
                guard kind == .lanes else {
                    let copies = statements(inner, ranges.adding(axis, start...(end - 1)))
                    return [.loop(axis: axis, start: start, end: end, kind: kind, body: copies)]
                }
                return lanes(inner, axis, start..<end, ranges)
            case .allocate(var buffer):
                buffer.isVector = false
                return [.allocate(buffer)]
            case .store(let stores): return [.store(stores.map(withoutHint))]
            case .when(let bounds, let then, let otherwise):
                return [.when(bounds, then: statements(then, ranges), otherwise: statements(otherwise, ranges))]
            case .barrier, .combine, .matrix: return [statement]
            case .asyncCopy(let copy): return [.asyncCopy(copy.mapStores { $0.map(withoutHint) })]
            }
        }
    }

    /// The statements of a lanes loop, one after another, each for all lanes.
    private static func lanes(
        _ body: [Statement], _ axis: String, _ values: Range<Int>, _ ranges: Ranges
    ) -> [Statement] {
        body.flatMap { statement -> [Statement] in
            switch statement {
            case .store(let stores): return [.store(lanes(stores, axis, values, ranges))]
            case .asyncCopy(let copy):
                return [.asyncCopy(copy.mapStores { lanes($0, axis, values, ranges) })]
            case .when(let bounds, let then, let otherwise)
            where !bounds.contains(where: { $0.index.axes.contains(axis) }):
                return [
                    .when(
                        bounds, then: lanes(then, axis, values, ranges),
                        otherwise: lanes(otherwise, axis, values, ranges))
                ]
            default:
                let copies = statements([statement], ranges.adding(axis, values.lowerBound...(values.upperBound - 1)))
                return [
                    .loop(axis: axis, start: values.lowerBound, end: values.upperBound, kind: .unrolled, body: copies)
                ]
            }
        }
    }

    /// Lane by lane within each store, so that neighbours stand side by side.
    private static func lanes(_ stores: [Store], _ axis: String, _ values: Range<Int>, _ ranges: Ranges) -> [Store] {
        stores.flatMap { store in
            values.map { withoutHint(store.substituting([axis: Index($0)], ranges)) }
        }
    }

    private static func withoutHint(_ store: Store) -> Store {
        var result = store
        result.ahead = nil
        return result
    }
}
