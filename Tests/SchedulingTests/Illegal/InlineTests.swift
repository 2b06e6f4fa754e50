import KernelIR
import Scheduling
import Testing

/// The ways in which `inline` is illegal.
@Suite struct IllegalInlineTests {
    @Test func reductions() throws {
        let state = try scheduled(SamplePrograms.softmax(2, 8))
        expectIllegal(.inline(Inline(stage: "max")), state, .illegalDataFlow, at: ["max"], hint: "attach")
    }

    @Test func outputs() throws {
        let state = try scheduled(SamplePrograms.chain(8))
        expectIllegal(
            .inline(Inline(stage: "product")), state, .illegalDataFlow, at: ["product", "y"], hint: "feed others")
    }

    @Test func stagesThatCarry() throws {
        let chain = try scheduled(
            MorePrograms.longChain(16), [.attach(Attach(stage: "first", to: "second", loop: "second.i"))])
        expectIllegal(
            .inline(Inline(stage: "second")), chain, .illegalOrder, at: ["first", "second"], hint: "before attaching")
    }
}
