import KernelIR
import Rendering
import Scheduling
import Testing

/// Expects the loop nest of a scheduled program, as `explain` shows it.
func expectNest(
    _ program: TensorProgram, _ schedule: Schedule, _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
    let text = LoopNestPrinter.text(state.lowered())
    #expect(text == expected + "\n", sourceLocation: sourceLocation)
}

/// Expects the loops of each kernel of a scheduled program, in the order in which they open: `KERNEL: LOOP LOOP …`.
func expectLoops(
    _ program: TensorProgram, _ schedule: Schedule, _ expected: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    func loops(_ body: [Statement]) -> [String] {
        body.flatMap { statement in
            if case .loop(let axis, _, _, _, let inner) = statement { [axis] + loops(inner) } else { [String]() }
        }
    }
    let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
    let text = state.lowered().kernels.map { "\($0.name): " + loops($0.body).joined(separator: " ") }
    #expect(text == expected, sourceLocation: sourceLocation)
}

/// The programs of the snapshots, as small as the action allows.
enum SnapshotProgram {
    private static func vector(_ name: String, _ n: Int, _ role: Buffer.Role) -> Buffer {
        Buffer(name, shape: [n], role: role)
    }

    /// C[m] = A[m] + 1
    static func map(_ n: Int) -> TensorProgram {
        TensorProgram(
            name: "map", buffers: [vector("A", n, .input), vector("C", n, .output)],
            stages: [.map("C", [Axis("m", n)], [.load("A", [.axis("m")]) + .float(1)], into: ["C"])])
    }

    /// T[i] = A[i]·2, then C[j] = T[j] + 1
    static func chain(_ n: Int) -> TensorProgram {
        TensorProgram(
            name: "chain", buffers: [vector("A", n, .input), vector("T", n, .temporary), vector("C", n, .output)],
            stages: [
                .map("T", [Axis("i", n)], [.load("A", [.axis("i")]) * .float(2)], into: ["T"]),
                .map("C", [Axis("j", n)], [.load("T", [.axis("j")]) + .float(1)], into: ["C"]),
            ])
    }

    /// C[i, j] = A[i, j]·2
    static func matrix(_ rows: Int, _ columns: Int) -> TensorProgram {
        let point = [Index.axis("i"), .axis("j")]
        return TensorProgram(
            name: "matrix",
            buffers: [
                Buffer("A", shape: [rows, columns], role: .input), Buffer("C", shape: [rows, columns], role: .output),
            ],
            stages: [
                .map("C", [Axis("i", rows), Axis("j", columns)], [.load("A", point) * .float(2)], into: ["C"])
            ])
    }

    /// C[m, n] = Σ A[m, k]·B[k, n]
    static func product(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        TensorProgram(
            name: "product",
            buffers: [
                Buffer("A", shape: [m, k], role: .input), Buffer("B", shape: [k, n], role: .input),
                Buffer("C", shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "C", [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)],
                    [.load("A", [.axis("m"), .axis("k")]) * .load("B", [.axis("k"), .axis("n")])], finish: [.state(0)],
                    into: ["C"])
            ])
    }

    /// C[m, n] = Σ A[m, k]·B[k, n], then S[i] = Σ C[i, r]
    static func summedProduct(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        var program = product(m, n, k)
        program.buffers[2].role = .temporary
        program.buffers.append(vector("S", m, .output))
        program.stages.append(
            .reduce(
                "S", [Axis("i", m)], .sum(), over: [Axis("r", n)], [.load("C", [.axis("i"), .axis("r")])],
                finish: [.state(0)], into: ["S"]))
        return program
    }

    /// S[i] = Σ A[i, k], then D[j] = max(0, S[j])
    static func sumThenMap(_ rows: Int, _ n: Int) -> TensorProgram {
        TensorProgram(
            name: "sumThenMap",
            buffers: [
                Buffer("A", shape: [rows, n], role: .input), vector("S", rows, .temporary), vector("D", rows, .output),
            ],
            stages: [
                .reduce(
                    "S", [Axis("i", rows)], .sum(), over: [Axis("k", n)], [.load("A", [.axis("i"), .axis("k")])],
                    finish: [.state(0)], into: ["S"]),
                .map("D", [Axis("j", rows)], [.binary(.max, .float(0), .load("S", [.axis("j")]))], into: ["D"]),
            ])
    }

    /// S[i] = Σ √A[i, k], then Y[a, b] = √A[a, b] / S[a]
    static func shares(_ rows: Int, _ n: Int) -> TensorProgram {
        func root(_ row: String, _ column: String) -> Expr { .unary(.sqrt, .load("A", [.axis(row), .axis(column)])) }
        return TensorProgram(
            name: "shares",
            buffers: [
                Buffer("A", shape: [rows, n], role: .input), vector("S", rows, .temporary),
                Buffer("Y", shape: [rows, n], role: .output),
            ],
            stages: [
                .reduce(
                    "S", [Axis("i", rows)], .sum(), over: [Axis("k", n)], [root("i", "k")], finish: [.state(0)],
                    into: ["S"]),
                .map(
                    "Y", [Axis("a", rows), Axis("b", n)], [root("a", "b") / .load("S", [.axis("a")])], into: ["Y"]),
            ])
    }

    /// C[i, k] = Σ A[i, q] over the q up to k
    static func scan(_ rows: Int, _ n: Int) -> TensorProgram {
        let place = [Index.axis("i"), .axis("k")]
        return TensorProgram(
            name: "scan",
            buffers: [
                Buffer("A", shape: [rows, n], role: .input), Buffer("C", shape: [rows, n], role: .output),
            ],
            stages: [
                .scan(
                    "C", [Axis("i", rows), Axis("k", n)], .sum(), along: Sweep("k"), [.load("A", place)],
                    finish: [.state(0)], into: ["C"])
            ])
    }

    /// M[i] = max A[i, k], then S[i] = Σ exp(A[i, k] − M[i])
    static func logSumExp(_ rows: Int, _ n: Int) -> TensorProgram {
        let (i, k) = (Axis("i", rows), Axis("k", n))
        let element = Expr.load("A", [.axis("i"), .axis("k")])
        return TensorProgram(
            name: "logSumExp",
            buffers: [
                Buffer("A", shape: [rows, n], role: .input), vector("M", rows, .temporary), vector("S", rows, .output),
            ],
            stages: [
                .reduce("M", [i], .maximumNumber(), over: [k], [element], finish: [.state(0)], into: ["M"]),
                .reduce(
                    "S", [i], .sum(), over: [k], [.unary(.exp, element - .load("M", [.axis("i")]))],
                    finish: [.state(0)], into: ["S"]),
            ])
    }
}
