import KernelIR

/// Reductions over rows, and what is made of them.
enum RowPrograms {
    private static func row(_ rows: Int) -> [Axis] { [Axis("row", rows)] }
    private static let x = Expr.load("x", [.axis("row"), .axis("r")])

    private static func program(
        _ name: String, _ rows: Int, _ n: Int, outputs: [String], temporaries: [String] = [], _ stages: [Stage]
    ) -> TensorProgram {
        TensorProgram(
            name: name,
            buffers: [Buffer("x", shape: [rows, n], role: .input)]
                + temporaries.map { Buffer($0, shape: [rows], role: .temporary) }
                + outputs.map { Buffer($0, shape: [rows], role: .output) }, stages: stages)
    }

    /// One reduction, finished as it is.
    static func reduction(_ monoid: Monoid, _ rows: Int, _ n: Int) -> TensorProgram {
        program(
            monoid.name, rows, n, outputs: ["y"],
            [.reduce("total", row(rows), monoid, over: [Axis("r", n)], [x], finish: [.state(0)], into: ["y"])])
    }

    /// The greatest element and its place.
    static func argmax(_ rows: Int, _ n: Int) -> TensorProgram {
        program(
            "argmax", rows, n, outputs: ["y", "place"],
            [
                .reduce(
                    "total", row(rows), .argmax(), over: [Axis("r", n)], [x, .index(.axis("r"), .int32)],
                    finish: [.state(0), .cast(.float32, .state(1))], into: ["y", "place"])
            ])
    }

    /// Mean and variance in one sweep.
    static func moments(_ rows: Int, _ n: Int) -> TensorProgram {
        program(
            "moments", rows, n, outputs: ["mean", "variance"],
            [
                .reduce(
                    "total", row(rows), .welford(), over: [Axis("r", n)], [.float(1), x, .float(0)],
                    finish: [.state(1), .state(2) / .state(0)], into: ["mean", "variance"])
            ])
    }

    /// log Σ exp x in one sweep.
    static func logSumExp(_ rows: Int, _ n: Int) -> TensorProgram {
        program(
            "logSumExp", rows, n, outputs: ["y"],
            [
                .reduce(
                    "total", row(rows), .logSumExp(), over: [Axis("r", n)], [x, .float(1)],
                    finish: [.state(0) + .unary(.log, .state(1))], into: ["y"])
            ])
    }

    /// log Σ exp x in two sweeps: the second reduction, and its finish, read the first.
    static func shiftedLogSumExp(_ rows: Int, _ n: Int, isFinite: Bool = false) -> TensorProgram {
        let greatest = Expr.load("m", [.axis("row")])
        let shift = isFinite ? greatest.nearestFinite(.float32) : greatest
        return program(
            "shifted", rows, n, outputs: ["y"], temporaries: ["m"],
            [
                .reduce(
                    "max", row(rows), .maximumNumber(), over: [Axis("r", n)], [x], finish: [.state(0)], into: ["m"]),
                .reduce(
                    "total", row(rows), .sum(), over: [Axis("r", n)], [.unary(.exp, x - shift)],
                    finish: [.unary(.log, .state(0)) + greatest], into: ["y"]),
            ])
    }

    /// The logarithm of softmax, x − m − log Σ exp(x − m), with several rows in each of some batches.
    static func logSoftmax(_ batches: Int, _ rows: Int, _ n: Int) -> TensorProgram {
        let axes = [Axis("b", batches), Axis("row", rows)]
        let (place, r) = ([Index.axis("b"), .axis("row")], Axis("r", n))
        let shifted = Expr.load("x", place + [.axis("r")]) - .load("m", place)
        return TensorProgram(
            name: "logSoftmax",
            buffers: [
                Buffer("x", shape: [batches, rows, n], role: .input),
                Buffer("m", shape: [batches, rows], role: .temporary),
                Buffer("l", shape: [batches, rows], role: .temporary),
                Buffer("y", shape: [batches, rows, n], role: .output),
            ],
            stages: [
                .reduce(
                    "max", axes, .maximumNumber(), over: [r], [.load("x", place + [.axis("r")])], finish: [.state(0)],
                    into: ["m"]),
                .reduce(
                    "logsum", axes, .sum(), over: [r], [.unary(.exp, shifted)], finish: [.unary(.log, .state(0))],
                    into: ["l"]),
                .map("out", axes + [r], [shifted - .load("l", place)], into: ["y"]),
            ])
    }

    /// Each channel, over all items of a batch and all places, less its mean, as batch norm centres it.
    static func centredChannels(_ batch: Int, _ channels: Int, _ places: Int) -> TensorProgram {
        let (n, c, p) = (Axis("n", batch), Axis("c", channels), Axis("p", places))
        let x = Expr.load("x", [.axis("n"), .axis("c"), .axis("p")])
        let share = 1 / Double(batch * places)
        return TensorProgram(
            name: "channels",
            buffers: [
                Buffer("x", shape: [batch, channels, places], role: .input),
                Buffer("mean", shape: [channels], role: .temporary),
                Buffer("y", shape: [batch, channels, places], role: .output),
            ],
            stages: [
                .reduce(
                    "mean", [c], .sum(), over: [n, p], [x], finish: [.state(0) * .float(share)], into: ["mean"]),
                .map("out", [n, c, p], [x - .load("mean", [.axis("c")])], into: ["y"]),
            ])
    }
}
