import KernelIR
import Scheduling
import Testing

/// Grid axes made by fusing and cutting loops: each work-item owns what it writes, and verify proves it.
@Suite struct FusedGridTests {
    private func expectLegal(_ schedule: Schedule) throws {
        let program = SamplePrograms.middleNorm(3, 5, 7)
        try expectEquivalent(try scheduled(program, schedule), to: program)
    }

    @Test func threeLoopsInOne() throws {
        try expectLegal([
            .fuse(Fuse(stage: "out", outer: "out.o", inner: "out.r")),
            .fuse(Fuse(stage: "out", outer: "out.o_out.r", inner: "out.i")),
            .bind(Bind(stage: "out", loop: "out.o_out.r_out.i")),
        ])
    }

    @Test(arguments: [2, 6, 8, 13]) func chunksOfFusedLoops(_ factor: Int) throws {
        try expectLegal([
            .fuse(Fuse(stage: "out", outer: "out.r", inner: "out.i")),
            .split(Split(stage: "out", loop: "out.r_out.i", factor: factor)),
            .bind(Bind(stage: "out", loop: "out.o")), .bind(Bind(stage: "out", loop: "out.r_out.i.o")),
        ])
    }

    @Test func fusedPartsOfLoops() throws {
        try expectLegal([
            .split(Split(stage: "out", loop: "out.i", factor: 3)),
            .fuse(Fuse(stage: "out", outer: "out.r", inner: "out.i.o")),
            .fuse(Fuse(stage: "out", outer: "out.r_out.i.o", inner: "out.i.i")),
            .bind(Bind(stage: "out", loop: "out.o")), .bind(Bind(stage: "out", loop: "out.r_out.i.o_out.i.i")),
        ])
    }
}
