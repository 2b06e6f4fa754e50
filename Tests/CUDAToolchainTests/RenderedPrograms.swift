import KernelIR
import Scheduling
import Testing

/// Tensor programs, with schedules, that between them use what the printer can say.
struct RenderedProgram: Sendable, CustomTestStringConvertible {
    var name: String
    var program: TensorProgram
    /// One stage and its loops to spread over groups, in order, and over work-items.
    var stage: String
    var groups: [String]
    var items: [String]

    var testDescription: String { name }

    /// The stage's loops on groups and work-items.
    var bound: Schedule {
        groups.map { .bind(Bind(stage: stage, loop: $0)) }
            + items.map { .bind(Bind(stage: stage, loop: $0, to: .item)) }
    }

    static let all = [map, product, softmax, columnSum, window, halves, truths]
}

extension RenderedProgram {
    private static func point(_ axes: String...) -> [Index] { axes.map { .axis($0) } }

    /// y = gelu(x), by the fast formulas and by the library's functions.
    private static let map = RenderedProgram(
        name: "map",
        program: TensorProgram(
            name: "gelu",
            buffers: [
                Buffer("x", shape: [8, 96], role: .input), Buffer("y", shape: [8, 96], role: .output),
            ],
            stages: [
                .map(
                    "gelu", [Axis("i", 8), Axis("j", 96)],
                    [
                        .load("x", point("i", "j")) * .float(0.5)
                            * (.float(1) + .unary(.erf, .load("x", point("i", "j")) * .float(0.70710678)))
                    ], into: ["y"])
            ]),
        stage: "gelu", groups: ["i"], items: ["j"])

    private static let product = RenderedProgram(
        name: "product",
        program: TensorProgram(
            name: "product",
            buffers: [
                Buffer("a", shape: [64, 48], role: .input), Buffer("b", shape: [48, 96], role: .parameter),
                Buffer("c", shape: [64, 96], role: .output),
            ],
            stages: [
                .reduce(
                    "product", [Axis("m", 64), Axis("n", 96)], .sum(), over: [Axis("k", 48)],
                    [.load("a", point("m", "k")) * .load("b", point("k", "n"))],
                    finish: [.binary(.max, .state(0), .float(0))], into: ["c"])
            ]),
        stage: "product", groups: ["m"], items: ["n"])

    private static let softmax: RenderedProgram = {
        let (row, k, column) = (Axis("i", 16), Axis("k", 100), Axis("j", 100))
        return RenderedProgram(
            name: "softmax",
            program: TensorProgram(
                name: "softmax",
                buffers: [
                    Buffer("x", shape: [16, 100], role: .input), Buffer("m", shape: [16], role: .temporary),
                    Buffer("l", shape: [16], role: .temporary), Buffer("y", shape: [16, 100], role: .output),
                ],
                stages: [
                    .reduce(
                        "norm", [row], .logSumExp(), over: [k], [.load("x", point("i", "k")), .float(1)],
                        finish: [.state(0), .state(1)], into: ["m", "l"]),
                    .map(
                        "exp", [row, column],
                        [
                            .unary(.exp, .load("x", point("i", "j")) - .load("m", point("i")))
                                / .load("l", point("i"))
                        ], into: ["y"]),
                ]),
            stage: "exp", groups: ["exp.i"], items: ["j"])
    }()

    private static let columnSum = RenderedProgram(
        name: "column sum",
        program: TensorProgram(
            name: "columns",
            buffers: [
                Buffer("x", shape: [100, 36], role: .input), Buffer("mean", shape: [36], role: .output),
                Buffer("variance", shape: [36], role: .output),
            ],
            stages: [
                .reduce(
                    "columns", [Axis("j", 36)], .welford(), over: [Axis("i", 100)],
                    [.float(1), .load("x", point("i", "j")), .float(0)],
                    finish: [.state(1), .state(2) / .state(0)], into: ["mean", "variance"])
            ]),
        stage: "columns", groups: [], items: ["j"])

    /// The maximum of 3 × 3 windows with a border, and where it is.
    private static let window: RenderedProgram = {
        let row = Index.axis("i") + .axis("r") + -1
        let column = Index.axis("j") + .axis("s") + -1
        let load = Load(
            "x", [row, column], bounds: [Bound(row, below: 30), Bound(column, below: 20)], fill: -.infinity)
        let place = Expr.index(Index.axis("r") * 3 + .axis("s"), .int32)
        return RenderedProgram(
            name: "window",
            program: TensorProgram(
                name: "pool",
                buffers: [
                    Buffer("x", shape: [30, 20], role: .input), Buffer("y", shape: [30, 20], role: .output),
                    Buffer("place", .int64, shape: [30, 20], role: .output),
                ],
                stages: [
                    .reduce(
                        "pool", [Axis("i", 30), Axis("j", 20)],
                        Monoid.argmax(), over: [Axis("r", 3), Axis("s", 3)], [.load(load), place],
                        finish: [.state(0), .cast(.int64, .state(1))], into: ["y", "place"])
                ]),
            stage: "pool", groups: ["i"], items: ["j"])
    }()

    /// Both 16-bit types, read and written.
    private static let halves = RenderedProgram(
        name: "16-bit types",
        program: TensorProgram(
            name: "halves",
            buffers: [
                Buffer("x", .float16, shape: [4, 64], role: .input),
                Buffer("y", .bfloat16, shape: [4, 64], role: .input),
                Buffer("z", .float16, shape: [4, 64], role: .output),
                Buffer("w", .bfloat16, shape: [4, 64], role: .output),
            ],
            stages: [
                .map(
                    "halves", [Axis("i", 4), Axis("j", 64)],
                    [
                        .cast(.float16, .unary(.tanh, .cast(.float32, .load("y", point("i", "j"))))),
                        .cast(.bfloat16, .unary(.log1p, .cast(.float32, .load("x", point("i", "j"))))),
                    ], into: ["z", "w"])
            ]),
        stage: "halves", groups: ["i"], items: ["j"])

    /// Booleans, integers of every width, and double precision.
    private static let truths: RenderedProgram = {
        let (flag, number) = (Expr.load("flag", point("i")), Expr.load("number", point("i")))
        let wide = Expr.select(
            .binary(.or, flag, .binary(.less, number, .constant(-3, .int8))), .cast(.float64, number),
            .constant(.infinity, .float64))
        return RenderedProgram(
            name: "truths and doubles",
            program: TensorProgram(
                name: "truths",
                buffers: [
                    Buffer("flag", .bool, shape: [64], role: .input),
                    Buffer("number", .int8, shape: [64], role: .input),
                    Buffer("wide", .float64, shape: [64], role: .output),
                    Buffer("not", .bool, shape: [64], role: .output),
                    Buffer("long", .int64, shape: [64], role: .output),
                ],
                stages: [
                    .map(
                        "truths", [Axis("i", 64)],
                        [
                            .binary(.power, wide, .unary(.rsqrt, .binary(.max, wide, .constant(2, .float64)))),
                            .unary(.not, .binary(.and, flag, .binary(.equal, flag, .constant(1, .bool)))),
                            .unary(.absolute, .cast(.int64, number)) / .constant(7, .int64)
                                + .index(.axis("i") * 3, .int64),
                        ], into: ["wide", "not", "long"])
                ]),
            stage: "truths", groups: [], items: ["i"])
    }()
}
