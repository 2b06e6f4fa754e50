import KernelIR
import Testing

/// A loop program and what the verifier must say of it; nothing where it is legal.
struct LoopCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: String
    let program: LoopProgram

    init(_ name: String, says expected: String = "", _ program: LoopProgram) {
        (testDescription, self.expected, self.program) = (name, expected, program)
    }
}

@Suite("Verification of loop programs") struct VerifyLoopProgramTests {
    private typealias P = Programs
    private static let (g, i) = (Index.axis("g"), Index.axis("i"))
    private static let x = Expr.load("x", [g, i])

    /// A loop over `i` around statements, one row a group.
    private static func rows(_ body: [Statement]) -> LoopProgram { P.kernel([P.loop("i", 8, body)]) }

    private static func twice(_ program: LoopProgram) -> LoopProgram {
        var program = program
        program.kernels.append(program.kernels[0])
        return program
    }

    private static func register(isVector: Bool = false, _ shape: [Int] = [8]) -> Statement {
        .allocate(LocalBuffer("v", .float32, shape: shape, space: .register, isVector: isVector))
    }

    @Test func acceptsLegalPrograms() throws {
        try Programs.blocks.verify()
        try Self.rows([P.store("y", [Self.g, Self.i], Self.x)]).verify()
    }

    @Test(arguments: mistakes)
    func rejects(mistake: LoopCase) {
        let message = message { try mistake.program.verify() }
        #expect(!mistake.expected.isEmpty && message.contains(mistake.expected), "said: \(message)")
    }

    @Test(arguments: disjoint)
    func acceptsDisjointGroups(legal: LoopCase) throws { try legal.program.verify() }

    static let mistakes: [LoopCase] = [
        LoopCase("two kernels of one name", says: "two kernels are named k", twice(rows([P.store("y", [g, i], x)]))),
        LoopCase(
            "four grid axes", says: "4 grid and 0 local axes",
            P.kernel(grid: ["a", "b", "c", "g"].map { Axis($0, 8) }, [P.store("y", [g, Index(0)], .float(0))])),
        LoopCase("nothing stored", says: "stores to no device buffer", P.kernel([])),
        LoopCase(
            "an output nobody writes", says: "no kernel writes the output y", P.kernel([P.store("t", [g], .float(0))])),
        LoopCase(
            "a shadowed axis", says: "axis g shadows another",
            P.kernel([P.loop("g", 8, [P.store("y", [g, g], .float(0))])])),
        LoopCase("an empty loop", says: "runs from 0 below 0", P.kernel([P.loop("i", 0, [P.store("y", [g, i], x)])])),
        LoopCase("an axis out of scope", says: "axis i is not in scope", P.kernel([P.store("y", [g, i], .float(0))])),
        LoopCase("an unknown target", says: "store to z: unknown buffer", rows([P.store("z", [g, i], x)])),
        LoopCase("a written input", says: "which is read only", rows([P.store("x", [g, i], x)])),
        LoopCase("a wrong rank", says: "y has rank 2 but 1", rows([P.store("y", [i], x)])),
        LoopCase(
            "a store out of bounds", says: "index 1 of y (i + 1) reaches 1...8", rows([P.store("y", [g, i + 1], x)])),
        LoopCase("a load out of bounds", says: "index 1 of x", rows([P.store("y", [g, i], .load("x", [g, i + 1]))])),
        LoopCase(
            "a value of another type", says: "value has type bool", rows([P.store("y", [g, i], .binary(.less, x, x))])),
        LoopCase(
            "a temporary read first", says: "t is read before it is written",
            rows([P.store("y", [g, i], .load("t", [i]))])),
        LoopCase(
            "a register read first", says: "v is read before it is written",
            P.kernel([register(), P.store("y", [g, Index(0)], .load("v", [Index(0)]))])),
        LoopCase(
            "a register of a block that ended", says: "store to v: unknown buffer",
            P.kernel([P.loop("i", 8, [register()]), P.store("v", [Index(0)], .float(0))])),
        LoopCase(
            "a register with a serial index", says: "register buffer v is indexed by i",
            P.kernel([register(), P.loop("i", 8, [P.store("v", [i], x)])])),
        LoopCase(
            "a scalar register with a lane index", says: "register buffer v is indexed by i",
            P.kernel([register(), P.loop("i", 8, .lanes, [P.store("v", [i], x)])])),
        LoopCase(
            "a shadowed buffer", says: "buffer t shadows another",
            P.kernel([.allocate(LocalBuffer("t", .float32, shape: [8], space: .memory))])),
        LoopCase(
            "a vector in memory", says: "vector t2 needs registers",
            P.kernel([.allocate(LocalBuffer("t2", .float32, shape: [8], space: .memory, isVector: true))])),
        LoopCase("an empty register", says: "extents are positive", P.kernel([register([0])])),
        LoopCase(
            "a shared buffer in a loop", says: "allocated in a block",
            rows([.allocate(LocalBuffer("s", .float32, shape: [8], space: .local))])),
        LoopCase(
            "a loop in lanes", says: "lanes are innermost", P.kernel([P.loop("i", 8, .lanes, [P.loop("j", 2, [])])])),
        LoopCase(
            "lanes that write one element", says: "every lane of i writes the same element",
            P.kernel([P.loop("i", 8, .lanes, [P.store("y", [g, Index(0)], x)])])),
        LoopCase(
            "a barrier that some miss", says: "barrier under a condition on local axes",
            P.kernel(local: [Axis("l", 2)], [.when([Bound(.axis("l"), below: 1)], then: [.barrier], otherwise: [])])),
        LoopCase("groups that write the same elements", says: "differ in g", rows([P.store("y", [i, Index(0)], x)])),
        LoopCase(
            "groups that overlap", says: "differ in g",
            P.kernel(grid: [Axis("g", 3)], [P.loop("i", 3, [P.store("y", [g * 2 + i, Index(0)], .float(0))])])),
        LoopCase(
            "one of two grid axes unused", says: "differ in h",
            P.kernel(grid: [Axis("g", 8), Axis("h", 2)], [P.loop("i", 8, [P.store("y", [g, i], x)])])),
        LoopCase(
            "a read of what another group writes", says: "differ in g",
            P.kernel([P.store("t", [g], .float(0)), P.loop("i", 8, [P.store("y", [g, i], .load("t", [i]))])])),
        LoopCase(
            "two stores that overlap", says: "differ in g",
            P.kernel(
                grid: [Axis("g", 7)],
                [P.store("y", [g, Index(0)], .float(0)), P.store("y", [g + 1, Index(0)], .float(0))])),
    ]

    static let disjoint: [LoopCase] = [
        LoopCase(
            "blocks of rows",
            P.kernel(grid: [Axis("g", 4)], [P.loop("i", 2, [P.store("y", [g * 2 + i, Index(0)], .float(0))])])),
        LoopCase(
            "a serial loop further out than the grid",
            P.kernel(grid: [Axis("g", 2)], [P.loop("i", 4, [P.store("y", [i * 2 + g, Index(0)], .float(0))])])),
        LoopCase(
            "a fused grid axis taken apart",
            P.kernel(
                grid: [Axis("g", 64)],
                [
                    P.store(
                        "y", [g.divided(by: 8, Ranges([Axis("g", 64)])), g.remainder(by: 8, Ranges([Axis("g", 64)]))],
                        .float(0))
                ])),
        LoopCase(
            "a last block cut off",
            P.kernel(
                grid: [Axis("g", 3), Axis("h", 8)],
                [
                    P.loop("i", 3, [P.store("y", [g * 3 + i, .axis("h")], .float(0), [Bound(g * 3 + i, below: 8)])])
                ])),
        LoopCase(
            "an own element read back",
            P.kernel([P.store("t", [g], .float(0)), P.loop("i", 8, [P.store("y", [g, i], .load("t", [g]))])])),
        LoopCase(
            "one work-item that speaks for all",
            P.kernel(
                local: [Axis("l", 4)],
                [
                    .when([Bound(.axis("l"), below: 1)], then: [P.store("y", [g, Index(0)], .float(0))], otherwise: [])
                ])),
        LoopCase(
            "unrolled and lane indices of registers",
            P.kernel([
                register(isVector: true, [2, 4]),
                P.loop(
                    "u", 2, .unrolled,
                    [
                        P.loop("i", 4, .lanes, [P.store("v", [.axis("u"), i], .load("x", [g, .axis("u") * 4 + i]))]),
                        P.loop("i", 4, .lanes, [P.store("y", [g, .axis("u") * 4 + i], .load("v", [.axis("u"), i]))]),
                    ]),
            ])),
    ]
}
