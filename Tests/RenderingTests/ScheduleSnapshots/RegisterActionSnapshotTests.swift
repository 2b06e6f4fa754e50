import KernelIR
import Scheduling
import Testing

/// Actions that keep values in registers: the nests their doc comments show.
@Suite struct RegisterActionSnapshotTests {
    @Test func vectorize() throws {
        try expectNest(
            SnapshotProgram.map(16), [.vectorize(Vectorize(stage: "C", loop: "m"))],
            """
            kernel C
              lanes for m in 0..<16
                C[m] = A[m] + 1
            """)
    }

    @Test func vectorizedReduction() throws {
        try expectNest(
            SnapshotProgram.sumThenMap(2, 4), [.vectorize(Vectorize(stage: "S", loop: "k"))],
            """
            kernel S
              for i in 0..<2
                register S.acc[4] float32 vector
                lanes for k in 0..<4
                  S.acc[k] = 0
                lanes for k in 0..<4
                  S.acc[k] = S.acc[k] + A[i, k]
                lanes for k in 0..<2
                  S.acc[k] = S.acc[k] + S.acc[k + 2]
                S.acc[0] = S.acc[0] + S.acc[1]
                S[i] = S.acc[0]

            kernel D
              for j in 0..<2
                D[j] = max(0, S[j])
            """)
    }

    @Test func unroll() throws {
        try expectNest(
            SnapshotProgram.product(2, 3, 4),
            [
                .reorder(Reorder(stage: "C", loops: ["n", "k", "m"])),
                .unroll(Unroll(stage: "C", loop: "m")),
            ],
            """
            kernel C
              for n in 0..<3
                register C.acc[2] float32
                unrolled for m in 0..<2
                  C.acc[m] = 0
                for k in 0..<4
                  unrolled for m in 0..<2
                    C.acc[m] = C.acc[m] + A[m, k] * B[k, n]
                unrolled for m in 0..<2
                  C[m, n] = C.acc[m]
            """)
    }

    @Test func accumulators() throws {
        try expectNest(
            SnapshotProgram.sumThenMap(2, 64), [.accumulators(Accumulators(stage: "S", loop: "k", count: 4))],
            """
            kernel S
              for i in 0..<2
                register S.acc[4] float32
                unrolled for k.i in 0..<4
                  S.acc[k.i] = 0
                for k.o in 0..<16
                  unrolled for k.i in 0..<4
                    S.acc[k.i] = S.acc[k.i] + A[i, k.i + 4*k.o]
                unrolled for k.i in 1..<4
                  S.acc[0] = S.acc[0] + S.acc[k.i]
                S[i] = S.acc[0]

            kernel D
              for j in 0..<2
                D[j] = max(0, S[j])
            """)
    }
}
