import KernelIR
import Scheduling
import Testing

/// The ways in which `fuse` is illegal.
@Suite struct IllegalFuseTests {
    @Test(arguments: ["out.o", "out.r"]) func loopsThatCarry(_ carrier: String) throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(2, 2, 8), [.attach(Attach(stage: "square", to: "out", loop: carrier))])
        expectIllegal(
            .fuse(Fuse(stage: "out", outer: "out.o", inner: "out.r")), state, .illegalOrder,
            at: ["out.o", "square"], hint: "before attaching")
    }

    @Test func innerLoopThatCarries() throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(2, 2, 8),
            [
                .reorder(Reorder(stage: "out", loops: ["out.r", "out.o"])),
                .attach(Attach(stage: "square", to: "out", loop: "out.o")),
            ])
        expectIllegal(
            .fuse(Fuse(stage: "out", outer: "out.r", inner: "out.o")), state, .illegalOrder,
            at: ["out.o", "square"], hint: "before attaching")
    }

    @Test func loopsThatDoNotFollow() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .fuse(Fuse(stage: "matmul", outer: "m", inner: "k")), state, .illegalOrder, at: ["m", "k"],
            hint: "loops: m n k")
    }

    @Test func loopsThatDifferInKind() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .fuse(Fuse(stage: "matmul", outer: "n", inner: "k")), state, .illegalOrder, at: ["n", "k"],
            hint: "both spatial, both reduced or both scanned")
    }

    @Test func namesThatAreTaken() throws {
        var program = SamplePrograms.matmul(8, 16, 4)
        program.stages[0].kind = .reduce(.sum(), over: [Axis("m_n", 4)])
        program.stages[0].body = [.load("a", [.axis("m"), .axis("m_n")]) * .load("b", [.axis("m_n"), .axis("n")])]
        expectIllegal(
            .fuse(Fuse(stage: "matmul", outer: "m", inner: "n")), try scheduled(program), .illegalOrder,
            at: ["loop m", "m_n"], hint: "other loops")
    }
}
