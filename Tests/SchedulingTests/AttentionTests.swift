import KernelIR
import Testing

@testable import Scheduling

/// Attention as one kernel for each block of queries.
@Suite struct AttentionTests {
    private func state(_ program: TensorProgram, queries: Int = 48) throws -> ScheduleState {
        let macro = ProgramCPU(attention: AttentionCPU(queries: queries))
        return try scheduled(program, try macro.schedule(program, target: .genericAVX512))
    }

    /// The kernels that are no copies into panels.
    private func kernels(_ state: ScheduleState) -> [String] {
        state.lowered().kernels.map(\.name).filter { !$0.hasPrefix("pack.") }
    }

    @Test(arguments: [(40, 48, 16), (37, 50, 19), (64, 17, 33), (100, 21, 17)])
    func blocksOfQueriesGiveTheSame(_ queries: Int, _ keys: Int, _ width: Int) throws {
        let program = ProductPrograms.attention(queries, keys, width)
        for block in [48, 16, 11] {
            let state = try state(program, queries: block)
            #expect(kernels(state) == ["product"], "\(block)")
            try state.lowered().verify()
            try expectEquivalent(state, to: program)
        }
    }

    @Test func fewQueriesAndNoneKeepTheirKernels() throws {
        #expect(kernels(try state(ProductPrograms.attention(40, 48, 16), queries: 0)).count == 3)
        #expect(kernels(try state(ProductPrograms.attention(5, 48, 16))).count == 3)
    }

    @Test func rowsThatFillTheCacheKeepTheirKernels() throws {
        // A register tile of eight rows of scores would take a megabyte.
        #expect(kernels(try state(ProductPrograms.attention(64, 32768, 8))).count > 1)
    }

    @Test func scoresThatOthersReadKeepTheirKernels() throws {
        var program = ProductPrograms.attention(40, 48, 16)
        let place = [Index.axis("m"), .axis("n")]
        program.buffers.append(Buffer("copy", shape: [40, 48], role: .output))
        program.stages.append(
            .map("copy", [Axis("m", 40), Axis("n", 48)], [.load("scores", place) + .float(1)], into: ["copy"]))
        let state = try state(program)
        #expect(kernels(state).count > 1)
        try expectEquivalent(state, to: program)
    }

    @Test func thePlanCallsItAttention() throws {
        let program = ProductPrograms.attention(40, 48, 16)
        let plan = try ProgramCPU().plan(program, target: .genericAVX512)
        #expect(plan.macros == ["product": .attention])
        #expect(plan.deciders["scores"] == "product" && plan.deciders["pack.k"] == "product")
    }
}
