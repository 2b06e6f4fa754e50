import KernelIR
import Workloads

/// Running sums and products along a dimension.
enum ScanOperators {
    static let table: [String: Lowering] = [
        "aten.cumsum.default": { call, builder throws(KernelwrightError) in try scan(call, &builder) { .sum($0) } },
        "aten.cumprod.default": { call, builder throws(KernelwrightError) in
            try scan(call, &builder) { .product($0) }
        },
    ]

    private static func scan(
        _ call: Call, _ builder: inout ProgramBuilder, _ monoid: (DType) -> Monoid
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let result = try call.resultType().dtype
        let type = result.accumulating
        let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
        guard x.rank > 0, x.shape[dimension] > 1 else {
            return [builder.map(call.name, x.shape, result) { x.element($0, as: result) }]
        }
        let box = Box(x.shape) { $0 == dimension ? "r" : $0 < dimension ? "row" : "i" }
        let sweep = Sweep("r#\(dimension)")
        builder.append(
            .scan(
                call.name, box.axes, monoid(type), along: sweep, [x.element(box.point, as: type)],
                finish: [Expr.state(0).cast(from: type, to: result)], into: [call.name]))
        return [builder.temporary(call.name, result, x.shape)]
    }
}
