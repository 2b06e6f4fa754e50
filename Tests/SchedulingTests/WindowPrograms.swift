import KernelIR

/// Windows that slide along two dimensions.
enum WindowPrograms {
    /// How windows of some extents are laid over an image.
    struct Window {
        var height = 3
        var width = 3
        var stride = 1
        var dilation = 1
        var padding = 1
    }

    /// Maxima or sums over windows of an image, with nothing around it, as `rows` by `columns` results of two images.
    static func pool(
        _ rows: Int, _ columns: Int, _ window: Window = Window(), _ monoid: Monoid = .maximum()
    ) -> TensorProgram {
        func place(_ result: String, _ inside: String) -> Index {
            .axis(result) * window.stride + .axis(inside) * window.dilation + -window.padding
        }
        func extent(_ results: Int, _ width: Int) -> Int {
            max(1, (results - 1) * window.stride + (width - 1) * window.dilation + 1 - 2 * window.padding)
        }
        let (height, width) = (extent(rows, window.height), extent(columns, window.width))
        let (i, j) = (place("i", "p"), place("j", "q"))
        let bounds = [Bound(i, below: height), Bound(j, below: width)]
        let element = Expr.load(
            Load("x", [.axis("b"), i, j], bounds: bounds, fill: monoid.identity[0]))
        return TensorProgram(
            name: "pool",
            buffers: [
                Buffer("x", shape: [2, height, width], role: .input),
                Buffer("y", shape: [2, rows, columns], role: .output),
            ],
            stages: [
                .reduce(
                    "pool", [Axis("b", 2), Axis("i", rows), Axis("j", columns)], monoid,
                    over: [Axis("p", window.height), Axis("q", window.width)], [element],
                    finish: [.state(0) * .float(0.5)], into: ["y"])
            ])
    }
}
