import KernelIR
import Workloads

/// Running sums and products along a dimension, written as a reduction of everything up to each place.
enum ScanOperators {
    static let table: [String: Lowering] = [
        "aten.cumsum.default": { call, builder throws(KernelwrightError) in
            try scan(call, &builder) { (.sum($0), 0) }
        },
        "aten.cumprod.default": { call, builder throws(KernelwrightError) in
            try scan(call, &builder) { (.product($0), 1) }
        },
    ]

    private static func scan(
        _ call: Call, _ builder: inout ProgramBuilder, _ recipe: (DType) -> (monoid: Monoid, identity: Double)
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let result = try call.resultType().dtype
        let type = result.accumulating
        let (monoid, identity) = recipe(type)
        let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
        guard x.rank > 0 else { return [x] }
        let box = Box(x.shape + [x.shape[dimension]]) { $0 < x.rank ? "i" : "r" }
        var place = Array(box.point.dropLast())
        let before = box.point[dimension] - box.point[x.rank]
        place[dimension] = box.point[x.rank]
        let isReduced = { (axis: Axis) in axis.name.hasPrefix("r#") }
        let value = Expr.select(
            .inside([Bound(before, below: x.shape[dimension])]), x.element(place, as: type),
            .constant(identity, type))
        builder.append(
            .reduce(
                call.name, box.axes.filter { !isReduced($0) }, monoid, over: box.axes.filter(isReduced), [value],
                finish: [Expr.state(0).cast(from: type, to: result)], into: [call.name]))
        return [builder.temporary(call.name, result, x.shape)]
    }
}
