import KernelIR

/// Upper and lower triangles: a map that selects between the element and 0.
enum TriangleOperators {
    static let table: [String: Lowering] = [
        "aten.triu.default": { call, builder throws(KernelwrightError) in
            try lower(call, &builder) { row, column, diagonal in column - row + -diagonal }
        },
        "aten.tril.default": { call, builder throws(KernelwrightError) in
            try lower(call, &builder) { row, column, diagonal in row - column + diagonal }
        },
    ]

    /// `distance` is not negative inside the triangle.
    private static func lower(
        _ call: Call, _ builder: inout ProgramBuilder, _ distance: (Index, Index, Int) -> Index
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        guard x.rank >= 2 else { throw call.failure("a tensor of rank \(x.rank)", hint: "rank 2 or more") }
        let diagonal = try call.integer(1, "diagonal", default: 0)
        let extent = x.shape[x.rank - 2] + x.shape[x.rank - 1] + abs(diagonal)
        return [
            builder.map(call.name, x.shape, x.type) { point in
                let bound = Bound(distance(point[x.rank - 2], point[x.rank - 1], diagonal), below: extent)
                return .select(.inside([bound]), x.element(point), .constant(0, x.type))
            }
        ]
    }
}
