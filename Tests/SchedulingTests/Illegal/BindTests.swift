import KernelIR
import Scheduling
import Testing

/// The ways in which `bind` is illegal.
@Suite struct IllegalBindTests {
    @Test func attachedStages() throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(2, 3, 8), [.attach(Attach(stage: "square", to: "out", loop: "out.o"))])
        expectIllegal(
            .bind(Bind(stage: "square", loop: "square.i")), state, .illegalOrder, at: ["square"], hint: "its consumer")
    }

    @Test func reducedLoops() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .bind(Bind(stage: "matmul", loop: "k")), state, .illegalOrder, at: ["loop k of matmul"],
            hint: "splitReduction")
    }

    @Test func loopsInsideSerialOnes() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .bind(Bind(stage: "matmul", loop: "n")), state, .illegalOrder, at: ["loop n of matmul"],
            hint: "outermost is m")
    }

    @Test func aFourthGridAxis() throws {
        let split = Action.split(Split(stage: "out", loop: "out.i", factor: 4))
        let grid = ["out.o", "out.r", "out.i.o"].map { Action.bind(Bind(stage: "out", loop: $0)) }
        let state = try scheduled(SamplePrograms.middleNorm(2, 3, 8), [split] + grid)
        expectIllegal(
            .bind(Bind(stage: "out", loop: "out.i.i")), state, .illegalOrder, at: ["loop out.i.i of out", "three"],
            hint: "fuse first")
    }

    @Test func loopsInsideACarrier() throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(2, 3, 8),
            [.attach(Attach(stage: "square", to: "out", loop: "out.o")), .bind(Bind(stage: "out", loop: "out.o"))])
        expectIllegal(
            .bind(Bind(stage: "out", loop: "out.r")), state, .illegalOrder, at: ["out.o", "square"],
            hint: "before attaching")
    }

    @Test func groupsThatAreTooLarge() throws {
        let state = try scheduled(SamplePrograms.chain(1 << 13))
        expectIllegal(
            .bind(Bind(stage: "twice", loop: "twice.i", to: .item)), state, .tooLarge, at: ["twice", "8192"],
            hint: "at most 4096")
    }

    @Test func groupsInsideItems() throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 16, 4), [.bind(Bind(stage: "matmul", loop: "m", to: .item))])
        expectIllegal(
            .bind(Bind(stage: "matmul", loop: "n")), state, .illegalOrder, at: ["loop n of matmul"], hint: "reorder")
    }
}
