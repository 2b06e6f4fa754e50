import KernelIR
import Scheduling
import Testing

/// The ways in which `narrow` is illegal, and what it leaves when it is legal.
@Suite struct IllegalNarrowTests {
    private let product = SamplePrograms.matmulRelu(8, 16, 4)

    @Test func unknownBuffers() throws {
        expectIllegal(
            .narrow(Narrow(buffer: "q", type: .float16)), try scheduled(product), .unknownName, at: ["named q"],
            hint: "temporaries: c")
    }

    @Test(arguments: ["a", "d"]) func inputsAndOutputs(_ buffer: String) throws {
        expectIllegal(
            .narrow(Narrow(buffer: buffer, type: .float16)), try scheduled(product), .illegalDataFlow,
            at: [buffer, "not the schedule's"], hint: "temporaries: c")
    }

    @Test func typesThatAreNotNarrow() throws {
        expectIllegal(
            .narrow(Narrow(buffer: "c", type: .int8)), try scheduled(product), .illegalParameter, at: ["c", "int8"],
            hint: "float16 or bfloat16")
    }

    @Test func buffersThatAreNarrowAlready() throws {
        let state = try scheduled(product, [.narrow(Narrow(buffer: "c", type: .float16))])
        expectIllegal(
            .narrow(Narrow(buffer: "c", type: .bfloat16)), state, .illegalParameter, at: ["c, of type float16"],
            hint: "float32 as")
    }

    @Test func integers() throws {
        let program = SamplePrograms.middleArgmax(2, 5, 7)
        guard let whole = program.buffers.first(where: { $0.type.isInteger && $0.role == .temporary }) else { return }
        expectIllegal(
            .narrow(Narrow(buffer: whole.name, type: .float16)), try scheduled(program), .illegalParameter,
            at: [whole.name], hint: "float32 as")
    }

    @Test func buffersOfAttachedStages() throws {
        let state = try scheduled(
            SamplePrograms.chain(64), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .narrow(Narrow(buffer: "t", type: .float16)), state, .illegalDataFlow, at: ["t", "twice"],
            hint: "through memory")
    }

    /// Panels are made by `pack` and narrowed when all loops are scheduled; values are rounded once.
    @Test func scheduledPanelsAreLegal() throws {
        let program = SamplePrograms.matmul(13, 96, 70)
        let schedule = try ProgramCPU(gemm: GemmCPU(packsRight: true)).schedule(program, target: .genericAVX512)
        let state = try scheduled(program, schedule + [.narrow(Narrow(buffer: "pack.b", type: .bfloat16))])
        try expectEquivalent(state, to: program)
        #expect(state.lowered().buffers.first { $0.name == "pack.b" }?.type == .bfloat16)
        let b = (0..<6720).map { _ in 257.0 }
        let outputs = try LoopProgramInterpreter.run(
            state.lowered(), inputs: ["a": [Double](repeating: 1, count: 910), "b": b], arithmetic: .declared)
        #expect(outputs["c"]?.allSatisfy { $0 == 256 * 70 } == true)
    }
}
