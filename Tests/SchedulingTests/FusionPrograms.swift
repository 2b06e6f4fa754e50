import KernelIR

/// Maps that are read more often than once.
enum FusionPrograms {
    /// x + hardswish(tanh(x·w)): 42 operations.
    static func residual(_ x: Expr, _ w: Expr) -> Expr {
        let t = Expr.unary(.tanh, x * w)
        let clamped = Expr.binary(.min, .binary(.max, t + .float(3), .float(0)), .float(6))
        return x + t * clamped / .float(6)
    }

    static func relu(_ x: Expr, _ w: Expr) -> Expr { .binary(.max, x * w, .float(0)) }

    /// log Σ exp over channels of what a function makes of elements and their channel's weight, in two reductions.
    static func logSumExp(
        _ items: Int, _ channels: Int, _ places: Int, _ function: (Expr, Expr) -> Expr
    ) -> TensorProgram {
        let (n, c, p) = (Axis("n", items), Axis("c", channels), Axis("p", places))
        let (point, row): ([Index], [Index]) = ([.axis("n"), .axis("c"), .axis("p")], [.axis("n"), .axis("p")])
        let (t, m) = (Expr.load("t", point), Expr.load("m", row))
        return TensorProgram(
            name: "logSumExp",
            buffers: [
                Buffer("x", shape: [items, channels, places], role: .input),
                Buffer("w", shape: [channels], role: .parameter),
                Buffer("t", shape: [items, channels, places], role: .temporary),
                Buffer("m", shape: [items, places], role: .temporary),
                Buffer("y", shape: [items, places], role: .output),
            ],
            stages: [
                .map("function", [n, c, p], [function(.load("x", point), .load("w", [.axis("c")]))], into: ["t"]),
                .reduce("max", [n, p], .maximumNumber(), over: [c], [t], finish: [.state(0)], into: ["m"]),
                .reduce(
                    "total", [n, p], .sum(), over: [c], [.unary(.exp, t - m)],
                    finish: [.unary(.log, .state(0)) + m], into: ["y"]),
            ])
    }

    /// y = j + j², where j joins so many vectors one behind the other; with one reader, y = j².
    static func joined(_ operands: Int, extent: Int, readers: Int = 2) -> TensorProgram {
        let (i, place) = ([Axis("i", operands * extent)], Index.axis("i"))
        let names = (0..<operands).map { "x\($0)" }
        let join = names.enumerated().reversed().reduce(Expr.float(0)) { rest, operand in
            let inside = Bound(place + -operand.offset * extent, below: extent)
            let load = Expr.load(Load(operand.element, [inside.index], bounds: [inside], fill: 0))
            return .select(.inside([inside]), load, rest)
        }
        let (j, s) = (Expr.load("j", [place]), Expr.load("s", [place]))
        return TensorProgram(
            name: "joined",
            buffers: names.map { Buffer($0, shape: [extent], role: .input) }
                + [
                    Buffer("j", shape: [operands * extent], role: .temporary),
                    Buffer("s", shape: [operands * extent], role: .output),
                    Buffer("y", shape: [operands * extent], role: .output),
                ].filter { readers == 2 || $0.name != "y" },
            stages: [
                .map("join", i, [join], into: ["j"]), .map("square", i, [j * j], into: ["s"]),
                .map("sum", i, [j + s], into: ["y"]),
            ].filter { readers == 2 || $0.name != "sum" })
    }

    /// j = x0 behind x1, k = x2 behind j, and y = j², so that j is read by a join and by another stage; without `again`, k is
    /// a copy of j.
    static func growing(extent: Int, again: Bool) -> TensorProgram {
        let place = Index.axis("i")
        func join(_ front: String, _ length: Int, _ back: String) -> Expr {
            let (first, second) = (Bound(place, below: length), Bound(place + -length, below: extent))
            return .select(
                .inside([second]), .load(Load(back, [second.index], bounds: [second], fill: 0)),
                .load(Load(front, [place], bounds: [first], fill: 0)))
        }
        let whole = again ? 3 * extent : 2 * extent
        return TensorProgram(
            name: "growing",
            buffers: (0..<(again ? 3 : 2)).map { Buffer("x\($0)", shape: [extent], role: .input) }
                + [
                    Buffer("j", shape: [2 * extent], role: .temporary), Buffer("k", shape: [whole], role: .output),
                    Buffer("y", shape: [2 * extent], role: .output),
                ],
            stages: [
                .map("join", [Axis("i", 2 * extent)], [join("x0", extent, "x1")], into: ["j"]),
                .map(
                    "further", [Axis("i", whole)], [again ? join("j", 2 * extent, "x2") : .load("j", [place])],
                    into: ["k"]),
                .map("square", [Axis("i", 2 * extent)], [.load("j", [place]) * .load("j", [place])], into: ["y"]),
            ])
    }

    /// y[r, c] = x[r, c]·f(w), where w lies along one of the axes.
    static func spread(
        _ rows: Int, _ columns: Int, along axis: String, _ function: (Expr) -> Expr
    ) -> TensorProgram {
        let (r, c) = (Axis("r", rows), Axis("c", columns))
        let own = axis == "r" ? r : c
        return TensorProgram(
            name: "spread",
            buffers: [
                Buffer("x", shape: [rows, columns], role: .input), Buffer("w", shape: [own.extent], role: .input),
                Buffer("g", shape: [own.extent], role: .temporary), Buffer("y", shape: [rows, columns], role: .output),
            ],
            stages: [
                .map("function", [own], [function(.load("w", [.axis(axis)]))], into: ["g"]),
                .map(
                    "product", [r, c], [.load("x", [.axis("r"), .axis("c")]) * .load("g", [.axis(axis)])], into: ["y"]),
            ])
    }

    /// y = t·exp(t) in two maps, where t is a tower of so many tanh.
    static func diamond(_ count: Int, height: Int) -> TensorProgram {
        let i = [Axis("i", count)]
        let t = Expr.load("t", [.axis("i")])
        let tower = (0..<height).reduce(Expr.load("x", [.axis("i")])) { value, _ in .unary(.tanh, value) }
        return TensorProgram(
            name: "diamond",
            buffers: [
                Buffer("x", shape: [count], role: .input), Buffer("t", shape: [count], role: .temporary),
                Buffer("e", shape: [count], role: .temporary), Buffer("y", shape: [count], role: .output),
            ],
            stages: [
                .map("function", i, [tower], into: ["t"]), .map("exp", i, [.unary(.exp, t)], into: ["e"]),
                .map("product", i, [t * .load("e", [.axis("i")])], into: ["y"]),
            ])
    }
}
