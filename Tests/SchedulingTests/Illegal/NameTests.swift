import KernelIR
import Scheduling
import Testing

/// Actions on stages and loops that do not exist.
@Suite struct IllegalNameTests {
    @Test(arguments: [
        Action.split(Split(stage: "none", loop: "m", factor: 2)), .fuse(Fuse(stage: "none", outer: "m", inner: "n")),
        .reorder(Reorder(stage: "none", loops: ["m", "n"])), .bind(Bind(stage: "none", loop: "m")),
        .order(Order(stage: "none", loops: [])), .vectorize(Vectorize(stage: "none", loop: "n")),
        .unroll(Unroll(stage: "none", loop: "n")), .accumulators(Accumulators(stage: "none", loop: "k", count: 2)),
        .pack(Pack(stage: "none", buffer: "b", axis: "n", width: 16)), .inline(Inline(stage: "none")),
        .attach(Attach(stage: "none", to: "matmul", loop: "m")),
        .attach(Attach(stage: "matmul", to: "none", loop: "m")), .epilogue(Epilogue(stage: "none", into: "matmul")),
        .epilogue(Epilogue(stage: "matmul", into: "none")), .math(Math(stage: "none", mode: .fast)),
        .stream(Stream(stage: "none")), .reverse(Reverse(stage: "none", loop: "m")),
        .specialize(Specialize(stage: "none", loop: "m")),
        .splitReduction(SplitReduction(stage: "none", axis: "k", block: 2)),
        .separate(Separate(stage: "none", axis: "k")),
        .simplify(Simplify(stage: "none")),
        .extract(Extract(stage: "none", with: "matmul")), .extract(Extract(stage: "matmul", with: "none")),
        .hoist(Hoist(stage: "none")),
        .fuseReductions(FuseReductions(first: "none", second: "matmul", block: 2)),
        .fuseReductions(FuseReductions(first: "matmul", second: "none", block: 2)),
    ])
    func unknownStage(_ action: Action) throws {
        let state = try scheduled(SamplePrograms.matmul(4, 16, 8))
        expectIllegal(action, state, .unknownName, at: ["none"], hint: "stages: matmul")
    }

    @Test(arguments: [
        Action.split(Split(stage: "matmul", loop: "z", factor: 2)),
        .fuse(Fuse(stage: "matmul", outer: "z", inner: "n")),
        .fuse(Fuse(stage: "matmul", outer: "m", inner: "z")), .reorder(Reorder(stage: "matmul", loops: ["m", "z"])),
        .bind(Bind(stage: "matmul", loop: "z")), .vectorize(Vectorize(stage: "matmul", loop: "z")),
        .unroll(Unroll(stage: "matmul", loop: "z")), .reverse(Reverse(stage: "matmul", loop: "z")),
        .specialize(Specialize(stage: "matmul", loop: "z")),
        .accumulators(Accumulators(stage: "matmul", loop: "z", count: 2)),
        .attach(Attach(stage: "matmul", to: "matmul", loop: "z")),
    ])
    func unknownLoop(_ action: Action) throws {
        let state = try scheduled(SamplePrograms.matmul(4, 16, 8))
        expectIllegal(action, state, .unknownName, at: ["matmul", "z"], hint: "loops: m n k")
    }
}
