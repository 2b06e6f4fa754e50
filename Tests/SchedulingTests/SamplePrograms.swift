import KernelIR

/// Small programs of the shapes that schedules are written for.
enum SamplePrograms {
    static func matmul(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        TensorProgram(
            name: "matmul",
            buffers: [
                Buffer("a", shape: [m, k], role: .input), Buffer("b", shape: [k, n], role: .input),
                Buffer("c", shape: [m, n], role: .output),
            ],
            stages: [product("matmul", m, n, k, into: "c")])
    }

    static func matmulRelu(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        var program = matmul(m, n, k)
        program.buffers[2] = Buffer("c", shape: [m, n], role: .temporary)
        program.buffers.append(Buffer("d", shape: [m * n], role: .output))
        let place = Index.axis("i")
        let ranges = Ranges([Axis("i", m * n)])
        let load = Expr.load("c", [place.divided(by: n, ranges), place.remainder(by: n, ranges)])
        program.stages.append(
            .map("relu", [Axis("i", m * n)], [.binary(.max, .float(0), load)], into: ["d"]))
        return program
    }

    private static func product(_ name: String, _ m: Int, _ n: Int, _ k: Int, into output: String) -> Stage {
        .reduce(
            name, [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)],
            [.load("a", [.axis("m"), .axis("k")]) * .load("b", [.axis("k"), .axis("n")])],
            finish: [.state(0)], into: [output])
    }

    /// y = (2x + 1)·x in two stages.
    static func chain(_ n: Int) -> TensorProgram {
        let i = [Axis("i", n)]
        let x = Expr.load("x", [.axis("i")])
        return TensorProgram(
            name: "chain",
            buffers: [
                Buffer("x", shape: [n], role: .input), Buffer("t", shape: [n], role: .temporary),
                Buffer("y", shape: [n], role: .output),
            ],
            stages: [
                .map("twice", i, [x * .float(2) + .float(1)], into: ["t"]),
                .map("product", i, [.load("t", [.axis("i")]) * x], into: ["y"]),
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

    /// (x − mean)·rsqrt(var + eps) over rows.
    static func norm(_ rows: Int, _ n: Int) -> TensorProgram {
        let (row, r) = (Axis("row", rows), Axis("r", n))
        let x = Expr.load("x", [.axis("row"), .axis("r")])
        let d = x - .load("mean", [.axis("row")])
        let scale = Expr.unary(.rsqrt, .state(0) * .float(1 / Double(n)) + .float(1e-5))
        return TensorProgram(
            name: "norm",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("mean", shape: [rows], role: .temporary),
                Buffer("scale", shape: [rows], role: .temporary), Buffer("y", shape: [rows, n], role: .output),
            ],
            stages: [
                .reduce(
                    "mean", [row], .sum(), over: [r], [x], finish: [.state(0) * .float(1 / Double(n))], into: ["mean"]),
                .reduce("var", [row], .sum(), over: [r], [d * d], finish: [scale], into: ["scale"]),
                .map("out", [row, r], [d * .load("scale", [.axis("row")])], into: ["y"]),
            ])
    }

    /// Arg-max over the middle axis.
    static func middleArgmax(_ outer: Int, _ reduced: Int, _ inner: Int) -> TensorProgram {
        let x = Expr.load("x", [.axis("o"), .axis("r"), .axis("i")])
        return TensorProgram(
            name: "argmax",
            buffers: [
                Buffer("x", shape: [outer, reduced, inner], role: .input),
                Buffer("y", .int64, shape: [outer, inner], role: .output),
            ],
            stages: [
                .reduce(
                    "argmax", [Axis("o", outer), Axis("i", inner)], .argmax(), over: [Axis("r", reduced)],
                    [x, .index(.axis("r"), .int32)], finish: [.cast(.int64, .state(1))], into: ["y"])
            ])
    }

    /// x divided by the root of its mean square over the middle axis.
    static func middleNorm(_ outer: Int, _ reduced: Int, _ inner: Int) -> TensorProgram {
        let axes = [Axis("o", outer), Axis("i", inner)]
        let x = Expr.load("x", [.axis("o"), .axis("r"), .axis("i")])
        return TensorProgram(
            name: "rms",
            buffers: [
                Buffer("x", shape: [outer, reduced, inner], role: .input),
                Buffer("s", shape: [outer, inner], role: .temporary),
                Buffer("y", shape: [outer, reduced, inner], role: .output),
            ],
            stages: [
                .reduce(
                    "square", axes, .sum(), over: [Axis("r", reduced)], [x * x], finish: [.unary(.sqrt, .state(0))],
                    into: ["s"]),
                .map(
                    "out", [Axis("o", outer), Axis("r", reduced), Axis("i", inner)],
                    [x / .load("s", [.axis("o"), .axis("i")])], into: ["y"]),
            ])
    }
}
