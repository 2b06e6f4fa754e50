import Testing

@testable import KernelIR

@Suite("Interpreters") struct InterpreterTests {
    private typealias P = Programs
    private let x = (0..<24).map { Double(($0 * 7) % 11) }

    @Test func tensorProgramsComputeTheirDefinition() throws {
        let outputs = try TensorProgramInterpreter.run(Programs.rows, inputs: ["x": x])
        let expected = (0..<4).flatMap { row in
            let values = x[(6 * row)..<(6 * row + 6)]
            return values.map { $0 - (values.max() ?? 0) }
        }
        #expect(outputs == ["y": expected])
    }

    @Test(arguments: [(false, nil), (true, nil), (false, 4), (true, 4)])
    func scansHoldWhatTheSweepHasPassed(_ isReversed: Bool, _ block: Int?) throws {
        var program = Programs.runningSums
        program.stages[0].kind = .scan(.sum(), along: Sweep("r", isReversed: isReversed, block: block))
        try program.verify()
        let outputs = try TensorProgramInterpreter.run(program, inputs: ["x": x])
        let expected = (0..<24).map { place in
            let (row, r) = (place / 6, place % 6)
            let length = block ?? 6
            let (first, end) = (r / length * length, min(6, (r / length + 1) * length))
            return x[(6 * row + (isReversed ? r : first))..<(6 * row + (isReversed ? end : r + 1))].reduce(0, +)
        }
        #expect(outputs == ["y": expected])
    }

    @Test func loopProgramsRunTheirLoops() throws {
        let x = (0..<10).map(Double.init)
        #expect(try LoopProgramInterpreter.run(Programs.blocks, inputs: ["x": x]) == ["y": x.map { 2 * $0 }])
    }

    @Test func inputsMustBeTheProgrammes() {
        let run = { (inputs: [String: [Double]]) in
            message { _ = try TensorProgramInterpreter.run(Programs.rows, inputs: inputs) }
        }
        #expect(run([:]).contains("input x is missing"))
        #expect(run(["x": [1]]).contains("x has 1 elements, wanted 24"))
        #expect(run(["x": x, "w": [1]]).contains("no input is named w; inputs: x"))
    }

    @Test func declaredArithmeticRounds() throws {
        var program = Programs.rows
        program.stages[1].body = [.float(1) + .float(1e-9)]
        let (double, declared) = (
            try TensorProgramInterpreter.run(program, inputs: ["x": x]),
            try TensorProgramInterpreter.run(program, inputs: ["x": x], arithmetic: .declared)
        )
        #expect(double["y"]?.first == 1 + 1e-9)
        #expect(declared["y"]?.first == 1)
        #expect(Arithmetic.declared.rounded(2049, to: .float16) == 2048)
        #expect(Arithmetic.declared.rounded(1e6, to: .float16) == .infinity)
        #expect(Arithmetic.declared.rounded(257, to: .bfloat16) == 256)
        #expect(converted(-2.7, to: .int32, .double) == -2)
    }

    @Test func castsTo16BitTypesRound() throws {
        var program = Programs.rows
        program.stages[1].body = [.cast(.float32, .cast(.bfloat16, .float(257)))]
        let declared = try TensorProgramInterpreter.run(program, inputs: ["x": x], arithmetic: .declared)
        #expect(declared["y"]?.first == 256)
        let place = [Index.axis("g"), .axis("i")]
        let loops = P.kernel([P.loop("i", 8, [P.store("y", place, .cast(.float32, .cast(.float16, .float(2049))))])])
        let inputs = ["x": Array(repeating: 1.0, count: 64)]
        #expect(try LoopProgramInterpreter.run(loops, inputs: inputs, arithmetic: .declared)["y"]?.first == 2048)
        #expect(try LoopProgramInterpreter.run(loops, inputs: inputs)["y"]?.first == 2049)
    }

    @Test func maximaPropagateNaN() {
        let (greater, less) = (scalarFunction(.max, of: .float32), scalarFunction(.min, of: .float32))
        #expect(greater(.nan, 1).isNaN && greater(1, .nan).isNaN && less(.nan, 1).isNaN && less(1, .nan).isNaN)
        #expect(greater(1, 2) == 2 && less(1, 2) == 1)
        #expect(scalarFunction(.divide, of: .int32)(-7, 2) == -3)
    }

    private func sanitize(_ program: LoopProgram) -> String {
        message { _ = try LoopProgramInterpreter.run(program, inputs: ["x": Array(repeating: 1, count: 64)]) }
    }

    private func fillRow(_ index: Index = .axis("g")) -> Statement {
        P.loop("i", 8, [P.store("y", [index, .axis("i")], .float(0))])
    }

    @Test func accessesOutOfBoundsAreErrors() {
        #expect(sanitize(P.kernel([fillRow(.axis("g") + 1)])).contains("index 0 of y (g + 1) leaves extent 8"))
        let load = Expr.load("x", [.axis("g"), .axis("i") - .axis("g")])
        #expect(
            sanitize(P.kernel([P.loop("i", 8, [P.store("y", [.axis("g"), .axis("i")], load)])])).contains(
                "index 1 of x"))
    }

    @Test func unwrittenElementsAreErrors() {
        let local = Statement.allocate(LocalBuffer("v", .float32, shape: [2], space: .memory))
        let reads = P.store("y", [.axis("g"), Index(0)], .load("v", [Index(1)]))
        #expect(
            sanitize(P.kernel([local, P.store("v", [Index(0)], .float(0)), reads])).contains(
                "element of v never written"))
        #expect(
            sanitize(P.kernel([P.store("y", [.axis("g"), Index(0)], .float(0))])).contains("element 1 of y is never"))
        // Contents end with the block: the second iteration must not see the first one's.
        let again = P.loop(
            "i", 2,
            [
                local,
                .when(
                    [Bound(.axis("i"), below: 1)], then: [P.store("v", [Index(1)], .float(0))], otherwise: []), reads,
            ])
        #expect(sanitize(P.kernel([again])).contains("element of v never written"))
    }

    @Test func unknownNamesAreErrors() {
        #expect(sanitize(P.kernel([P.store("z", [], .float(0))])).contains("buffer z is unknown"))
        #expect(sanitize(P.kernel([P.store("t", [.axis("q")], .float(0))])).contains("axis q is not in scope"))
        #expect(sanitize(P.kernel([P.store("x", [Index(0), Index(0)], .float(0))])).contains("writes the input x"))
    }

    @Test func racesAreErrors() {
        let race = "that one of them writes"
        #expect(sanitize(P.kernel([fillRow(Index(0))])).contains(race))
        let neighbour = P.kernel([
            P.store("t", [.axis("g")], .float(0)),
            .when(
                [Bound(.axis("g") + -1, below: 8)],
                then: [
                    P.store("y", [.axis("g"), Index(0)], .load("t", [.axis("g") + -1]))
                ], otherwise: []),
        ])
        #expect(sanitize(neighbour).contains("that another work-item writes"))
    }

    /// Work-items fill a shared row, then each reads its neighbour's element.
    private func exchange(_ between: [Statement]) -> LoopProgram {
        let l = Index.axis("l")
        let next = (l + 1).remainder(by: 8, Ranges([Axis("l", 8)]))
        return P.kernel(
            local: [Axis("l", 8)],
            [
                .allocate(LocalBuffer("s", .float32, shape: [8], space: .local)),
                P.store("s", [l], .index(l, .int32).asFloat),
            ] + between + [P.store("y", [.axis("g"), l], .load("s", [next]))])
    }

    @Test func barriersOrderWorkItems() throws {
        let y = try LoopProgramInterpreter.run(exchange([.barrier]), inputs: ["x": Array(repeating: 0, count: 64)])["y"]
        #expect(y?.prefix(8) == [1, 2, 3, 4, 5, 6, 7, 0])
        #expect(y?.suffix(8) == [1, 2, 3, 4, 5, 6, 7, 0])
        #expect(!sanitize(exchange([])).isEmpty)
    }

    @Test func statesOfATupleUpdateTogether() throws {
        let swap = P.kernel(
            grid: [Axis("g", 8)],
            [
                .allocate(LocalBuffer("v", .float32, shape: [2], space: .register)),
                .store([Store("v", [Index(0)], .float(1)), Store("v", [Index(1)], .float(2))]),
                .store([Store("v", [Index(0)], .load("v", [Index(1)])), Store("v", [Index(1)], .load("v", [Index(0)]))]
                ),
                P.loop(
                    "i", 8,
                    [
                        P.store(
                            "y", [.axis("g"), .axis("i")], .load("v", [Index(0)]) * .float(10) + .load("v", [Index(1)]))
                    ]),
            ])
        let y = try LoopProgramInterpreter.run(swap, inputs: ["x": Array(repeating: 0, count: 64)])["y"]
        #expect(y?.allSatisfy { $0 == 21 } == true)
    }
}

extension Expr {
    /// The number as float32.
    fileprivate var asFloat: Expr { .cast(.float32, self) }
}
