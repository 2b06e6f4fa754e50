import KernelIR
import Scheduling
import Testing

/// Actions that cut reductions in blocks: the nests their doc comments show.
@Suite struct ReductionActionSnapshotTests {
    @Test func splitReduction() throws {
        try expectNest(
            SnapshotProgram.sumThenMap(2, 8), [.splitReduction(SplitReduction(stage: "S", axis: "k", block: 4))],
            """
            kernel S.partial
              for S.partial.k.b in 0..<2
                for S.partial.i in 0..<2
                  register S.partial.acc[] float32
                  S.partial.acc[] = 0
                  for S.partial.k in 0..<4
                    S.partial.acc[] = S.partial.acc[] + A[S.partial.i, S.partial.k + 4*S.partial.k.b]
                  S.partial.0[S.partial.k.b, S.partial.i] = S.partial.acc[]

            kernel S
              for i in 0..<2
                register S.acc[] float32
                S.acc[] = 0
                for k.b in 0..<2
                  S.acc[] = S.acc[] + S.partial.0[k.b, i]
                S[i] = S.acc[]

            kernel D
              for j in 0..<2
                D[j] = max(0, S[j])
            """)
    }

    @Test func crossThread() throws {
        try expectNest(
            SnapshotProgram.sumThenMap(2, 8),
            [
                .split(Split(stage: "S", loop: "k", factor: 4)),
                .crossThread(CrossThread(stage: "S", loop: "k.i", method: .tree)),
            ],
            """
            kernel S
              local k.i(4)
                for i in 0..<2
                  register S.acc[] float32
                  S.acc[] = 0
                  for k.o in 0..<2
                    S.acc[] = S.acc[] + A[i, k.i + 4*k.o]
                  combine S.acc[] by sum over 4 items, tree
                  S[i] = S.acc[]  if 0 ≤ k.i < 1

            kernel D
              for j in 0..<2
                D[j] = max(0, S[j])
            """)
    }

    @Test func fuseReductions() throws {
        let fuse = Action.fuseReductions(FuseReductions(first: "M", second: "S", block: 4))
        let blocks = [
            Action.attach(Attach(stage: "S.block1", to: "S", loop: "S.b")),
            .attach(Attach(stage: "S.block0", to: "S", loop: "S.b")),
        ]
        try expectLoops(
            SnapshotProgram.logSumExp(2, 8), [fuse],
            [
                "S.block0: S.block0.M.i S.block0.b S.block0.r",
                "S.block1: S.block1.M.i S.block1.b S.block1.r",
                "S: M.i S.b",
            ])
        try expectLoops(
            SnapshotProgram.logSumExp(2, 8), [fuse] + blocks,
            ["S: M.i S.b S.block0.r S.block1.r"])
    }

    @Test func extract() throws {
        try expectNest(
            SnapshotProgram.shares(2, 8), [.extract(Extract(stage: "Y", with: "S"))],
            """
            kernel Y.common
              for Y.common.a in 0..<2
                for Y.common.b in 0..<8
                  Y.common[Y.common.a, Y.common.b] = sqrt(A[Y.common.a, Y.common.b])

            kernel S
              for i in 0..<2
                register S.acc[] float32
                S.acc[] = 0
                for k in 0..<8
                  S.acc[] = S.acc[] + Y.common[i, k]
                S[i] = S.acc[]

            kernel Y
              for a in 0..<2
                for b in 0..<8
                  Y[a, b] = Y.common[a, b] / S[a]
            """)
    }

    @Test func hoist() throws {
        try expectNest(
            SnapshotProgram.shares(2, 8), [.hoist(Hoist(stage: "Y"))],
            """
            kernel S
              for i in 0..<2
                register S.acc[] float32
                S.acc[] = 0
                for k in 0..<8
                  S.acc[] = S.acc[] + sqrt(A[i, k])
                S[i] = S.acc[]

            kernel Y.invariant
              for Y.invariant.a in 0..<2
                Y.invariant[Y.invariant.a] = reciprocal(S[Y.invariant.a])

            kernel Y
              for a in 0..<2
                for b in 0..<8
                  Y[a, b] = sqrt(A[a, b]) * Y.invariant[a]
            """)
    }

    @Test func factor() throws {
        try expectNest(
            SnapshotProgram.summedProduct(2, 8, 4), [.factor(Factor(stage: "S"))],
            """
            kernel sum.B
              for sum.B.0 in 0..<4
                register sum.B.acc[] float32
                sum.B.acc[] = 0
                for sum.B.r in 0..<8
                  sum.B.acc[] = sum.B.acc[] + B[sum.B.0, sum.B.r]
                sum.B[sum.B.0] = sum.B.acc[]

            kernel S
              for i in 0..<2
                register S.acc[] float32
                S.acc[] = 0
                for k in 0..<4
                  S.acc[] = S.acc[] + A[i, k] * sum.B[k]
                S[i] = S.acc[]
            """)
    }
}
