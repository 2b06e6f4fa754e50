import Testing

@testable import SIMT

@Suite("PTX whole kernels") struct PTXKernelTests {
    @Test func sgemmReadsInFull() throws {
        let module = try PTXModule(parsing: PTXKernels.sgemm)
        #expect(module.version == PTXModule.Version(major: 9, minor: 0))
        #expect(module.target == ["sm_86"])
        #expect(module.files == [1: "sgemm.cu", 2: "math.h"])
        let kernel = try #require(module.kernels.first)
        #expect(kernel.name == "sgemm")
        #expect(kernel.parameters.map(\.offset) == [0, 8, 16, 24])
        #expect(kernel.bounds.maximumThreads == [256])
        #expect(kernel.pragmas == ["nounroll"])
        #expect(kernel.instructions.count == 37)
        let fma = try #require(kernel.instructions.first { $0.opcode == "fma.rn.f32" })
        #expect(fma.operation == .fma(PTXArithmetic(.f32)))
        #expect(fma.location?.function == "fmaf")
        #expect(fma.location?.inlinedAt == [PTXSourcePosition(file: 1, line: 10, column: 9)])
        let lines = Set(kernel.instructions.compactMap(\.location?.line))
        #expect(lines == [3, 5, 7, 9, 10, 11, 12, 100])
    }

    @Test func sgemmHasOneLoopAndMeetsAtItsEnd() throws {
        let kernel = try #require(try PTXModule(parsing: PTXKernels.sgemm).kernels.first)
        let flow = PTXControlFlow(of: kernel)
        #expect(flow.blocks.count == 5)
        #expect(flow.blocks.map(\.successors) == [[1, 4], [2], [2, 3], [4], []])
        #expect(flow.immediatePostdominators == [4, 2, 3, 4, nil])
        #expect(flow.backEdges.map(\.from) == [2] && flow.backEdges.map(\.to) == [2])
        let body = kernel.instructions[flow.blocks[2].instructions]
        #expect(body.filter { if case .ld = $0.operation { true } else { false } }.count == 2)
    }

    @Test func halfReadsInFull() throws {
        let module = try PTXModule(parsing: PTXKernels.half)
        #expect(module.functions.map(\.name) == ["__assertfail", "half"])
        let kernel = try #require(module.kernels.first)
        #expect(kernel.bounds.requiredThreads == [32, 1, 1])
        #expect(kernel.bounds.minimumBlocksPerMultiprocessor == 2)
        #expect(kernel.parameters[2].byteCount == 8 && kernel.parameters[2].offset == 16)
        #expect(kernel.variables.first?.space == .shared)
        let names = kernel.registers.map(\.name)
        #expect(names.filter { $0 == "r" }.count == 2)
        #expect(names.filter { $0 == "h" }.count == 1)
        #expect(kernel.labels.map(\.name) == ["$L__BB0_2", "LAB_WAIT", "DONE", "$L__BB0_4"])
        let opcodes = kernel.instructions.map(\.opcode)
        for expected in [
            "cp.async.cg.shared.global", "cp.async.wait_group", "ldmatrix.sync.aligned.m8n8.x4.shared.b16",
            "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", "set.eq.f16x2.f16x2",
            "mbarrier.test_wait.parity.shared.b64",
        ] {
            #expect(opcodes.contains(expected))
        }
        let tiles = PTXSymbol(owner: .module, index: 1, space: .shared, name: "tiles")
        #expect(kernel.instructions.contains { $0.operands.contains(.symbol(tiles, offset: 0)) })
        let flow = PTXControlFlow(of: kernel)
        #expect(flow.isReachable.allSatisfy { $0 } && flow.reachesExit.allSatisfy { $0 })
        #expect(flow.backEdges.count == 1)
    }

    @Test func parsingIsDeterministic() throws {
        #expect(try PTXModule(parsing: PTXKernels.half) == PTXModule(parsing: PTXKernels.half))
    }
}
