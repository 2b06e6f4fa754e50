import KernelIR

/// A sum over a contraction's results, taken apart: `Σ_R (scale · Σ_K a · b + shift)`.
struct SummedProduct {
    let sum: Stage
    let product: Stage
    /// a and b over the axes of the sum, R and K.
    let factors: [SummedFactor]
    /// The summed axes that both factors depend on, and those of the contraction.
    let remaining: [Axis]
    /// Over the axes of the sum; `nil` for 1.
    let scale: Expr?
    /// Over the axes of the sum, and R where `totalShift` sums it; `nil` for nothing.
    let shift: Expr?

    /// - Parameter load: the sum's read of the contraction's result, without bounds.
    /// - Returns: `nil` where the sum is no linear function of products in float32.
    init?(_ sum: Stage, of product: Stage, at load: Load, in program: TensorProgram) {
        let types = program.bufferTypes
        guard product.monoid == .sum(), case .binary(.multiply, .load(let a), .load(let b)) = product.body[0],
            (product.outputs + sum.outputs + [a.buffer, b.buffer]).allSatisfy({ types[$0] == .float32 }),
            [a, b].allSatisfy({ $0.bounds.isEmpty || $0.fill == 0 }),
            !sum.finish.contains(where: { $0.loads.contains(load) }),
            let inner = AffineForm(product.finish[0], of: { $0 == .state(0) }), let innerSlope = inner.slope,
            let outer = AffineForm(sum.body[0], of: { $0 == .load(load) }), let outerSlope = outer.slope
        else { return nil }
        let ranges = Ranges(sum.axes + sum.reduceAxes + product.reduceAxes)
        let point = Dictionary(uniqueKeysWithValues: zip(product.axes.map(\.name), load.indices))
        func placed(_ expr: Expr) -> Expr { expr.substituting(point, ranges) }
        let reduced = Set(sum.reduceAxes.map(\.name))
        let slope = outerSlope * placed(innerSlope)
        guard slope.axes.isDisjoint(with: reduced) else { return nil }
        let loads = [a, b].map { placed(.load($0)).loads[0] }
        let used = loads.map { Expr.load($0).axes }
        // Results last, so that neighbours among them lie together in what is summed.
        let all = product.reduceAxes + sum.reduceAxes + sum.axes
        factors = [0, 1].map { number in
            let own = sum.reduceAxes.filter { used[number].contains($0.name) && !used[1 - number].contains($0.name) }
            let shape = program.buffer(loads[number].buffer)?.shape ?? []
            return SummedFactor(load: loads[number], shape: shape, summed: own, axes: all)
        }
        self.sum = sum
        self.product = product
        remaining =
            sum.reduceAxes.filter { used[0].contains($0.name) && used[1].contains($0.name) } + product.reduceAxes
        let idle = sum.reduceAxes.filter { !used[0].contains($0.name) && !used[1].contains($0.name) }
        scale = slope.simplified.repeated(idle)
        let innerShift = inner.offset.map { (outerSlope * placed($0)).simplified }
        shift = [innerShift, outer.offset].compactMap { $0 }.reduce(nil) { total, term in
            total.map { $0 + term } ?? term
        }
    }

    /// Multiply-adds of the contraction.
    var cost: Double { size(product.axes) * size(product.reduceAxes) }

    /// The same once the factors are summed apart, which costs `summand` an element.
    func factoredCost(summand: Double) -> Double {
        factors.reduce(size(sum.axes) * size(remaining)) { total, factor in
            guard !factor.summed.isEmpty else { return total }
            return total + summand * size(factor.dimensions.map(\.axis)) * size(factor.summed)
        }
    }

    private func size(_ axes: [Axis]) -> Double { axes.reduce(1) { $0 * Double($1.extent) } }

    /// What the shift adds up to at a point of the sum, and the stage that sums it where it depends on summed axes.
    func totalShift(_ name: String, taken: Set<String>) -> (value: Expr?, stage: Stage?) {
        guard let shift else { return (nil, nil) }
        let used = shift.axes
        let over = sum.reduceAxes.filter { used.contains($0.name) }
        let idle = sum.reduceAxes.filter { !used.contains($0.name) }
        guard !over.isEmpty else { return (shift.repeated(idle) ?? shift, nil) }
        let kept = sum.axes.filter { used.contains($0.name) }
        let finish = Expr.state(0).repeated(idle) ?? .state(0)
        let stage = Stage.reduce(name, kept, .sum(), over: over, [shift], finish: [finish], into: [name])
        let names = (kept + over).map { ($0.name, "\(name).\($0.name)".unused(in: taken)) }
        return (.load(name, kept.map { .axis($0.name) }), stage.renaming(Dictionary(uniqueKeysWithValues: names)))
    }
}

/// One factor of a summed product, and the summed axes that it alone depends on.
struct SummedFactor {
    /// A dimension of the sum over the summed axes.
    struct Dimension {
        var axis: Axis
        /// Where the product reads it.
        var index: Index
        /// The dimension of the factor that it is as a whole; `nil` for an axis of the product.
        var source: Int?
    }

    let load: Load
    let summed: [Axis]
    /// Dimensions of the factor that summed axes do not touch, and the other axes of those that they do.
    let dimensions: [Dimension]

    /// - Parameters:
    ///   - shape: the factor's extents.
    ///   - axes: every axis of the product.
    init(load: Load, shape: [Int], summed: [Axis], axes: [Axis]) {
        self.load = load
        self.summed = summed
        let names = Set(summed.map(\.name))
        var dimensions: [Dimension] = []
        var kept: Set<String> = []
        func keep(_ index: Index) {
            for axis in axes where index.axes.contains(axis.name) && !names.contains(axis.name) {
                guard kept.insert(axis.name).inserted else { continue }
                dimensions.append(Dimension(axis: axis, index: .axis(axis.name)))
            }
        }
        for (number, index) in load.indices.enumerated() {
            if index.axes.isDisjoint(with: names) {
                let axis = Axis("\(number)", number < shape.count ? shape[number] : 1)
                dimensions.append(Dimension(axis: axis, index: index, source: number))
            } else {
                keep(index)
            }
        }
        for bound in load.bounds where !bound.index.axes.isDisjoint(with: names) { keep(bound.index) }
        self.dimensions = dimensions
    }

    private var names: Set<String> { Set(summed.map(\.name)) }

    /// The stage that sums.
    func stage(_ name: String, taken: Set<String>) -> Stage {
        var own = load
        own.bounds = load.bounds.filter { !$0.index.axes.isDisjoint(with: names) }
        for dimension in dimensions {
            if let source = dimension.source { own.indices[source] = .axis(dimension.axis.name) }
        }
        let stage = Stage.reduce(
            name, dimensions.map(\.axis), .sum(), over: summed, [.load(own)], finish: [.state(0)], into: [name])
        let axes = stage.axes + stage.reduceAxes
        return stage.renaming(
            Dictionary(uniqueKeysWithValues: axes.map { ($0.name, "\(name).\($0.name)".unused(in: taken)) }))
    }

    /// The sum as the product reads it.
    func reading(_ buffer: String) -> Expr {
        let bounds = load.bounds.filter { $0.index.axes.isDisjoint(with: names) }
        return .load(Load(buffer, dimensions.map(\.index), bounds: bounds, fill: load.fill))
    }
}

extension Expr {
    /// Without factors of 1.
    fileprivate var simplified: Expr {
        rewritten { node in
            switch node {
            case .binary(.multiply, .constant(1, _), let value), .binary(.multiply, let value, .constant(1, _)),
                .binary(.divide, let value, .constant(1, _)):
                value
            default: node
            }
        }
    }

    /// The sum of so many equal values; `nil` for the number 1.
    fileprivate func repeated(_ axes: [Axis]) -> Expr? {
        let count = axes.reduce(1) { $0 * $1.extent }
        let value = count == 1 ? self : self * .float(Double(count))
        return value.simplified == .float(1) ? nil : value.simplified
    }
}
