import KernelIR

/// Small legal programs that tests change in one place.
enum Programs {
    /// `m[row] = max_r x[row, r]`, then `y[row, r] = x[row, r] - m[row]`.
    static var rows: TensorProgram {
        let (row, r) = (Index.axis("row"), Index.axis("r"))
        return TensorProgram(
            name: "rows",
            buffers: [
                Buffer("x", shape: [4, 6], role: .input), Buffer("y", shape: [4, 6], role: .output),
                Buffer("m", shape: [4], role: .temporary),
            ],
            stages: [
                .reduce(
                    "max", [Axis("row", 4)], .maximum(), over: [Axis("r", 6)], [.load("x", [row, r])],
                    finish: [.state(0)], into: ["m"]),
                .map(
                    "shift", [Axis("row", 4), Axis("r", 6)], [.load("x", [row, r]) - .load("m", [row])], into: ["y"]),
            ])
    }

    /// `y[row, r]` is the sum of `x[row, q]` over the q up to r.
    static var runningSums: TensorProgram {
        let place = [Index.axis("row"), .axis("r")]
        return TensorProgram(
            name: "runningSums",
            buffers: [Buffer("x", shape: [4, 6], role: .input), Buffer("y", shape: [4, 6], role: .output)],
            stages: [
                .scan(
                    "scan", [Axis("row", 4), Axis("r", 6)], .sum(), along: Sweep("r"), [.load("x", place)],
                    finish: [.state(0)], into: ["y"])
            ])
    }

    /// `y[i] = 2·x[i]` for 10 elements in blocks of 4 lanes, one block a work-group, through a vector register.
    static var blocks: LoopProgram {
        let place = Index.axis("o") * 4 + .axis("i")
        let bound = Bound(place, below: 10)
        return LoopProgram(
            name: "blocks",
            buffers: [Buffer("x", shape: [10], role: .input), Buffer("y", shape: [10], role: .output)],
            kernels: [
                Kernel(
                    name: "double", grid: [Axis("o", 3)],
                    body: [
                        .allocate(LocalBuffer("t", .float32, shape: [4], space: .register, isVector: true)),
                        .loop(
                            axis: "i", start: 0, end: 4, kind: .lanes,
                            body: [.store([Store("t", [.axis("i")], .load(Load("x", [place], bounds: [bound])))])]),
                        .loop(
                            axis: "i", start: 0, end: 4, kind: .lanes,
                            body: [
                                .store([
                                    Store("y", [place], .load("t", [.axis("i")]) * .float(2), bounds: [bound])
                                ])
                            ]),
                    ])
            ])
    }

    /// A program of one kernel over `x[8, 8]`, `y[8, 8]` and the temporary `t[8]`.
    static func kernel(
        grid: [Axis] = [Axis("g", 8)], local: [Axis] = [], _ body: [Statement]
    ) -> LoopProgram {
        LoopProgram(
            name: "test",
            buffers: [
                Buffer("x", shape: [8, 8], role: .input), Buffer("y", shape: [8, 8], role: .output),
                Buffer("t", shape: [8], role: .temporary),
            ], kernels: [Kernel(name: "k", grid: grid, local: local, body: body)])
    }

    /// A loop from 0.
    static func loop(_ axis: String, _ end: Int, _ kind: LoopKind, _ body: [Statement]) -> Statement {
        .loop(axis: axis, start: 0, end: end, kind: kind, body: body)
    }

    /// A serial loop from 0.
    static func loop(_ axis: String, _ end: Int, _ body: [Statement]) -> Statement { loop(axis, end, .serial, body) }

    /// A store of one value.
    static func store(_ buffer: String, _ indices: [Index], _ value: Expr, _ bounds: [Bound] = []) -> Statement {
        .store([Store(buffer, indices, value, bounds: bounds)])
    }
}

/// The message of the error that `body` throws, or "" where it throws none.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch {
        return "\(error)"
    }
}
