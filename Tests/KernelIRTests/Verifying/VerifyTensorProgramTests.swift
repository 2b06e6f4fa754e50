import KernelIR
import Testing

/// A mistake in an otherwise legal program, and what the verifier must say.
struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: String
    let make: @Sendable (inout TensorProgram) -> Void

    init(_ name: String, says expected: String, _ make: @escaping @Sendable (inout TensorProgram) -> Void) {
        (testDescription, self.expected, self.make) = (name, expected, make)
    }
}

@Suite("Verification of tensor programs") struct VerifyTensorProgramTests {
    @Test func acceptsLegalPrograms() throws { try Programs.rows.verify() }

    @Test(arguments: [
        (Sweep("q"), "scans along q, which is none of its axes; axes: row, r"),
        (Sweep("r", block: 1), "blocks of 1 along r; 2 to 5"), (Sweep("r", block: 6), "blocks of 6 along r"),
    ])
    func rejectsSweeps(_ sweep: Sweep, _ expected: String) throws {
        var program = Programs.runningSums
        try program.verify()
        program.stages[0].kind = .scan(.sum(), along: sweep)
        #expect(message { try program.verify() }.contains(expected))
    }

    @Test func rejectsLiftsOfAScan() {
        var program = Programs.runningSums
        program.stages[0].body = []
        #expect(message { try program.verify() }.contains("0 lifts for 1 states"))
    }

    @Test(arguments: mistakes)
    func rejects(mistake: Mistake) {
        var program = Programs.rows
        mistake.make(&program)
        let message = message { try program.verify() }
        #expect(message.contains(mistake.expected), "said: \(message)")
    }

    /// Replaces the value of the last stage.
    private static func value(_ name: String, says expected: String, _ value: Expr) -> Mistake {
        Mistake(name, says: expected) { $0.stages[1].body = [value] }
    }

    private static let x = Expr.load("x", [.axis("row"), .axis("r")])
    private static let isLess = Expr.binary(.less, x, .float(0))

    static let mistakes: [Mistake] = [
        Mistake("two buffers of one name", says: "two buffers are named x") { $0.buffers[2].name = "x" },
        Mistake("an empty dimension", says: "extents are positive") { $0.buffers[0].shape = [4, 0] },
        Mistake("two stages of one name", says: "two stages are named max") { $0.stages[1].name = "max" },
        Mistake("an axis twice", says: "axis row occurs twice") { $0.stages[1].axes[1].name = "row" },
        Mistake("an empty axis", says: "axis row has extent 0") { $0.stages[0].axes[0].extent = 0 },
        Mistake("no output", says: "writes nothing") { ($0.stages[1].outputs, $0.stages[1].body) = ([], []) },
        Mistake("an unknown output", says: "output z is unknown; declared: y, m") { $0.stages[1].outputs = ["z"] },
        Mistake("a written input", says: "writes the input x") { $0.stages[1].outputs = ["x"] },
        Mistake("two producers", says: "m is written twice") { program in
            var copy = program.stages[0]
            copy.name = "again"
            program.stages.append(copy)
        },
        Mistake("an output nobody writes", says: "no stage writes the output y") { $0.stages.removeLast() },
        Mistake("a shape other than the axes", says: "y has shape [4, 7]") { $0.buffers[1].shape = [4, 7] },
        Mistake("too few results", says: "0 results for 1 outputs") { $0.stages[1].body = [] },
        Mistake("a map with a finish", says: "a map has no finish") { $0.stages[1].finish = [.float(0)] },
        Mistake("nothing to reduce over", says: "at least one axis") {
            $0.stages[0].kind = .reduce(.maximum(), over: [])
        },
        Mistake("a lift too many", says: "2 lifts for 1 states") { $0.stages[0].body.append(.float(0)) },
        Mistake("a lift of another type", says: "lift 0 has type bool, wanted float32") {
            $0.stages[0].body = [isLess]
        },
        Mistake("a succession by a state that is none", says: "no state 5 is the place") {
            var monoid = Monoid.maximum()
            monoid.succession = .init(place: 5, combine: monoid.combine)
            $0.stages[0].kind = .reduce(monoid, over: [Axis("r", 6)])
        },
        Mistake("a succession without a combine", says: "one each a state") {
            var monoid = Monoid.maximum()
            monoid.succession = .init(place: 0, combine: [])
            $0.stages[0].kind = .reduce(monoid, over: [Axis("r", 6)])
        },
        Mistake("a monoid without identity", says: "one each a state") {
            var monoid = Monoid.maximum()
            monoid.identity = []
            $0.stages[0].kind = .reduce(monoid, over: [Axis("r", 6)])
        },
        Mistake("a combine that loads", says: "read before it is written") {
            var monoid = Monoid.maximum()
            monoid.combine = [.load("x", [Index(0), Index(0)])]
            $0.stages[0].kind = .reduce(monoid, over: [Axis("r", 6)])
        },
        Mistake("a reduced axis in finish", says: "axis r is not in scope; axes here: row") {
            $0.stages[0].finish = [.load("x", [.axis("row"), .axis("r")])]
        },
        Mistake("stages in the wrong order", says: "m is read before it is written") { $0.stages.reverse() },
        value("an unknown buffer", says: "buffer z is unknown; buffers here: m, x, y", .load("z", [])),
        value("a wrong rank", says: "x has rank 2 but 1 indices", .load("x", [.axis("r")])),
        value("an unknown axis", says: "axis q is not in scope", .load("m", [.axis("q")])),
        value(
            "an access out of bounds", says: "index 1 of x (r + 1) reaches 1...6 in extent 6",
            .load("x", [.axis("row"), .axis("r") + 1])),
        value(
            "a guard that does not imply the range", says: "reaches 1...6",
            .load(Load("x", [.axis("row"), .axis("r") + 1], bounds: [Bound(.axis("r"), below: 6)]))),
        value("a bound that never holds", says: "never holds", .select(.inside([Bound(.axis("r"), below: 0)]), x, x)),
        value("a state outside finish", says: "state 0 does not exist here", .state(0)),
        value("a side outside combine", says: "states stand only in a monoid's combine", .left(0)),
        value("operands of two types", says: "second operand of add has type int32", x + .constant(1, .int32)),
        value("arithmetic on booleans", says: "operands of add have type bool", isLess + isLess),
        value("logic on numbers", says: "operands of and have type float32", .binary(.and, x, x)),
        value("a number as a condition", says: "condition of select has type float32", .select(x, x, x)),
        value("select of two types", says: "second value of select", .select(isLess, x, isLess)),
        value("exp of an integer", says: "operand of exp has type int32", .unary(.exp, .constant(1, .int32))),
        value("not of a number", says: "operand of not has type float32", .unary(.not, x)),
        value(
            "power of integers", says: "operands of power", .binary(.power, .constant(1, .int32), .constant(1, .int32))),
        value("a fraction as an integer", says: "no literal of type int32", .constant(0.5, .int32)),
        value("an index as a float", says: "an index as a number", .index(.axis("r"), .float32)),
        value("a result of another type", says: "result for y has type bool", isLess),
    ]

    @Test func acceptsGuardsThatImplyTheRange() throws {
        var program = Programs.rows
        let shifted = Index.axis("r") + -1
        program.stages[1].body = [.load(Load("x", [.axis("row"), shifted], bounds: [Bound(shifted, below: 6)]))]
        try program.verify()
        // The guard is on a sum; the access shifts it.
        let sum = Index.axis("row") * 2 + .axis("r")
        program.stages[1].body = [
            .load(Load("x", [Index(0), sum + -1], bounds: [Bound(sum + -2, below: 5)]))
        ]
        try program.verify()
    }
}
