import KernelIR
import Scheduling
import Testing

/// The ways in which `pack` is illegal.
@Suite struct IllegalPackTests {
    @Test func buffersThatAreNotRead() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .pack(Pack(stage: "matmul", buffer: "c", axis: "n", width: 16)), state, .illegalDataFlow,
            at: ["matmul does not read c"], hint: "buffers read: a b")
    }

    @Test func buffersReadInSeveralWays() throws {
        let state = try scheduled(MorePrograms.paddedWindow(16, 3), [.inline(Inline(stage: "exp"))])
        expectIllegal(
            .pack(Pack(stage: "next", buffer: "s", axis: "next.j", width: 4)), state, .illegalDataFlow,
            at: ["next reads s in 2", "along next.j"], hint: "buffers read: s")
    }

    @Test func axesThatTheBufferDoesNotHave() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .pack(Pack(stage: "matmul", buffer: "b", axis: "m", width: 16)), state, .illegalDataFlow,
            at: ["b", "along m"], hint: "axes: k n")
    }

    /// Each element of a row stands in three windows, and those in as many panels.
    @Test func panelsThatRepeatElements() throws {
        let state = try scheduled(MorePrograms.paddedWindow(64, 3))
        expectIllegal(
            .pack(Pack(stage: "window", buffer: "x", axis: "i", width: 4)), state, .illegalDataFlow,
            at: ["x", "many copies"], hint: "buffers read: x")
    }

    @Test func buffersOfAttachedStages() throws {
        let state = try scheduled(
            SamplePrograms.chain(64), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .pack(Pack(stage: "product", buffer: "t", axis: "product.i", width: 16)), state, .illegalDataFlow,
            at: ["t", "twice"], hint: "before attaching")
    }

    @Test(arguments: [1, 1025, 0, -3, Int.max]) func widthsOutsideTheirRange(_ width: Int) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .pack(Pack(stage: "matmul", buffer: "b", axis: "n", width: width)), state, .illegalParameter,
            at: ["width \(width)", "b"], hint: "2 to 1024")
    }
}
