import KernelIR
import Testing

@testable import Scheduling

/// The listing that policies and people choose from.
@Suite struct LegalActionsTests {
    @Test func everyListedActionApplies() throws {
        for program in [SamplePrograms.softmax(3, 64), SamplePrograms.matmulRelu(4, 32, 8), SamplePrograms.chain(100)] {
            let state = try scheduled(program)
            for action in state.legalActions() {
                #expect(throws: Never.self) { try state.applying(action) }
            }
        }
    }

    @Test func nothingIsListedTwice() throws {
        let actions = try scheduled(SamplePrograms.matmulRelu(4, 32, 8)).candidateActions()
        #expect(actions.contains(.reorder(Reorder(stage: "matmul", loops: ["n", "m"]))))
        #expect(Set(actions).count == actions.count)
    }

    @Test func nothingLegalIsLeftOut() throws {
        let state = try scheduled(SamplePrograms.matmulRelu(4, 32, 8))
        let legal = state.candidateActions().filter { (try? state.applying($0)) != nil }
        #expect(state.legalActions() == legal)
        #expect(legal.count < state.candidateActions().count)
    }

    @Test func theRewritesThatMatterAreListed() throws {
        let product = try scheduled(SamplePrograms.matmulRelu(4, 32, 8)).legalActions()
        #expect(product.contains(.epilogue(Epilogue(stage: "relu", into: "matmul"))))
        #expect(product.contains(.pack(Pack(stage: "matmul", buffer: "b", axis: "n", width: 32))))
        let chain = try scheduled(SamplePrograms.chain(100)).legalActions()
        #expect(chain.contains(.inline(Inline(stage: "twice"))))
        #expect(chain.contains(.narrow(Narrow(buffer: "t", type: .float16))))
        #expect(!chain.contains(.narrow(Narrow(buffer: "y", type: .float16))))
        let softmax = try scheduled(SamplePrograms.softmax(3, 512)).legalActions()
        #expect(softmax.contains(.fuseReductions(FuseReductions(first: "max", second: "sum", block: 256))))
        #expect(softmax.contains(.extract(Extract(stage: "out", with: "sum"))))
        #expect(softmax.contains(.attach(Attach(stage: "sum", to: "out", loop: "out.row"))))
    }

    /// Operands are staged where groups have work-items, copies take turns where something is staged.
    @Test func whatGroupsAllowIsListed() throws {
        let program = SamplePrograms.matmul(16, 24, 12)
        let copy = Action.stage(StageOperand(stage: "matmul", buffer: "a", loop: "k.o"))
        let pipeline = Action.pipeline(Pipeline(stage: "matmul", loop: "k.o", stages: 2))
        let order = Action.rasterize(Rasterize(stage: "matmul", order: .grouped(8)))
        let tiled = try ScheduleState(program, target: ProgramGPUTests.target).applying(StagingTests.tiled)
        #expect(tiled.legalActions().contains(copy) && tiled.legalActions().contains(order))
        #expect(!tiled.legalActions().contains(pipeline))
        let staged = try tiled.applying(copy)
        #expect(staged.legalActions().contains(pipeline) && !staged.legalActions().contains(copy))
        let plain = try scheduled(program).candidateActions()
        #expect(!plain.contains(copy) && !plain.contains(order))
        let onCPU = try scheduled(program, StagingTests.tiled).legalActions()
        #expect(!onCPU.contains(copy) && onCPU.contains(order))
    }

    @Test func equalStatesListEqualActions() throws {
        let program = SamplePrograms.norm(3, 300)
        #expect(try scheduled(program).legalActions() == scheduled(program).legalActions())
    }
}
