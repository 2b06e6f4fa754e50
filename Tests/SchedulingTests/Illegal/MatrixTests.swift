import KernelIR
import Scheduling
import Testing

/// The ways in which `matrix` is illegal, and what it makes illegal.
@Suite struct IllegalMatrixTests {
    private func scheduled(
        _ program: TensorProgram, _ schedule: Schedule = [], target: TargetProfile = .sm80
    ) throws -> ScheduleState {
        try ScheduleState(program, target: target).applying(schedule)
    }

    private let product = MatrixPrograms.product(64, 64, 64, .float16)

    private let splits: Schedule = [
        .split(Split(stage: "product", loop: "m", factor: 16)), .split(Split(stage: "product", loop: "n", factor: 8)),
        .split(Split(stage: "product", loop: "k", factor: 16)),
    ]

    private let order = Action.reorder(
        Reorder(stage: "product", loops: ["m.o", "n.o", "k.o", "m.i", "n.i", "k.i"]))

    private func matrix(
        _ format: MatrixFormat = .float16, rows: String = "m.i", columns: String = "n.i", inner: String = "k.i"
    ) -> Action {
        .matrix(Matrix(stage: "product", rows: rows, columns: columns, inner: inner, format: format))
    }

    @Test func targetsWithoutInstructions() throws {
        for target in [TargetProfile.sm75, .genericAVX512] {
            let state = try scheduled(product, splits + [order], target: target)
            expectIllegal(
                matrix(), state, .illegalParameter, at: [target.name, "float16"], hint: "formats: none")
        }
    }

    @Test func unknownLoops() throws {
        expectIllegal(
            matrix(rows: "q"), try scheduled(product, splits + [order]), .unknownName, at: ["no loop q"], hint: "m.i")
    }

    @Test func otherExtents() throws {
        let state = try scheduled(product, splits + [order])
        expectIllegal(
            matrix(rows: "n.i", columns: "m.i"), state, .illegalParameter, at: ["loop n.i of product", "8 iterations"],
            hint: "16 rows, 8 columns, and 16 steps")
        expectIllegal(
            matrix(rows: "k.i"), state, .illegalParameter, at: ["loop k.i of product", "reduced"], hint: "16 rows")
    }

    @Test func loopsThatAreNotSerial() throws {
        let state = try scheduled(product, splits + [order, .unroll(Unroll(stage: "product", loop: "k.i"))])
        expectIllegal(
            matrix(), state, .illegalParameter, at: ["loop k.i of product is unrolled"], hint: "serial loops")
    }

    @Test func loopsThatAreNotInnermost() throws {
        expectIllegal(
            matrix(), try scheduled(product, splits), .illegalOrder, at: ["m.i, n.i and k.i of product"],
            hint: "innermost are n.i k.o k.i")
    }

    @Test func factorsOfOtherTypes() throws {
        let state = try scheduled(product, splits + [order])
        expectIllegal(
            matrix(.bfloat16), state, .illegalDataFlow, at: ["a, of type float16, in bfloat16"],
            hint: "bfloat16 or float32")
        let halves = try scheduled(MatrixPrograms.product(64, 64, 64, .float32), splits + [order])
        #expect(throws: Never.self) { try halves.applying(matrix(.float16)) }
    }

    @Test func whatIsNoProduct() throws {
        var squares = product
        squares.stages[0].body = [.cast(.float32, .load("a", [.axis("m"), .axis("k")]))]
        expectIllegal(
            matrix(), try scheduled(squares, splits + [order]), .illegalDataFlow, at: ["no sum of products"],
            hint: "loads")
        var guarded = product
        guarded.stages[0].body = [
            .select(.inside([Bound(Index.axis("m") - .axis("k"), below: 64)]), product.stages[0].body[0], .float(0))
        ]
        expectIllegal(
            matrix(), try scheduled(guarded, splits + [order]), .illegalDataFlow, at: ["no sum of products"],
            hint: "loads")
    }

    @Test func factorsAlongBoth() throws {
        var diagonal = product
        let place = Expr.cast(.float32, .load("a", [.axis("m"), .axis("k")]))
        diagonal.stages[0].body = [place * place]
        expectIllegal(
            matrix(), try scheduled(diagonal, splits + [order]), .illegalDataFlow, at: ["along m.i alone"],
            hint: "one factor")
    }

    @Test func groupsThatAreTooLarge() throws {
        let bind: Schedule = [
            .split(Split(stage: "product", loop: "m", factor: 1024)),
            .split(Split(stage: "product", loop: "m.i", factor: 16)), splits[1], splits[2],
            .reorder(Reorder(stage: "product", loops: ["m.o", "n.o", "m.i.o", "k.o", "m.i.i", "n.i", "k.i"])),
            .bind(Bind(stage: "product", loop: "m.o")), .bind(Bind(stage: "product", loop: "n.o")),
            .bind(Bind(stage: "product", loop: "m.i.o", to: .item)),
        ]
        expectIllegal(
            matrix(rows: "m.i.i"), try scheduled(product, bind), .tooLarge, at: ["2048 work-items"],
            hint: "at most 1024")
    }

    /// What would take the lanes apart, or the product, once the tile is a warp's.
    @Test func laterActions() throws {
        let bound: Schedule = [
            .bind(Bind(stage: "product", loop: "m.o")), .bind(Bind(stage: "product", loop: "n.o")), matrix(),
        ]
        let state = try scheduled(product, splits + [order] + bound)
        let refused: [(Action, ScheduleError.Code)] = [
            (.split(Split(stage: "product", loop: "m.i", factor: 4)), .illegalOrder),
            (.unroll(Unroll(stage: "product", loop: "k.i")), .illegalParameter),
            (.reorder(Reorder(stage: "product", loops: ["k.i", "k.o"])), .illegalOrder),
            (matrix(), .illegalParameter),
        ]
        for (action, code) in refused {
            let error = #expect(throws: ScheduleError.self) { try state.applying(action) }
            #expect(error?.code == code, "\(action)")
        }
        let early = try scheduled(product, splits + [order, matrix()])
        let error = #expect(throws: ScheduleError.self) {
            try early.applying(.bind(Bind(stage: "product", loop: "m.o", to: .item)))
        }
        #expect(error?.code == .illegalOrder)
    }

    /// A map that joins the product takes its factor away.
    @Test func inlinedFactors() throws {
        var program = MatrixPrograms.product(64, 64, 64, .float32)
        program.buffers.append(Buffer("x", shape: [64, 64], role: .input))
        program.buffers[0] = Buffer("a", shape: [64, 64], role: .temporary)
        let twice = Expr.load("x", [.axis("i"), .axis("j")]) * .float(2)
        program.stages.insert(.map("twice", [Axis("i", 64), Axis("j", 64)], [twice], into: ["a"]), at: 0)
        let tile: Schedule = [splits[0], splits[1], .split(Split(stage: "product", loop: "k", factor: 8)), order]
        let state = try scheduled(program, tile + [matrix(.tf32)])
        let error = #expect(throws: ScheduleError.self) { try state.applying(.inline(Inline(stage: "twice"))) }
        #expect(error?.code == .illegalDataFlow)
        #expect(error?.message.contains("no sum of products") == true)
        #expect(throws: ScheduleError.self) { try state.applying(.narrow(Narrow(buffer: "a", type: .float16))) }
    }
}
