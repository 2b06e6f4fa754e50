import KernelIR

/// One program for each kind of stage that the levers act on.
enum PolicyPrograms {
    static let all = [map(1000), product(12, 96, 40), rows(4, 300), columns(30, 300), softmax(3, 300)]

    static func map(_ n: Int) -> TensorProgram {
        TensorProgram(
            name: "map", buffers: [Buffer("x", shape: [n], role: .input), Buffer("y", shape: [n], role: .output)],
            stages: [.map("tanh", [Axis("i", n)], [.unary(.tanh, .load("x", [.axis("i")]))], into: ["y"])])
    }

    static func product(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        TensorProgram(
            name: "product",
            buffers: [
                Buffer("a", shape: [m, k], role: .input), Buffer("b", shape: [k, n], role: .input),
                Buffer("c", shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "product", [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)],
                    [.load("a", [.axis("m"), .axis("k")]) * .load("b", [.axis("k"), .axis("n")])], finish: [.state(0)],
                    into: ["c"])
            ])
    }

    /// Two products in a row, with names of their own.
    static func twoProducts(_ n: Int) -> TensorProgram {
        func product(_ name: String, _ left: String, _ right: String, into output: String) -> Stage {
            .reduce(
                name, [Axis("m", n), Axis("n", n)], .sum(), over: [Axis("k", n)],
                [.load(left, [.axis("m"), .axis("k")]) * .load(right, [.axis("k"), .axis("n")])], finish: [.state(0)],
                into: [output])
        }
        return TensorProgram(
            name: "two products",
            buffers: [
                Buffer("a", shape: [n, n], role: .input), Buffer("b", shape: [n, n], role: .input),
                Buffer("d", shape: [n, n], role: .input), Buffer("c", shape: [n, n], role: .temporary),
                Buffer("y", shape: [n, n], role: .output),
            ],
            stages: [product("first", "a", "b", into: "c"), product("second", "c", "d", into: "y")])
    }

    static func rows(_ rows: Int, _ n: Int) -> TensorProgram { sum("rows", [rows, n], kept: 0) }

    static func columns(_ rows: Int, _ n: Int) -> TensorProgram { sum("columns", [rows, n], kept: 1) }

    private static func sum(_ name: String, _ shape: [Int], kept: Int) -> TensorProgram {
        let axes = [Axis("i", shape[0]), Axis("j", shape[1])]
        return TensorProgram(
            name: name,
            buffers: [Buffer("x", shape: shape, role: .input), Buffer("y", shape: [shape[kept]], role: .output)],
            stages: [
                .reduce(
                    name, [axes[kept]], .sum(), over: [axes[1 - kept]], [.load("x", [.axis("i"), .axis("j")])],
                    finish: [.state(0)], into: ["y"])
            ])
    }

    static func softmax(_ rows: Int, _ n: Int) -> TensorProgram {
        let (row, r) = (Axis("row", rows), Axis("r", n))
        let x = Expr.load("x", [.axis("row"), .axis("r")])
        let e = Expr.unary(.exp, x - .load("m", [.axis("row")]))
        return TensorProgram(
            name: "softmax",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("m", shape: [rows], role: .temporary),
                Buffer("s", shape: [rows], role: .temporary), Buffer("y", shape: [rows, n], role: .output),
            ],
            stages: [
                .reduce("max", [row], .maximumNumber(), over: [r], [x], finish: [.state(0)], into: ["m"]),
                .reduce("sum", [row], .sum(), over: [r], [e], finish: [.state(0)], into: ["s"]),
                .map("out", [row, r], [e / .load("s", [.axis("row")])], into: ["y"]),
            ])
    }
}
