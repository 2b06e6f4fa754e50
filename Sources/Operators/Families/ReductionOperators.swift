import KernelIR
import Workloads

/// Sums, means, extrema and vector norms: one reduce stage each, `[outer, inner]` over the reduced dimensions.
enum ReductionOperators {
    /// A monoid over one state with what goes in and what comes out.
    struct Recipe {
        var monoid: Monoid
        var lift: (Expr) -> Expr = { $0 }
        var finish: (Expr) -> Expr = { $0 }
    }

    static let table: [String: Lowering] = [
        "aten.sum.default": { call, builder throws(KernelwrightError) in try sum(call, &builder, listsDimensions: false)
        },
        "aten.sum.dim_IntList": { call, builder throws(KernelwrightError) in try sum(call, &builder) },
        "aten.mean.default": { call, builder throws(KernelwrightError) in
            try mean(call, &builder, listsDimensions: false)
        },
        "aten.mean.dim": { call, builder throws(KernelwrightError) in try mean(call, &builder) },
        "aten.amax.default": { call, builder throws(KernelwrightError) in
            try extremum(call, &builder) { .maximum($0) }
        },
        "aten.amin.default": { call, builder throws(KernelwrightError) in
            try extremum(call, &builder) { .minimum($0) }
        },
        "aten.linalg_vector_norm.default": vectorNorm,
        "aten.logsumexp.default": { call, builder throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dimensions = try call.dimensions(1, "dim", rank: x.rank)
            let result = logSumExp(
                x, over: dimensions, name: call.name, try call.resultType().dtype.accumulating, &builder)
            return [call.flag(2, "keepdim", default: false) ? result : result.squeezed(dimensions)]
        },
    ]

    /// log Σ exp x, scaled by the greatest x, which keeps reduced dimensions with extent 1.
    ///
    /// Of nothing but −∞ it is −∞ and with ∞ it is ∞: what is subtracted is finite, or differences would be NaN.
    static func logSumExp(
        _ x: Tensor, over dimensions: Set<Int>, name: String, _ type: DType, _ builder: inout ProgramBuilder
    ) -> Tensor {
        let greatest = builder.reduce(
            "\(name).max", x.shape, over: dimensions, .maximumNumber(type), results: [("\(name).max", type)],
            lift: { [x.element($0, as: type)] }, finish: { _ in [.state(0)] })[0]
        let shift = greatest.expanded(to: x.shape)
        return builder.reduce(
            name, x.shape, over: dimensions, .sum(type), results: [(name, type)],
            lift: { [.unary(.exp, x.element($0, as: type) - shift.element($0).nearestFinite(type))] },
            finish: { [.unary(.log, .state(0)) + greatest.element($0)] })[0]
    }

    private static func sum(
        _ call: Call, _ builder: inout ProgramBuilder, listsDimensions: Bool = true
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimensions = listsDimensions ? try call.dimensions(1, "dim", rank: x.rank) : Set(0..<x.rank)
        let type = try call.resultType().dtype.accumulating
        let recipe = Recipe(monoid: .sum(type))
        return [
            try reduce(
                x, dimensions, keep: listsDimensions && call.flag(2, "keepdim", default: false), recipe, call, &builder)
        ]
    }

    private static func mean(
        _ call: Call, _ builder: inout ProgramBuilder, listsDimensions: Bool = true
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimensions = listsDimensions ? try call.dimensions(1, "dim", rank: x.rank) : Set(0..<x.rank)
        let type = try call.resultType().dtype.accumulating
        let share = 1 / Double(dimensions.reduce(1) { $0 * x.shape[$1] })
        let recipe = Recipe(monoid: .sum(type), finish: { $0 * .constant(share, type) })
        return [
            try reduce(
                x, dimensions, keep: listsDimensions && call.flag(2, "keepdim", default: false), recipe, call, &builder)
        ]
    }

    private static func extremum(
        _ call: Call, _ builder: inout ProgramBuilder, _ monoid: (DType) -> Monoid
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimensions = try call.dimensions(1, "dim", rank: x.rank)
        let recipe = Recipe(monoid: monoid(x.type.computing))
        return [try reduce(x, dimensions, keep: call.flag(2, "keepdim", default: false), recipe, call, &builder)]
    }

    private static let vectorNorm: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let type = try call.resultType().dtype.accumulating
        let order = try call.number(1, "ord", default: 2)
        let dimensions = try call.dimensions(2, "dim", rank: x.rank)
        let recipe: Recipe
        switch order {
        case 1: recipe = Recipe(monoid: .sum(type), lift: { .unary(.absolute, $0) })
        case 2: recipe = Recipe(monoid: .sum(type), lift: { $0 * $0 }, finish: { .unary(.sqrt, $0) })
        case .infinity: recipe = Recipe(monoid: .maximum(type), lift: { .unary(.absolute, $0) })
        default: throw call.failure("a norm of order \(order)", hint: "1, 2 or inf")
        }
        return [try reduce(x, dimensions, keep: call.flag(3, "keepdim", default: false), recipe, call, &builder)]
    }

    private static func reduce(
        _ x: Tensor, _ dimensions: Set<Int>, keep: Bool, _ recipe: Recipe, _ call: Call,
        _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        let result = try call.resultType().dtype
        let type = recipe.monoid.states[0]
        let reduced = builder.reduce(
            call.name, x.shape, over: dimensions, recipe.monoid, results: [(call.name, result)],
            lift: { [recipe.lift(x.element($0, as: type))] },
            finish: { _ in [recipe.finish(.state(0)).cast(from: type, to: result)] })[0]
        return keep ? reduced : reduced.squeezed(dimensions)
    }
}
