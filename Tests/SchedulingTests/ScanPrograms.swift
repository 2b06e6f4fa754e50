import KernelIR

/// Programs that scan an axis.
enum ScanPrograms {
    private static let rows = [Index.axis("row"), .axis("r")]

    private static func buffers(_ shape: [Int], _ temporaries: [(name: String, shape: [Int])] = []) -> [Buffer] {
        [Buffer("x", shape: shape, role: .input), Buffer("y", shape: shape, role: .output)]
            + temporaries.map { Buffer($0.name, shape: $0.shape, role: .temporary) }
    }

    private static func sum(_ axes: [Axis], along sweep: Sweep, _ lift: Expr, into output: String) -> Stage {
        .scan("scan", axes, .sum(), along: sweep, [lift], finish: [.state(0)], into: [output])
    }

    /// Running sums of each row's doubled elements, halved: a map before and a map after the scan.
    static func rowSums(_ rows: Int, _ n: Int) -> TensorProgram {
        let axes = [Axis("row", rows), Axis("r", n)]
        return TensorProgram(
            name: "rowSums", buffers: buffers([rows, n], [("t", [rows, n]), ("s", [rows, n])]),
            stages: [
                .map("twice", axes, [.load("x", Self.rows) * .float(2)], into: ["t"]),
                sum(axes, along: Sweep("r"), .load("t", Self.rows), into: "s"),
                .map("half", axes, [.load("s", Self.rows) * .float(0.5)], into: ["y"]),
            ])
    }

    /// Running products from the end along the middle axis.
    static func middleProducts(_ outer: Int, _ n: Int, _ inner: Int) -> TensorProgram {
        let axes = [Axis("o", outer), Axis("r", n), Axis("i", inner)]
        return TensorProgram(
            name: "middleProducts", buffers: buffers([outer, n, inner]),
            stages: [
                .scan(
                    "scan", axes, .product(), along: Sweep("r", isReversed: true),
                    [.load("x", axes.map { .axis($0.name) })], finish: [.state(0)], into: ["y"])
            ])
    }

    /// Sums of each element and those behind it, as a running sum of the mirrored row that is mirrored again.
    static func mirrored(_ rows: Int, _ n: Int) -> TensorProgram {
        let axes = [Axis("row", rows), Axis("r", n)]
        let mirror = [Index.axis("row"), Index(n - 1) - .axis("r")]
        return TensorProgram(
            name: "mirrored", buffers: buffers([rows, n], [("s", [rows, n])]),
            stages: [
                sum(axes, along: Sweep("r"), .load("x", mirror), into: "s"),
                .map("out", axes, [.load("s", mirror)], into: ["y"]),
            ])
    }

    /// Sums of what lies before each element: a scan of all but the last that is read one place later.
    static func exclusive(_ rows: Int, _ n: Int) -> TensorProgram {
        let before = Index.axis("j") + -1
        let read = Load("s", [.axis("row"), before], bounds: [Bound(before, below: n - 1)])
        return TensorProgram(
            name: "exclusive", buffers: buffers([rows, n], [("s", [rows, n - 1])]),
            stages: [
                sum([Axis("row", rows), Axis("r", n - 1)], along: Sweep("r"), .load("x", Self.rows), into: "s"),
                .map("out", [Axis("row", rows), Axis("j", n)], [.load(read)], into: ["y"]),
            ])
    }

    /// Every value of h ← a·h + b along each row, by composition of affine maps, which does not commute.
    static func recurrences(_ rows: Int, _ n: Int, isReversed: Bool = false) -> TensorProgram {
        let monoid = Monoid(
            name: "affines", states: [.float32, .float32], identity: [1, 0],
            combine: [.right(0) * .left(0), .right(0) * .left(1) + .right(1)], isCommutative: false)
        return TensorProgram(
            name: "recurrences", buffers: buffers([rows, n]) + [Buffer("a", shape: [rows, n], role: .input)],
            stages: [
                .scan(
                    "affines", [Axis("row", rows), Axis("r", n)], monoid, along: Sweep("r", isReversed: isReversed),
                    [.load("a", Self.rows) * .float(0.5), .load("x", Self.rows)], finish: [.state(1)], into: ["y"])
            ])
    }

    /// Each element over the last of its row's running sums: a scan that one row of the result needs as a whole.
    static func shares(_ rows: Int, _ n: Int) -> TensorProgram {
        var program = rowSums(rows, n)
        program.stages[2].body = [.load("s", Self.rows) / .load("s", [.axis("row"), Index(n - 1)])]
        return program
    }
}
