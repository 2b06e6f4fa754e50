import KernelIR
import Workloads

/// Extrema with the place where they are: a reduction to (value, index), the first place where several are equal.
enum ArgumentReductions {
    static let table: [String: Lowering] = [
        "aten.argmax.default": { call, builder throws(KernelwrightError) in
            try place(call, &builder) { .argmax($0) }
        },
        "aten.argmin.default": { call, builder throws(KernelwrightError) in
            try place(call, &builder) { .argmin($0) }
        },
        "aten.max.dim": { call, builder throws(KernelwrightError) in
            try valueAndPlace(call, &builder, { .maximum($0) }, { .argmax($0) })
        },
        "aten.min.dim": { call, builder throws(KernelwrightError) in
            try valueAndPlace(call, &builder, { .minimum($0) }, { .argmin($0) })
        },
    ]

    private static func place(
        _ call: Call, _ builder: inout ProgramBuilder, _ monoid: (DType) -> Monoid
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimensions: Set<Int>
        switch call.node.argument(1, "dim") {
        case nil, .some(.none): dimensions = Set(0..<x.rank)
        default: dimensions = try dimension(call, x)
        }
        let keeps = call.flag(2, "keepdim", default: false)
        let results = pair(call, x, dimensions, monoid, values: nil, places: call.name, &builder)
        return results.map { keeps ? $0 : $0.squeezed(dimensions) }
    }

    /// Only what is used is computed: a plain extremum where nobody asks for the place.
    private static func valueAndPlace(
        _ call: Call, _ builder: inout ProgramBuilder, _ extremum: (DType) -> Monoid, _ monoid: (DType) -> Monoid
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let dimensions = try dimension(call, x)
        let keeps = call.flag(2, "keepdim", default: false)
        var results: [Tensor]
        if call.usedResults.contains(1) {
            results = pair(
                call, x, dimensions, monoid, values: "\(call.name).values", places: "\(call.name).indices", &builder)
        } else {
            let type = x.type.computing
            results = builder.reduce(
                call.name, x.shape, over: dimensions, extremum(type), results: [(call.name, x.type)],
                lift: { [x.element($0, as: type)] },
                finish: { _ in [Expr.state(0).cast(from: type, to: x.type)] })
            results.append(Tensor(fill: 0, .int64, results[0].shape))
        }
        return results.map { keeps ? $0 : $0.squeezed(dimensions) }
    }

    /// The one dimension reduced; none of a scalar.
    private static func dimension(_ call: Call, _ x: Tensor) throws(KernelwrightError) -> Set<Int> {
        let dimension = try call.dimension(try call.integer(1, "dim"), rank: x.rank)
        return x.rank == 0 ? [] : [dimension]
    }

    private static func pair(
        _ call: Call, _ x: Tensor, _ dimensions: Set<Int>, _ monoid: (DType) -> Monoid, values: String?,
        places: String, _ builder: inout ProgramBuilder
    ) -> [Tensor] {
        let type = x.type.computing
        let extents = x.shape.enumerated().map { dimensions.contains($0.offset) ? $0.element : 1 }
        let strides = Shape.strides(extents)
        let names = values.map { [($0, x.type), (places, DType.int64)] } ?? [(places, .int64)]
        return builder.reduce(
            call.name, x.shape, over: dimensions, monoid(type), results: names,
            lift: { point in
                let place = dimensions.sorted().reduce(Index(0)) { $0 + point[$1] * strides[$1] }
                return [x.element(point, as: type), .index(place, .int32)]
            },
            finish: { _ in
                let isFirst = Expr.binary(.equal, .state(1), .constant(Monoid.unplaced, .int32))
                let place = Expr.select(isFirst, .constant(0, .int32), .state(1))
                return (values == nil ? [] : [Expr.state(0).cast(from: type, to: x.type)]) + [.cast(.int64, place)]
            })
    }
}
