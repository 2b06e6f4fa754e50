import KernelIR
import Scheduling
import Testing

/// The ways in which `attach` is illegal.
@Suite struct IllegalAttachTests {
    @Test func stagesThatCarry() throws {
        let state = try scheduled(
            MorePrograms.longChain(16), [.attach(Attach(stage: "first", to: "second", loop: "second.i"))])
        expectIllegal(
            .attach(Attach(stage: "second", to: "third", loop: "third.i")), state, .illegalOrder,
            at: ["first", "second"], hint: "before attaching")
    }

    @Test func aSecondTimeOrToItself() throws {
        let attach = Action.attach(Attach(stage: "twice", to: "product", loop: "product.i"))
        let state = try scheduled(SamplePrograms.chain(16), [attach])
        expectIllegal(attach, state, .illegalOrder, at: ["twice", "product"], hint: "once")
        expectIllegal(
            .attach(Attach(stage: "twice", to: "twice", loop: "twice.i")), try scheduled(SamplePrograms.chain(16)),
            .illegalOrder, at: ["twice"], hint: "to a reader")
    }

    @Test func lanesAndOuterGridLoops() throws {
        let lanes = try scheduled(
            SamplePrograms.chain(16), [.vectorize(Vectorize(stage: "product", loop: "product.i"))])
        expectIllegal(
            .attach(Attach(stage: "twice", to: "product", loop: "product.i")), lanes, .illegalOrder,
            at: ["loop product.i of product", "lanes"], hint: "innermost grid loop")
        let grid = try scheduled(
            SamplePrograms.middleNorm(2, 3, 8), ["out.o", "out.r"].map { .bind(Bind(stage: "out", loop: $0)) })
        expectIllegal(
            .attach(Attach(stage: "square", to: "out", loop: "out.o")), grid, .illegalOrder,
            at: ["loop out.o of out", "grid"], hint: "innermost grid loop")
    }

    @Test func outputs() throws {
        let state = try scheduled(MorePrograms.centred(2, 8))
        expectIllegal(
            .attach(Attach(stage: "offset", to: "out", loop: "out.row")), state, .illegalDataFlow,
            at: ["offset"], hint: "attach producers")
    }

    @Test func insideAReductionWhoseFinishReads() throws {
        let state = try scheduled(MorePrograms.biased(4, 2))
        expectIllegal(
            .attach(Attach(stage: "double", to: "sum", loop: "r")), state, .illegalDataFlow,
            at: ["sum", "bias", "r"], hint: "outside the reduced loops")
    }

    @Test func readersElsewhere() throws {
        let state = try scheduled(SamplePrograms.softmax(2, 8))
        expectIllegal(
            .attach(Attach(stage: "max", to: "out", loop: "out.row")), state, .illegalDataFlow,
            at: ["sum", "max", "out"], hint: "attach sum to out")
    }

    @Test func partsThatAreNoBox() throws {
        let state = try scheduled(
            SamplePrograms.matmulRelu(4, 6, 5), [.split(Split(stage: "relu", loop: "i", factor: 4))])
        expectIllegal(
            .attach(Attach(stage: "matmul", to: "relu", loop: "i.o")), state, .illegalDataFlow,
            at: ["matmul", "no box"],
            hint: "another loop")
    }

    @Test func stagesThatNobodyReads() throws {
        var program = SamplePrograms.chain(8)
        program.buffers.append(Buffer("unread", shape: [8], role: .temporary))
        program.stages.append(.map("idle", [Axis("j", 8)], [.float(1)], into: ["unread"]))
        expectIllegal(
            .attach(Attach(stage: "idle", to: "product", loop: "product.i")), try scheduled(program), .illegalDataFlow,
            at: ["idle"], hint: "read stages")
    }

    @Test func partsThatDoNotFit() throws {
        let state = try scheduled(
            SamplePrograms.chain(1 << 19), [.split(Split(stage: "product", loop: "product.i", factor: 1 << 18))])
        expectIllegal(
            .attach(Attach(stage: "twice", to: "product", loop: "product.i.o")), state, .tooLarge,
            at: ["twice", "1048576 bytes"], hint: "at most 524288")
    }

    @Test func muchRecomputation() throws {
        let state = try scheduled(SamplePrograms.middleNorm(2, 3, 8))
        expectIllegal(
            .attach(Attach(stage: "square", to: "out", loop: "out.i")), state, .illegalDataFlow,
            at: ["square", "48 times"], hint: "allowRecompute")
    }
}
