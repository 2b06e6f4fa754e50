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

    /// `y[b, k, i, j] = ½·Σ w[k, c, p, q] · x[b, c, i + p, j + q]` over 3 × 3 taps, of two images.
    static func convolution(_ channels: Int, _ summed: Int, _ rows: Int, _ columns: Int, stride: Int = 1)
        -> TensorProgram
    {
        let (i, j) = (
            Index.axis("i") * stride + .axis("p"), Index.axis("j") * stride + .axis("q")
        )
        let product =
            Expr.load("w", [.axis("k"), .axis("c"), .axis("p"), .axis("q")])
            * .load("x", [.axis("b"), .axis("c"), i, j])
        return TensorProgram(
            name: "convolution",
            buffers: [
                Buffer(
                    "x", shape: [2, summed, (rows - 1) * stride + 3, (columns - 1) * stride + 3], role: .input),
                Buffer("w", shape: [channels, summed, 3, 3], role: .parameter),
                Buffer("y", shape: [2, channels, rows, columns], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("b", 2), Axis("k", channels), Axis("i", rows), Axis("j", columns)], .sum(),
                    over: [Axis("c", summed), Axis("p", 3), Axis("q", 3)], [product], finish: [.state(0) * .float(0.5)],
                    into: ["y"])
            ])
    }
}
