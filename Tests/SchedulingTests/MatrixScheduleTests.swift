import KernelIR
import Testing

@testable import Scheduling

/// Products by the matrix instructions of a warp.
@Suite struct MatrixScheduleTests {
    /// One tile a warp, four warps a group, k in steps.
    private func tiled(_ format: MatrixFormat) -> Schedule {
        [
            .split(Split(stage: "product", loop: "m", factor: 32)),
            .split(Split(stage: "product", loop: "m.i", factor: 16)),
            .split(Split(stage: "product", loop: "n", factor: 16)),
            .split(Split(stage: "product", loop: "n.i", factor: 8)),
            .split(Split(stage: "product", loop: "k", factor: format.depth)),
            .reorder(
                Reorder(
                    stage: "product",
                    loops: ["m.o", "n.o", "m.i.o", "n.i.o", "k.o", "m.i.i", "n.i.i", "k.i"])),
            .bind(Bind(stage: "product", loop: "m.o")), .bind(Bind(stage: "product", loop: "n.o")),
            .bind(Bind(stage: "product", loop: "m.i.o", to: .item)),
            .bind(Bind(stage: "product", loop: "n.i.o", to: .item)),
            .matrix(Matrix(stage: "product", rows: "m.i.i", columns: "n.i.i", inner: "k.i", format: format)),
        ]
    }

    private func state(_ program: TensorProgram, _ schedule: Schedule) throws -> ScheduleState {
        try ScheduleState(program, target: .sm80).applying(schedule)
    }

    /// Expects the unscheduled program's values, bit by bit on whole numbers and with every result rounded.
    private func expectExact(
        _ state: ScheduleState, _ program: TensorProgram, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectEquivalent(state, to: program, sourceLocation: sourceLocation)
        let inputs = MatrixPrograms.inputs(program)
        let expected = try TensorProgramInterpreter.run(program, inputs: inputs, arithmetic: .declared)
        let found = try LoopProgramInterpreter.run(state.lowered(), inputs: inputs, arithmetic: .declared)
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    @Test(arguments: MatrixFormat.allCases) func wholeTiles(_ format: MatrixFormat) throws {
        let program = MatrixPrograms.product(64, 32, 32, format.storage)
        let state = try state(program, tiled(format))
        let kernel = try #require(state.lowered().kernels.first)
        #expect(kernel.grid.map(\.extent) == [2, 2] && kernel.local.map(\.extent) == [2, 2, 32])
        #expect(kernel.local.last?.name == "product.lane")
        try expectExact(state, program)
    }

    /// Extents that no tile divides; odd ones, so that pairs are cut.
    @Test(arguments: MatrixFormat.allCases, [(20, 13, 19), (33, 17, 40), (17, 9, 21)])
    func raggedTiles(_ format: MatrixFormat, _ extents: (Int, Int, Int)) throws {
        let (m, n, k) = extents
        for transposed in [false, true] {
            let program = MatrixPrograms.product(m, n, k, format.storage, transposed: transposed)
            try expectExact(state(program, tiled(format)), program)
        }
    }

    /// The right factor may be the one along rows.
    @Test func exchangedFactors() throws {
        let program = MatrixPrograms.product(40, 50, 30, .bfloat16)
        let schedule: Schedule = [
            .split(Split(stage: "product", loop: "m", factor: 8)),
            .split(Split(stage: "product", loop: "n", factor: 16)),
            .split(Split(stage: "product", loop: "k", factor: 16)),
            .reorder(Reorder(stage: "product", loops: ["m.o", "n.o", "k.o", "k.i", "n.i", "m.i"])),
            .bind(Bind(stage: "product", loop: "m.o")), .bind(Bind(stage: "product", loop: "n.o")),
            .matrix(Matrix(stage: "product", rows: "n.i", columns: "m.i", inner: "k.i", format: .bfloat16)),
        ]
        try expectExact(state(program, schedule), program)
    }

    /// Without a loop over steps, with tiles in registers and in an array.
    @Test(arguments: [16, 40]) func tilesOfAWarp(_ k: Int) throws {
        let program = MatrixPrograms.product(64, 24, k, .float16)
        let splits: Schedule = [
            .split(Split(stage: "product", loop: "m", factor: 16)),
            .split(Split(stage: "product", loop: "n", factor: 8)),
        ]
        let cut: Schedule = k == 16 ? [] : [.split(Split(stage: "product", loop: "k", factor: 16))]
        let (outer, inner): ([String], String) = k == 16 ? ([], "k") : (["k.o"], "k.i")
        let matrix = Action.matrix(
            Matrix(stage: "product", rows: "m.i", columns: "n.i", inner: inner, format: .float16))
        let order = Action.reorder(
            Reorder(stage: "product", loops: outer + ["m.o", "n.o", "m.i", "n.i", inner]))
        try expectExact(state(program, splits + cut + [order, matrix]), program)
        let unrolled: Schedule = [
            .unroll(Unroll(stage: "product", loop: "n.o")), .unroll(Unroll(stage: "product", loop: "m.o")),
        ]
        let registers = try state(program, splits + cut + [order, matrix] + unrolled)
        try expectExact(registers, program)
        let allocated = registers.lowered().kernels[0].body.compactMap { statement in
            if case .allocate(let buffer) = statement { buffer.shape } else { nil }
        }
        #expect(k == 16 || allocated == [[4, 3, 2, 2]])
    }

    /// What follows a product is computed on the results of each lane.
    @Test func batchesWithAnEpilogue() throws {
        for type in [DType.float16, .bfloat16] {
            let program = MatrixPrograms.batched(3, 20, 26, 24, type)
            let format: MatrixFormat = type == .float16 ? .float16 : .bfloat16
            let axes = ["product.b", "product.m", "product.n"]
            let names = try state(program, []).nests["product"]?.loops.map(\.name) ?? []
            #expect(names.prefix(3) == axes[...])
            let schedule: Schedule = [
                .epilogue(Epilogue(stage: "relu", into: "product")),
                .split(Split(stage: "product", loop: "product.m", factor: 16)),
                .split(Split(stage: "product", loop: "product.n", factor: 8)),
                .split(Split(stage: "product", loop: "k", factor: 16)),
                .reorder(
                    Reorder(
                        stage: "product",
                        loops: [
                            "product.b", "product.m.o", "product.n.o", "k.o", "product.m.i", "product.n.i", "k.i",
                        ])),
                .bind(Bind(stage: "product", loop: "product.b")),
                .bind(Bind(stage: "product", loop: "product.m.o")),
                .matrix(
                    Matrix(
                        stage: "product", rows: "product.m.i", columns: "product.n.i", inner: "k.i", format: format)),
            ]
            let state = try state(program, schedule)
            #expect(state.lowered().kernels.count == 1)
            try expectExact(state, program)
        }
    }

    /// The products in statements.
    private func products(_ body: [Statement]) -> [MatrixMultiply] {
        body.flatMap { statement -> [MatrixMultiply] in
            switch statement {
            case .matrix(let product): [product]
            case .loop(_, _, _, _, let inner): products(inner)
            case .when(_, let then, let otherwise): products(then + otherwise)
            default: []
            }
        }
    }

    @Test func sumsInFloat16() throws {
        let program = MatrixPrograms.product(32, 16, 32, .float16, sum: .float16)
        let state = try state(program, tiled(.float16))
        try expectExact(state, program)
        let found = products(state.lowered().kernels[0].body)
        #expect(!found.isEmpty && found.allSatisfy { $0.sum == .float16 })
    }

    static let roundings: [(MatrixFormat, Double, Double)] = [
        (.bfloat16, 257, 256), (.tf32, 0x1.002p0, 0x1.004p0), (.float16, 2049, 2048),
    ]

    /// Float32 factors are rounded once each, sums are not.
    @Test(arguments: roundings)
    func factorsAreRounded(_ format: MatrixFormat, _ value: Double, _ rounded: Double) throws {
        let program = MatrixPrograms.product(16, 8, 24, .float32)
        let inputs = ["a": [Double](repeating: 1, count: 384), "b": [Double](repeating: value, count: 192)]
        let loops = try state(program, tiled(format)).lowered()
        let c = try LoopProgramInterpreter.run(loops, inputs: inputs, arithmetic: .declared)["c"]
        #expect(c?.allSatisfy { $0 == 24 * rounded } == true)
        let exact = try LoopProgramInterpreter.run(loops, inputs: inputs)["c"]
        #expect(exact?.allSatisfy { abs($0 - 24 * value) < 1e-9 } == true)
    }

    /// An infinite factor beyond the sum's end must not meet a 0.
    @Test func nothingBeyondTheSumCounts() throws {
        var program = MatrixPrograms.product(16, 8, 20, .float16)
        // The sum takes 18 of the 20 columns there are.
        program.stages[0] = MatrixPrograms.product(16, 8, 18, .float16).stages[0]
        let state = try state(program, tiled(.float16))
        var inputs = ["a": [Double](repeating: 1, count: 320), "b": [Double](repeating: 1, count: 160)]
        for place in 0..<320 where place % 20 >= 18 { inputs["a"]?[place] = .infinity }
        let c = try LoopProgramInterpreter.run(state.lowered(), inputs: inputs, arithmetic: .declared)["c"]
        #expect(c?.allSatisfy { $0 == 18 } == true)
    }

    /// No condition that lanes may decide stands around a product, also at the edges.
    @Test func lanesStayTogether() throws {
        let state = try state(MatrixPrograms.product(33, 17, 40, .float16), tiled(.float16))
        func check(_ body: [Statement]) {
            for statement in body {
                switch statement {
                case .when(let bounds, let then, let otherwise):
                    #expect(bounds.allSatisfy { !$0.index.axes.contains("product.lane") })
                    check(then + otherwise)
                case .loop(_, _, _, _, let inner): check(inner)
                default: break
                }
            }
        }
        check(state.lowered().kernels[0].body)
    }

    @Test func listedWhereTheTargetHasIt() throws {
        let tile = Array(tiled(.tf32).dropLast())
        let program = MatrixPrograms.product(64, 32, 32, .float32)
        let matrices = try state(program, tile).legalActions().filter { if case .matrix = $0 { true } else { false } }
        #expect(
            matrices == [
                .matrix(Matrix(stage: "product", rows: "m.i.i", columns: "n.i.i", inner: "k.i", format: .tf32))
            ])
        let cpu = try ScheduleState(program, target: .genericAVX512).applying(tile)
        #expect(!cpu.candidateActions().contains { if case .matrix = $0 { true } else { false } })
    }
}
