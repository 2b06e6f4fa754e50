import KernelIR

/// Programs whose data flow is less regular than that of the samples: what schedules get wrong first.
enum MorePrograms {
    private static func row(_ rows: Int) -> Axis { Axis("row", rows) }

    /// Sums over the first axis of a matrix.
    static func columnSum(_ rows: Int, _ columns: Int) -> TensorProgram {
        TensorProgram(
            name: "columnSum",
            buffers: [
                Buffer("x", shape: [rows, columns], role: .input), Buffer("y", shape: [columns], role: .output),
            ],
            stages: [
                .reduce(
                    "sum", [Axis("i", columns)], .sum(), over: [Axis("r", rows)],
                    [.load("x", [.axis("r"), .axis("i")])], finish: [.state(0) * .float(0.5)], into: ["y"])
            ])
    }

    /// A matrix product plus the square of another input, which a stage after the product computes.
    static func residual(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        var program = SamplePrograms.matmul(m, n, k)
        let axes = [Axis("m", m), Axis("n", n)]
        let point = axes.map { Index.axis($0.name) }
        program.buffers[2].role = .temporary
        program.buffers += [
            Buffer("e", shape: [m, n], role: .input), Buffer("square", shape: [m, n], role: .temporary),
            Buffer("d", shape: [m, n], role: .output),
        ]
        program.stages += [
            .map("square", axes, [.load("e", point) * .load("e", point)], into: ["square"]),
            .map("add", axes, [.load("c", point) + .load("square", point)], into: ["d"]),
        ]
        return program
    }

    /// One map read by a reduction over columns and by another map, both read by the output.
    static func diamond(_ rows: Int, _ n: Int) -> TensorProgram {
        let (row, r) = (row(rows), Axis("r", n))
        let point = [Index.axis("row"), .axis("r")]
        let twice = Expr.load("twice", point)
        return TensorProgram(
            name: "diamond",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("twice", shape: [rows, n], role: .temporary),
                Buffer("least", shape: [rows], role: .temporary),
                Buffer("shifted", shape: [rows, n], role: .temporary),
                Buffer("y", shape: [rows, n], role: .output),
            ],
            stages: [
                .map("twice", [row, r], [.load("x", point) * .float(2)], into: ["twice"]),
                .reduce("least", [row], .minimum(), over: [r], [twice], finish: [.state(0)], into: ["least"]),
                .map("shifted", [row, r], [twice + .float(3)], into: ["shifted"]),
                .map(
                    "out", [row, r], [.load("shifted", point) - .load("least", [.axis("row")])], into: ["y"]),
            ])
    }

    /// The last value of h ← a·h + b along each row, by composition of affine maps, which does not commute.
    static func recurrence(_ rows: Int, _ n: Int) -> TensorProgram {
        let point = [Index.axis("row"), .axis("r")]
        let compose = Monoid(
            name: "affine", states: [.float32, .float32], identity: [1, 0],
            combine: [.right(0) * .left(0), .right(0) * .left(1) + .right(1)], isCommutative: false)
        return TensorProgram(
            name: "recurrence",
            buffers: [
                Buffer("a", shape: [rows, n], role: .input), Buffer("b", shape: [rows, n], role: .input),
                Buffer("h", shape: [rows], role: .output),
            ],
            stages: [
                .reduce(
                    "affine", [row(rows)], compose, over: [Axis("r", n)],
                    [.load("a", point) * .float(0.5), .load("b", point)], finish: [.state(1)], into: ["h"])
            ])
    }

    /// Sums of a sliding window over a signal that is zero outside, then a scaled copy of each neighbour.
    static func paddedWindow(_ n: Int, _ width: Int) -> TensorProgram {
        let position = Index.axis("i") + .axis("w") + -(width / 2)
        let padded = Expr.load(Load("x", [position], bounds: [Bound(position, below: n)]))
        let next = Index.axis("j") + 1
        return TensorProgram(
            name: "window",
            buffers: [
                Buffer("x", shape: [n], role: .input), Buffer("s", shape: [n], role: .temporary),
                Buffer("t", shape: [n], role: .temporary), Buffer("y", shape: [n], role: .output),
            ],
            stages: [
                .reduce(
                    "window", [Axis("i", n)], .sum(), over: [Axis("w", width)], [padded], finish: [.state(0)],
                    into: ["s"]),
                .map("exp", [Axis("j", n)], [.unary(.exp, .load("s", [.axis("j")]))], into: ["t"]),
                .map(
                    "next", [Axis("j", n)],
                    [.load("s", [.axis("j")]) - .load(Load("t", [next], bounds: [Bound(next, below: n)], fill: 7))],
                    into: ["y"]),
            ])
    }

    /// Each matrix divided by its Frobenius norm: a reduction over two axes.
    static func frobenius(_ batch: Int, _ rows: Int, _ columns: Int) -> TensorProgram {
        let (b, i, j) = (Axis("b", batch), Axis("i", rows), Axis("j", columns))
        let x = Expr.load("x", [.axis("b"), .axis("i"), .axis("j")])
        return TensorProgram(
            name: "frobenius",
            buffers: [
                Buffer("x", shape: [batch, rows, columns], role: .input),
                Buffer("norm", shape: [batch], role: .temporary),
                Buffer("y", shape: [batch, rows, columns], role: .output),
            ],
            stages: [
                .reduce(
                    "norm", [b], .sum(), over: [i, j], [x * x], finish: [.unary(.sqrt, .state(0))], into: ["norm"]),
                .map("out", [b, i, j], [x / .load("norm", [.axis("b")])], into: ["y"]),
            ])
    }

    /// A variance around the mean, with a stage between the two reductions that already reads the mean.
    static func centred(_ rows: Int, _ n: Int) -> TensorProgram {
        var program = SamplePrograms.norm(rows, n)
        program.buffers.append(Buffer("offset", shape: [rows], role: .output))
        let offset = Stage.map(
            "offset", [row(rows)], [.unary(.negate, .load("mean", [.axis("row")]))], into: ["offset"])
        program.stages.insert(offset, at: 1)
        return program
    }

    /// Row sums plus a bias that a stage before computes and the reduction's finish reads.
    static func biased(_ rows: Int, _ n: Int) -> TensorProgram {
        let place = [Index.axis("row")]
        return TensorProgram(
            name: "biased",
            buffers: [
                Buffer("x", shape: [rows, n], role: .input), Buffer("b", shape: [rows], role: .input),
                Buffer("bias", shape: [rows], role: .temporary), Buffer("y", shape: [rows], role: .output),
            ],
            stages: [
                .map("double", [row(rows)], [.load("b", place) * .float(2)], into: ["bias"]),
                .reduce(
                    "sum", [row(rows)], .sum(), over: [Axis("r", n)], [.load("x", place + [.axis("r")])],
                    finish: [.state(0) + .load("bias", place)], into: ["y"]),
            ])
    }

    /// Three maps in a row.
    static func longChain(_ n: Int) -> TensorProgram {
        let stages = [("first", "x", "t"), ("second", "t", "u"), ("third", "u", "y")].map { name, source, target in
            Stage.map(name, [Axis("i", n)], [.load(source, [.axis("i")]) + .float(1)], into: [target])
        }
        return TensorProgram(
            name: "longChain",
            buffers: [
                Buffer("x", shape: [n], role: .input), Buffer("t", shape: [n], role: .temporary),
                Buffer("u", shape: [n], role: .temporary), Buffer("y", shape: [n], role: .output),
            ],
            stages: stages)
    }
}
