import KernelIR
import Scheduling
import Testing

/// Actions that rewrite stages: the nests their doc comments show.
@Suite struct StageActionSnapshotTests {
    @Test func inline() throws {
        try expectNest(
            SnapshotProgram.chain(8), [.inline(Inline(stage: "T"))],
            """
            kernel C
              for j in 0..<8
                C[j] = A[j] * 2 + 1
            """)
    }

    @Test func narrow() throws {
        try expectNest(
            SnapshotProgram.chain(8), [.narrow(Narrow(buffer: "T", type: .float16))],
            """
            kernel T
              for i in 0..<8
                T[i] = float16(A[i] * 2)

            kernel C
              for j in 0..<8
                C[j] = float32(T[j]) + 1
            """)
    }

    @Test func epilogue() throws {
        try expectNest(
            SnapshotProgram.sumThenMap(2, 8), [.epilogue(Epilogue(stage: "D", into: "S"))],
            """
            kernel S
              for i in 0..<2
                register S.acc[] float32
                S.acc[] = 0
                for k in 0..<8
                  S.acc[] = S.acc[] + A[i, k]
                D[i] = max(0, S.acc[])
            """)
    }

    @Test func attach() throws {
        try expectNest(
            SnapshotProgram.sumThenMap(2, 8), [.attach(Attach(stage: "S", to: "D", loop: "j"))],
            """
            kernel D
              for j in 0..<2
                register S[] float32
                register S.acc[] float32
                S.acc[] = 0
                for k in 0..<8
                  S.acc[] = S.acc[] + A[j, k]
                S[] = S.acc[]
                D[j] = max(0, S[])
            """)
    }

    @Test func pack() throws {
        try expectNest(
            SnapshotProgram.product(2, 96, 4), [.pack(Pack(stage: "C", buffer: "B", axis: "n", width: 48))],
            """
            kernel pack.B
              for pack.B.n.p in 0..<2
                for pack.B.k in 0..<4
                  for pack.B.n.l in 0..<48
                    pack.B[pack.B.n.p, pack.B.k, pack.B.n.l] = B[pack.B.k, pack.B.n.l + 48*pack.B.n.p]

            kernel C
              for m in 0..<2
                for n in 0..<96
                  register C.acc[] float32
                  C.acc[] = 0
                  for k in 0..<4
                    C.acc[] = C.acc[] + A[m, k] * pack.B[(n)/48, k, (n)%48]
                  C[m, n] = C.acc[]
            """)
    }

    @Test func math() throws {
        try expectNest(
            SnapshotProgram.chain(8), [.math(Math(stage: "T", mode: .fast))],
            """
            kernel T (fast math)
              for i in 0..<8
                T[i] = A[i] * 2

            kernel C
              for j in 0..<8
                C[j] = T[j] + 1
            """)
    }

    @Test func stream() throws {
        try expectNest(
            SnapshotProgram.map(8), [.stream(Stream(stage: "C"))],
            """
            kernel C
              for m in 0..<8
                C[m] = A[m] + 1  streaming
            """)
    }
}
