import KernelIR
import Testing

@testable import Scheduling

/// Attention as one kernel whose groups keep blocks of queries in local memory.
@Suite struct AttentionGPUTests {
    private static let target = ProgramGPUTests.target

    private func state(
        of program: TensorProgram, _ attention: AttentionGPU = AttentionGPU()
    ) throws -> ScheduleState {
        let schedule = try ProgramGPU(attention: attention).schedule(program, target: Self.target)
        return try ScheduleState(program, target: Self.target).applying(schedule)
    }

    /// The kernels that are no copies into panels.
    private func kernels(_ state: ScheduleState) -> [Kernel] {
        state.lowered().kernels.filter { !$0.name.hasPrefix("pack.") }
    }

    /// Ragged blocks of queries, keys and features; less than a warp of both, and several.
    @Test(arguments: [(9, 21, 12), (40, 48, 16), (37, 50, 19), (16, 128, 64), (3, 33, 40), (10, 32, 32)])
    func blocksOfQueriesGiveTheSame(_ queries: Int, _ keys: Int, _ width: Int) throws {
        for isCausal in [false, true] {
            let program = ProductPrograms.attention(queries, keys, width, isCausal: isCausal)
            let small = [AttentionGPU(queries: 8, rows: 2, keys: 1), AttentionGPU(queries: 3, rows: 3)]
            for macro in [AttentionGPU()] + small {
                let state = try state(of: program, macro)
                #expect(kernels(state).map(\.name) == ["product"], "\(macro)")
                try expectEquivalent(state, to: program, "\(macro), causal \(isCausal)")
            }
        }
    }

    @Test func scoresAndWeightsStayInLocalMemory() throws {
        let state = try state(of: ProductPrograms.attention(40, 48, 16))
        let kernel = try #require(kernels(state).first)
        let shared = kernel.body.compactMap { statement -> LocalBuffer? in
            if case .allocate(let buffer) = statement, buffer.space == .local { buffer } else { nil }
        }
        #expect(shared.map(\.name) == ["scores", "weights"])
        #expect(shared.map(\.shape) == [[16, 48], [16, 48]])
        #expect(kernel.local.map(\.extent) == [4, 32])
        let names = state.lowered().buffers.map(\.name)
        #expect(Set(names).isDisjoint(with: ["scores", "weights", "max", "sum"]), "\(names)")
    }

    @Test func thoseThatDoNotFitKeepTheirKernels() throws {
        #expect(kernels(try state(of: ProductPrograms.attention(40, 48, 16), AttentionGPU(queries: 0))).count > 1)
        #expect(kernels(try state(of: ProductPrograms.attention(1, 48, 16))).count > 1)
        // Two rows of 2048 numbers for each of four queries are 64 KiB.
        #expect(kernels(try state(of: ProductPrograms.attention(16, 2048, 8))).count > 1)
    }

    @Test func scoresThatOthersReadKeepTheirKernels() throws {
        var program = ProductPrograms.attention(40, 48, 16)
        let place = [Index.axis("m"), .axis("n")]
        program.buffers.append(Buffer("copy", shape: [40, 48], role: .output))
        program.stages.append(
            .map("copy", [Axis("m", 40), Axis("n", 48)], [.load("scores", place) + .float(1)], into: ["copy"]))
        let state = try state(of: program)
        #expect(kernels(state).count > 1)
        try expectEquivalent(state, to: program)
    }

    @Test func productsForMatrixInstructionsKeepTheirKernels() throws {
        let program = ProductPrograms.attention(64, 64, 64)
        let macro = ProgramGPU(matrices: MatrixGPU(rounding: [.tf32]))
        let state = try ScheduleState(program, target: .sm80).applying(macro.schedule(program, target: .sm80))
        #expect(kernels(state).count > 1)
        #expect(state.nests["product"]?.matrix != nil)
    }
}

/// Stages that the work-items of a group compute together.
@Suite struct SharedAttachmentTests {
    private let program = ProductPrograms.attention(9, 21, 12)
    private let items = Action.bind(Bind(stage: "product", loop: "product.m", to: .item))
    private let shared = Action.attach(Attach(stage: "weights", to: "product", loop: "product.m", shared: true))

    @Test func theFirstWorkItemComputesAloneAtFirst() throws {
        try expectEquivalent(try scheduled(program, [items, shared]), to: program)
    }

    @Test func workItemsShareALoop() throws {
        let state = try scheduled(
            program, [items, shared, .bind(Bind(stage: "weights", loop: "weights.m", to: .item))])
        #expect(state.nests["weights"]?.loops.map(\.name) == ["weights.n"])
        try expectEquivalent(state, to: program)
        expectIllegal(
            .bind(Bind(stage: "weights", loop: "weights.n", to: .item)), state, .illegalOrder,
            at: ["weights.n", "no work-items of product"], hint: "one serial loop")
    }

    @Test func loopsOfOtherExtents() throws {
        expectIllegal(
            .bind(Bind(stage: "weights", loop: "weights.n", to: .item)), try scheduled(program, [items, shared]),
            .illegalParameter, at: ["weights.n", "21 iterations", "9 work-items"], hint: "split it by 9")
    }

    @Test func groupsWithoutWorkItems() throws {
        let state = try scheduled(program, [.bind(Bind(stage: "product", loop: "product.m"))])
        expectIllegal(shared, state, .illegalOrder, at: ["weights", "product.m"], hint: "over work-items")
    }

    @Test func partsBeyondLocalMemory() throws {
        let state = try scheduled(ProductPrograms.attention(100, 100, 4), [items])
        expectIllegal(shared, state, .tooLarge, at: ["product", "40000 bytes"], hint: "at most 32768")
    }
}
