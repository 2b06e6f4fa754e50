import KernelIR
import Scheduling
import Testing

/// The macros over many shapes: legal, and equal to the unscheduled program.
@Suite struct MacroTests {
    private func check(_ program: TensorProgram, _ macro: ProgramCPU = ProgramCPU()) throws {
        let schedule = try macro.schedule(program, target: .genericAVX512)
        let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [(6, 64, 16), (13, 70, 9), (1, 64, 5), (7, 3, 11), (24, 128, 33), (5, 17, 1)])
    func gemm(_ m: Int, _ n: Int, _ k: Int) throws {
        try check(SamplePrograms.matmul(m, n, k))
        try check(SamplePrograms.matmulRelu(m, n, k))
        let packed = GemmCPU(
            tile: RegisterTile(rows: 8, vectors: 2), unroll: 2, packsRight: true, packsLeft: true, reductionBlock: 4,
            rowsFastest: false)
        try check(SamplePrograms.matmul(m, n, k), ProgramCPU(gemm: packed))
    }

    /// A map with functions chooses them for the product that it joins, and for the sum of its parts; others choose
    /// nothing.
    @Test func joinedMapsChooseTheirFunctions() throws {
        let plain = SamplePrograms.matmulRelu(13, 70, 40)
        var program = plain
        program.stages[1].body = plain.stages[1].body.map { .unary(.tanh, $0) }
        for gemm in [GemmCPU(), GemmCPU(reductionBlock: 16), GemmCPU(reductionBlock: 16, lanes: .terms)] {
            let state = ScheduleState(program, target: .genericAVX512)
            let schedule = try ProgramCPU(gemm: gemm).schedule(program, target: .genericAVX512)
            let kernels = try state.applying(schedule).lowered().kernels
            #expect(kernels.last?.math == .fast)
            try check(program, ProgramCPU(gemm: gemm))
            var exact = gemm
            exact.math = .exact
            let other = try ProgramCPU(gemm: exact).schedule(program, target: .genericAVX512)
            #expect(try state.applying(other).lowered().kernels.last?.math == .exact)
        }
        let without = try ProgramCPU().schedule(plain, target: .genericAVX512)
        #expect(!without.contains { if case .math = $0 { true } else { false } })
    }

    /// c[m, n] = Σ a[m, k] · w[n, k], whose terms lie side by side in both operands.
    private static func linear(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        TensorProgram(
            name: "linear",
            buffers: [
                Buffer("a", shape: [m, k], role: .input), Buffer("w", shape: [n, k], role: .parameter),
                Buffer("c", shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "linear", [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)],
                    [.load("a", [.axis("m"), .axis("k")]) * .load("w", [.axis("n"), .axis("k")])],
                    finish: [.state(0)], into: ["c"])
            ])
    }

    @Test(arguments: [(6, 64, 16), (13, 9, 70), (1, 5, 64), (3, 7, 11), (2, 33, 129), (1, 1, 40)])
    func sumsAsLanes(_ m: Int, _ n: Int, _ k: Int) throws {
        let program = Self.linear(m, n, k)
        for block in [0, 16, 48] {
            for rowsFastest in [false, true] {
                let gemm = GemmCPU(reductionBlock: block, rowsFastest: rowsFastest, lanes: .terms)
                let schedule = try ProgramCPU(gemm: gemm).schedule(program, target: .genericAVX512)
                #expect(!schedule.contains { if case .pack = $0 { true } else { false } })
                try check(program, ProgramCPU(gemm: gemm))
            }
        }
    }

    /// Few rows and long sums are not worth a copy of the right operand.
    @Test(arguments: [((4, 64, 512), false), ((16, 64, 128), false), ((17, 64, 128), true), ((4, 64, 100), true)])
    func lanesBySize(_ shape: (Int, Int, Int), _ packs: Bool) throws {
        let program = Self.linear(shape.0, shape.1, shape.2)
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        #expect(schedule.contains { if case .pack = $0 { true } else { false } } == packs)
        try check(program, ProgramCPU())
    }

    /// A right operand with contiguous columns is read where it is if it is small, or if few rows read panels that stay in
    /// the second cache.
    @Test(arguments: [
        ((600, 181, 181), false), ((600, 182, 182), true), ((448, 1024, 1024), false), ((449, 1024, 1024), true),
        ((200, 1024, 1025), true),
    ])
    func nearOperandsAreNotCopied(_ shape: (Int, Int, Int), _ packs: Bool) throws {
        let program = SamplePrograms.matmul(shape.0, shape.1, shape.2)
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        #expect(schedule.contains { if case .pack = $0 { true } else { false } } == packs)
    }

    /// With 16 registers fewer rows pay for the copy.
    @Test(arguments: [(64, false), (65, true)]) func fewRegistersCopyForFewerRows(_ rows: Int, _ packs: Bool) throws {
        let schedule = try ProgramCPU().schedule(SamplePrograms.matmul(rows, 1024, 1024), target: .genericAVX2)
        #expect(schedule.contains { if case .pack = $0 { true } else { false } } == packs)
    }

    /// Results are written past the caches where those could not keep them and sums are short.
    @Test(arguments: [((64, 64, 64), false), ((2048, 2048, 16), true), ((2048, 2048, 256), false)])
    func largeResultsOfShortSumsAreStreamed(_ shape: (Int, Int, Int), _ streams: Bool) throws {
        let program = SamplePrograms.matmul(shape.0, shape.1, shape.2)
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        #expect(
            schedule.contains { if case .stream(let action) = $0 { action.stage == "matmul" } else { false } }
                == streams)
    }

    /// Sums of fewer terms than the narrowest vector has lanes, and blocks of so few.
    @Test(arguments: [(6, 64, 2), (5, 7, 3), (6, 64, 16)], [2, 3])
    func fewTermsAreNoLanes(_ shape: (Int, Int, Int), _ block: Int) throws {
        let gemm = GemmCPU(reductionBlock: block, lanes: .terms)
        try check(Self.linear(shape.0, shape.1, shape.2), ProgramCPU(gemm: gemm))
    }

    @Test(arguments: [1, 7, 16, 100, 4096, 5003])
    func streaming(_ n: Int) throws { try check(SamplePrograms.chain(n)) }

    @Test(arguments: [(5, 100), (4, 64), (3, 1), (1, 300), (2, 131)])
    func normalization(_ rows: Int, _ n: Int) throws {
        for block in [0, 32] {
            for chunk in [64, 65536] {
                let macro = ProgramCPU(normalization: NormalizationCPU(block: block, columns: 32, chunk: chunk))
                try check(SamplePrograms.softmax(rows, n), macro)
                try check(SamplePrograms.norm(rows, n), macro)
            }
        }
    }

    /// What each macro program keeps in 16 bits: panels, results, and never partial sums or small temporaries.
    @Test func storage() throws {
        func narrowed(_ program: TensorProgram, _ macro: ProgramCPU) throws -> [String] {
            let schedule = try macro.schedule(program, target: .genericAVX512)
            let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
            try expectEquivalent(state, to: program)
            return schedule.compactMap { if case .narrow(let action) = $0 { action.buffer } else { nil } }
        }
        let panels = ProgramCPU(gemm: GemmCPU(packsRight: true), storage: TemporaryStorage(copies: .float16))
        let results = ProgramCPU(gemm: GemmCPU(reductionBlock: 32), storage: TemporaryStorage(results: .bfloat16))
        let product = SamplePrograms.matmul(13, 96, 70)
        #expect(try narrowed(product, panels) == ["pack.b"])
        #expect(try narrowed(SamplePrograms.matmul(13, 48, 9), panels) == [], "too small")
        #expect(try narrowed(product, results) == [], "partial sums")
        #expect(try narrowed(SamplePrograms.matmul(64, 96, 70), results) == [], "partial sums of many results")
        #expect(try narrowed(FactoredPrograms.summedProduct(70, 80, 9), ProgramCPU(factors: false)) == [])
        let between = ProgramCPU(factors: false, storage: TemporaryStorage(results: .bfloat16))
        #expect(try narrowed(FactoredPrograms.summedProduct(70, 80, 9), between).count == 1)
    }

    @Test(arguments: [(2, 9, 64), (2, 5, 37), (1, 3, 7), (1, 40, 130)])
    func columns(_ outer: Int, _ reduced: Int, _ inner: Int) throws {
        try check(SamplePrograms.middleArgmax(outer, reduced, inner))
        for columns in [32, 512] {
            try check(
                SamplePrograms.middleNorm(outer, reduced, inner),
                ProgramCPU(normalization: NormalizationCPU(columns: columns)))
        }
    }
}
