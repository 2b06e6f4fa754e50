import KernelIR

/// One product of a warp, which tests change in one place: `y[m, n] = Σ a[m, k]·b[k, n]` for 16 × 8 results.
struct MatrixProgram {
    var format = MatrixFormat.float16
    /// The type of a, b and y.
    var types: (a: DType, b: DType, y: DType) = (.float16, .float16, .float32)
    var local = [Axis("lane", 32)]
    var sums = LocalBuffer("acc", .float32, shape: [2, 2], space: .register)
    /// Whether the sums start at 0; else they are undefined.
    var isCleared = true
    /// What the product itself is changed to.
    var change: (MatrixMultiply) -> MatrixMultiply = { $0 }
    /// What stands around the product.
    var around: (Statement) -> [Statement] = { [$0] }

    private var product: MatrixMultiply {
        MatrixMultiply(
            format, into: "acc", of: sums.type, at: [], lane: .axis("lane"), row: "m", column: "n", inner: "k",
            left: Load("a", [.axis("m"), .axis("k")]), right: Load("b", [.axis("k"), .axis("n")]))
    }

    private func eachSum(_ store: Store) -> Statement {
        let pairs = Statement.loop(axis: "p", start: 0, end: 2, kind: .unrolled, body: [.store([store])])
        return .loop(axis: "h", start: 0, end: 2, kind: .unrolled, body: [pairs])
    }

    var program: LoopProgram {
        let place = MatrixFormat.result(
            lane: .axis("lane"), half: .axis("h"), pair: .axis("p"),
            Ranges([Axis("lane", 32), Axis("h", 2), Axis("p", 2)]))
        let own = [Index.axis("h"), .axis("p")]
        let clearing = isCleared ? [eachSum(Store("acc", own, .constant(0, sums.type)))] : []
        let sum = Expr.load("acc", own)
        let value = sums.type == types.y ? sum : .cast(types.y, sum)
        let body: [Statement] =
            [.allocate(sums)] + clearing + around(.matrix(change(product)))
            + [eachSum(Store("y", [place.row, place.column], value))]
        return LoopProgram(
            name: "test",
            buffers: [
                Buffer("a", types.a, shape: [16, format.depth], role: .input),
                Buffer("b", types.b, shape: [format.depth, 8], role: .input),
                Buffer("y", types.y, shape: [16, 8], role: .output),
            ],
            kernels: [Kernel(name: "k", grid: [], local: local, body: body)])
    }
}
