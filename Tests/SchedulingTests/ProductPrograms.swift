import KernelIR

/// Programs in which products and other stages feed each other.
enum ProductPrograms {
    /// Attention without a scale: scores of queries and keys, their softmax, the mean of the values by it; with
    /// `isCausal` of the keys up to each query's place.
    static func attention(_ queries: Int, _ keys: Int, _ width: Int, isCausal: Bool = false) -> TensorProgram {
        let (m, n) = (Axis("m", queries), Axis("n", keys))
        let place = [Index.axis("m"), .axis("n")]
        let isBefore = Expr.inside([Bound(Index.axis("m") - .axis("n"), below: queries + keys)])
        let score = isCausal ? Expr.select(isBefore, .state(0), .float(-.infinity)) : .state(0)
        let below = Expr.unary(.exp, .load("scores", place) - .load("max", [.axis("m")]))
        func reduction(_ name: String, _ monoid: Monoid, _ lift: Expr) -> Stage {
            .reduce(name, [m], monoid, over: [n], [lift], finish: [.state(0)], into: [name])
        }
        return TensorProgram(
            name: "attention",
            buffers: [
                Buffer("q", shape: [queries, width], role: .input), Buffer("k", shape: [keys, width], role: .input),
                Buffer("v", shape: [keys, width], role: .input), Buffer("y", shape: [queries, width], role: .output),
                Buffer("scores", shape: [queries, keys], role: .temporary),
                Buffer("weights", shape: [queries, keys], role: .temporary),
                Buffer("max", shape: [queries], role: .temporary), Buffer("sum", shape: [queries], role: .temporary),
            ],
            stages: [
                .reduce(
                    "scores", [m, n], .sum(), over: [Axis("c", width)],
                    [.load("q", [.axis("m"), .axis("c")]) * .load("k", [.axis("n"), .axis("c")])],
                    finish: [score], into: ["scores"]),
                reduction("max", .maximumNumber(), .load("scores", place)), reduction("sum", .sum(), below),
                .map("weights", [m, n], [below / .load("sum", [.axis("m")])], into: ["weights"]),
                .reduce(
                    "product", [m, Axis("d", width)], .sum(), over: [n],
                    [.load("weights", place) * .load("v", [.axis("n"), .axis("d")])], finish: [.state(0)],
                    into: ["y"]),
            ])
    }

    /// Scores of queries and keys that lie side by side in a projection, head by head.
    static func heads(_ tokens: Int, _ count: Int, _ width: Int) -> TensorProgram {
        let channel = Index.axis("h") * width + .axis("c")
        return TensorProgram(
            name: "heads",
            buffers: [
                Buffer("qk", shape: [tokens, 2 * count * width], role: .input),
                Buffer("y", shape: [count, tokens, tokens], role: .output),
            ],
            stages: [
                .reduce(
                    "scores", [Axis("h", count), Axis("m", tokens), Axis("n", tokens)], .sum(),
                    over: [Axis("c", width)],
                    [.load("qk", [.axis("m"), channel]) * .load("qk", [.axis("n"), channel + count * width])],
                    finish: [.state(0)], into: ["y"])
            ])
    }

    /// The sum of x·t where positive: everything is one reduced axis, along which t repeats.
    static func hinge(_ rows: Int, _ n: Int) -> TensorProgram {
        let r = Index.axis("r")
        let ranges = Ranges([Axis("r", rows * n)])
        let (row, place) = (r.divided(by: n, ranges), r.remainder(by: n, ranges))
        return TensorProgram(
            name: "hinge",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("t", shape: [n], role: .input),
                Buffer("y", shape: [], role: .output),
            ],
            stages: [
                .reduce(
                    "sum", [], .sum(), over: [Axis("r", rows * n)],
                    [.binary(.max, .load("x", [row, place]) * .load("t", [place]), .float(0))],
                    finish: [.state(0)], into: ["y"])
            ])
    }
}
