import KernelIR
import Rendering
import Scheduling
import Testing

/// Actions for groups of work-items: the nests their doc comments show.
@Suite struct GroupActionSnapshotTests {
    private let staged: Schedule = [
        .split(Split(stage: "C", loop: "k", factor: 4)), .bind(Bind(stage: "C", loop: "m", to: .item)),
        .bind(Bind(stage: "C", loop: "n", to: .item)), .stage(StageOperand(stage: "C", buffer: "A", loop: "k.o")),
    ]

    @Test func stage() throws {
        try expectNest(
            SnapshotProgram.product(4, 4, 12), staged,
            """
            kernel C
              local m(4) × n(4)
                local C.staged.A[4, 4] float32
                register C.acc[] float32
                C.acc[] = 0
                for k.o in 0..<3
                  C.staged.A[m, n] = A[m, 4*k.o + n]
                  barrier
                  for k.i in 0..<4
                    C.acc[] = C.acc[] + C.staged.A[m, k.i] * B[k.i + 4*k.o, n]
                  barrier
                C[m, n] = C.acc[]
            """)
    }

    @Test func pipeline() throws {
        try expectNest(
            SnapshotProgram.product(4, 4, 12), staged + [.pipeline(Pipeline(stage: "C", loop: "k.o", stages: 2))],
            """
            kernel C
              local m(4) × n(4)
                local C.staged.A[2, 4, 4] float32
                register C.acc[] float32
                C.acc[] = 0
                begin C.staged.A[0, m, n] = A[m, n]
                end of a batch of copies
                for k.o in 0..<3
                  wait for copies but the last 0 batches
                  barrier
                  if 0 ≤ k.o + 1 < 3
                    begin C.staged.A[(k.o + 1)%2, m, n] = A[m, 4*k.o + n + 4]
                  end of a batch of copies
                  for k.i in 0..<4
                    C.acc[] = C.acc[] + C.staged.A[(k.o)%2, m, k.i] * B[k.i + 4*k.o, n]
                C[m, n] = C.acc[]
            """)
    }

    /// More elements than work-items come in turns, vectors in lanes.
    @Test func turns() throws {
        try expectNest(
            SnapshotProgram.product(4, 4, 32),
            [
                .split(Split(stage: "C", loop: "k", factor: 16)), .bind(Bind(stage: "C", loop: "m")),
                .bind(Bind(stage: "C", loop: "n", to: .item)),
                .stage(StageOperand(stage: "C", buffer: "B", loop: "k.o", layout: .padded(4), vector: 4)),
            ],
            """
            kernel C
              grid m(4)
                local n(4)
                  local C.staged.B[16, 8] float32
                  register C.acc[] float32
                  C.acc[] = 0
                  for k.o in 0..<2
                    unrolled for C.staged.B.turn in 0..<4
                      lanes for C.staged.B.lane in 0..<4
                        C.staged.B[4*C.staged.B.turn + n, C.staged.B.lane] = \
            B[4*C.staged.B.turn + 16*k.o + n, C.staged.B.lane]
                    barrier
                    for k.i in 0..<16
                      C.acc[] = C.acc[] + A[m, k.i + 16*k.o] * C.staged.B[k.i, n]
                    barrier
                  C[m, n] = C.acc[]
            """)
    }

    @Test func rasterize() throws {
        try expectNest(
            SnapshotProgram.matrix(4, 10),
            [
                .bind(Bind(stage: "C", loop: "i")), .bind(Bind(stage: "C", loop: "j")),
                .rasterize(Rasterize(stage: "C", order: .grouped(2))),
            ],
            """
            kernel C
              grid i(4) × j(10), grouped(2)
                C[i, j] = A[i, j] * 2
            """)
    }
}
