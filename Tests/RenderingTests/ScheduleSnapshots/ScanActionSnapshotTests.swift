import KernelIR
import Scheduling
import Testing

/// Scans: the nests that the doc comments show.
@Suite struct ScanActionSnapshotTests {
    @Test func scanBlock() throws {
        try expectNest(
            SnapshotProgram.scan(2, 8), [.scanBlock(ScanBlock(stage: "C", axis: "k", block: 4))],
            """
            kernel C.total
              for C.total.i in 0..<2
                for C.total.k.b in 0..<2
                  register C.total.acc[] float32
                  C.total.acc[] = 0
                  for C.total.k in 0..<4
                    C.total.acc[] = C.total.acc[] + A[C.total.i, C.total.k + 4*C.total.k.b]
                  C.total.0[C.total.i, C.total.k.b] = C.total.acc[]

            kernel C.carry
              for C.carry.i in 0..<2
                register C.carry.acc[] float32
                C.carry.acc[] = 0
                for C.carry.k.b in 0..<1
                  C.carry.acc[] = C.carry.acc[] + (C.total.0[C.carry.i, C.carry.k.b + -1] if 0 ≤ C.carry.k.b + -1 < 2 else 0)
                  C.carry.0[C.carry.i, C.carry.k.b] = C.carry.acc[]
                for C.carry.k.b in 1..<2
                  C.carry.acc[] = C.carry.acc[] + C.total.0[C.carry.i, C.carry.k.b + -1]
                  C.carry.0[C.carry.i, C.carry.k.b] = C.carry.acc[]

            kernel C
              for i in 0..<2
                for k.o in 0..<2
                  register C.acc[] float32
                  C.acc[] = 0
                  for k.i in 0..<4
                    C.acc[] = C.acc[] + A[i, k.i + 4*k.o]
                    C[i, k.i + 4*k.o] = C.carry.0[i, k.o] + C.acc[]
            """)
    }

    @Test func vectorizedScan() throws {
        try expectNest(
            SnapshotProgram.scan(2, 4), [.vectorize(Vectorize(stage: "C", loop: "k"))],
            """
            kernel C
              for i in 0..<2
                register C.acc[] float32
                C.acc[] = 0
                register C.scan0_[4] float32 vector
                register C.scan1_[4] float32 vector
                register C.scan2_[4] float32 vector
                lanes for k in 0..<4
                  C.scan0_[k] = A[i, k]
                lanes for k in 0..<4
                  C.scan1_[k] = (C.scan0_[k + -1] if 0 ≤ k + -1 < 4 else 0) + C.scan0_[k]
                lanes for k in 0..<4
                  C.scan2_[k] = (C.scan1_[k + -2] if 0 ≤ k + -2 < 4 else 0) + C.scan1_[k]
                lanes for k in 0..<4
                  C[i, k] = C.acc[] + C.scan2_[k]
                C.acc[] = C.acc[] + C.scan2_[3]
            """)
    }
}
