import KernelIR

/// An index follows another loop than it should.
struct WrongAxis: MutationOperator {
    let name = "wrongAxis"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .load(let load) = expression, place.isDevice(load) else { return [] }
        return load.indices.indices.flatMap { dimension in
            load.indices[dimension].axes.sorted().flatMap { axis in
                neighbours(of: axis, place).map { other in
                    var copy = load
                    copy.indices[dimension] = load.indices[dimension].substituting([axis: .axis(other)], place.ranges)
                    return Fault("\(load.buffer) follows \(other), not \(axis)", .load(copy))
                }
            }
        }
    }

    /// The loops next to an axis.
    private func neighbours(of axis: String, _ place: Surroundings) -> [String] {
        guard let position = place.axes.firstIndex(where: { $0.name == axis }) else { return [] }
        return [position - 1, position + 1].filter(place.axes.indices.contains).map { place.axes[$0].name }
    }
}
