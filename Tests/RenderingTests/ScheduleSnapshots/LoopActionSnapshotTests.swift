import KernelIR
import Scheduling
import Testing

/// Actions on loops: the nests their doc comments show.
@Suite struct LoopActionSnapshotTests {
    @Test func split() throws {
        try expectNest(
            SnapshotProgram.map(100), [.split(Split(stage: "C", loop: "m", factor: 8))],
            """
            kernel C
              for m.o in 0..<12
                for m.i in 0..<8
                  C[m.i + 8*m.o] = A[m.i + 8*m.o] + 1
              for m.o in 12..<13
                for m.i in 0..<8
                  if 0 ≤ m.i + 8*m.o < 100
                    C[m.i + 8*m.o] = A[m.i + 8*m.o] + 1
                  else
                    C[m.i + 8*m.o] = (A[m.i + 8*m.o] if 0 ≤ m.i + 8*m.o < 100 else 0) + 1  if 0 ≤ m.i + 8*m.o < 100
            """)
    }

    @Test func fuse() throws {
        try expectNest(
            SnapshotProgram.matrix(4, 10), [.fuse(Fuse(stage: "C", outer: "i", inner: "j"))],
            """
            kernel C
              for i_j in 0..<40
                C[(i_j)/10, (i_j)%10] = A[(i_j)/10, (i_j)%10] * 2
            """)
    }

    @Test func reorder() throws {
        try expectNest(
            SnapshotProgram.product(2, 3, 4), [.reorder(Reorder(stage: "C", loops: ["k", "n"]))],
            """
            kernel C
              for m in 0..<2
                memory C.acc[3] float32
                for n in 0..<3
                  C.acc[n] = 0
                for k in 0..<4
                  for n in 0..<3
                    C.acc[n] = C.acc[n] + A[m, k] * B[k, n]
                for n in 0..<3
                  C[m, n] = C.acc[n]
            """)
    }

    @Test func bind() throws {
        try expectNest(
            SnapshotProgram.matrix(4, 10), [.bind(Bind(stage: "C", loop: "i"))],
            """
            kernel C
              grid i(4)
                for j in 0..<10
                  C[i, j] = A[i, j] * 2
            """)
    }

    @Test func order() throws {
        try expectNest(
            SnapshotProgram.matrix(4, 10),
            [
                .bind(Bind(stage: "C", loop: "i")),
                .bind(Bind(stage: "C", loop: "j")),
                .order(Order(stage: "C", loops: ["j", "i"])),
            ],
            """
            kernel C
              grid j(10) × i(4)
                C[i, j] = A[i, j] * 2
            """)
    }

    @Test func specialize() throws {
        try expectNest(
            SnapshotProgram.matrix(2, 10), [.specialize(Specialize(stage: "C", loop: "i"))],
            """
            kernel C
              for i in 0..<1
                for j in 0..<10
                  C[i, j] = A[0, j] * 2
              for i in 1..<2
                for j in 0..<10
                  C[i, j] = A[1, j] * 2
            """)
    }

    @Test func specializeGrid() throws {
        try expectNest(
            SnapshotProgram.matrix(2, 10),
            [.bind(Bind(stage: "C", loop: "i")), .specialize(Specialize(stage: "C", loop: "i"))],
            """
            kernel C
              grid i(2)
                if 0 ≤ i < 1
                  for j in 0..<10
                    C[i, j] = A[0, j] * 2
                else
                  for j in 0..<10
                    C[i, j] = A[1, j] * 2
            """)
    }

    @Test func reverse() throws {
        try expectNest(
            SnapshotProgram.map(100), [.reverse(Reverse(stage: "C", loop: "m"))],
            """
            kernel C
              for m in 0..<100
                C[-1*m + 99] = A[-1*m + 99] + 1
            """)
    }
}
