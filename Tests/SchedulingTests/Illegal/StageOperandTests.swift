import KernelIR
import Scheduling
import Testing

/// The ways in which `stage` is illegal.
@Suite struct IllegalStageOperandTests {
    /// Blocks of 4 × 8 results, one a work-item, in steps of 4 products.
    private func blocks(_ m: Int = 8, _ n: Int = 16, _ k: Int = 12) throws -> ScheduleState {
        try scheduled(
            SamplePrograms.matmul(m, n, k),
            [
                .split(Split(stage: "matmul", loop: "m", factor: 4)),
                .split(Split(stage: "matmul", loop: "n", factor: 8)),
                .split(Split(stage: "matmul", loop: "k", factor: 4)),
                .reorder(Reorder(stage: "matmul", loops: ["n.o", "m.i", "n.i", "m.o", "k.o", "k.i"])),
                .bind(Bind(stage: "matmul", loop: "n.o")), .bind(Bind(stage: "matmul", loop: "m.i", to: .item)),
                .bind(Bind(stage: "matmul", loop: "n.i", to: .item)),
            ])
    }

    private func stage(
        _ buffer: String, in loop: String, _ layout: StagedLayout = .plain, vector: Int = 1, transposed: Bool = false
    ) -> Action {
        .stage(
            StageOperand(
                stage: "matmul", buffer: buffer, loop: loop, layout: layout, vector: vector, transposed: transposed))
    }

    @Test func singleWorkItems() throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 16, 12), [.split(Split(stage: "matmul", loop: "k", factor: 4))])
        expectIllegal(stage("a", in: "k.o"), state, .illegalOrder, at: ["matmul"], hint: "bind loops to items")
    }

    @Test func loopsThatAreNotReduced() throws {
        expectIllegal(
            stage("a", in: "m.o"), try blocks(), .illegalOrder, at: ["a is staged in loop m.o of matmul"],
            hint: "k.o k.i")
        expectIllegal(stage("a", in: "z"), try blocks(), .unknownName, at: ["z"], hint: "k.o")
    }

    @Test func loopsWithBodiesOfTheirOwn() throws {
        let state = try blocks().applying(.specialize(Specialize(stage: "matmul", loop: "k.o")))
        expectIllegal(stage("a", in: "k.o"), state, .illegalOrder, at: ["loop k.o of matmul"], hint: "k.i")
    }

    @Test func buffersThatAreNotRead() throws {
        expectIllegal(stage("c", in: "k.o"), try blocks(), .illegalDataFlow, at: ["reads no c"], hint: "a b")
        expectIllegal(stage("z", in: "k.o"), try blocks(), .illegalDataFlow, at: ["reads no z"], hint: "a b")
    }

    @Test func oneElement() throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 16, 12),
            [.bind(Bind(stage: "matmul", loop: "m")), .bind(Bind(stage: "matmul", loop: "n", to: .item))])
        expectIllegal(
            stage("a", in: "k"), state, .illegalDataFlow, at: ["one element of a"], hint: "a loop with others inside")
    }

    @Test func theSameBufferTwice() throws {
        let state = try blocks().applying(stage("a", in: "k.o"))
        expectIllegal(stage("a", in: "k.o"), state, .illegalOrder, at: ["a is staged in matmul"], hint: "once each")
    }

    /// Rows of 13 elements begin at any address, and those of 18 end between two vectors of four.
    @Test func vectorsThatDoNotFit() throws {
        expectIllegal(
            stage("a", in: "k.o", vector: 4), try blocks(8, 16, 13), .illegalParameter, at: ["4 elements of a"],
            hint: "widths: 1")
        expectIllegal(
            stage("b", in: "k.o", vector: 4), try blocks(8, 18, 12), .illegalParameter, at: ["4 elements of b"],
            hint: "widths: 1")
        expectIllegal(
            stage("b", in: "k.o", vector: 3), try blocks(), .illegalParameter, at: ["3 elements of b"],
            hint: "widths: 1 4 8")
    }

    @Test func layoutsThatDoNotFit() throws {
        expectIllegal(
            stage("a", in: "k.o", .swizzled), try blocks(), .illegalParameter, at: ["a in matmul", "[4, 4]"],
            hint: "padded(4)")
        expectIllegal(
            stage("a", in: "k.o", .padded(0)), try blocks(), .illegalParameter, at: ["a in matmul", "padded by 0"],
            hint: "1 to 64")
    }

    @Test func boxesThatAreTooLarge() throws {
        let state = try scheduled(
            SamplePrograms.matmul(64, 16, 512),
            [
                .split(Split(stage: "matmul", loop: "k", factor: 256)),
                .bind(Bind(stage: "matmul", loop: "m", to: .item)), .bind(Bind(stage: "matmul", loop: "n", to: .item)),
            ])
        expectIllegal(
            stage("a", in: "k.o"), state, .tooLarge, at: ["matmul", "\(64 * 256 * 4) bytes"], hint: "at most 32768")
    }

    @Test func stagesThatAreNoReductions() throws {
        let state = try scheduled(
            SamplePrograms.chain(16), [.bind(Bind(stage: "twice", loop: "twice.i", to: .item))])
        expectIllegal(
            .stage(StageOperand(stage: "twice", buffer: "x", loop: "twice.i")), state, .illegalDataFlow, at: ["twice"],
            hint: "neither attached nor recurrent")
    }

    /// Later actions may not take away what a copy needs.
    @Test func whatIsStagedStays() throws {
        let state = try blocks().applying(stage("a", in: "k.o"))
        let later: Schedule = [
            .split(Split(stage: "matmul", loop: "k.o", factor: 2)),
            .fuse(Fuse(stage: "matmul", outer: "k.o", inner: "k.i")),
            .specialize(Specialize(stage: "matmul", loop: "k.o")),
            .pack(Pack(stage: "matmul", buffer: "a", axis: "m", width: 4)),
        ]
        for action in later {
            let error = #expect(throws: ScheduleError.self, "\(action)") { try state.applying(action) }
            #expect(error?.hint != nil && error?.message.contains("matmul") == true, "\(action)")
        }
        _ = try state.applying(.split(Split(stage: "matmul", loop: "k.i", factor: 2)))
    }
}
