import KernelIR
import Testing

@testable import Rendering

/// Work-items combine what they have through each other's registers.
@Suite struct CUDAShuffleTests {
    private let t = Index.axis("t")

    private func sum(_ count: Int, isShared: Bool) -> Statement {
        .combine(CrossItemReduction(.sum(), [.init("acc", [])], count: count, method: .shuffle, isShared: isShared))
    }

    /// The sum of x over groups of that many threads.
    private func body(_ items: Int, _ combine: Statement, _ store: Statement) throws -> String {
        try CUDAPrinted.body(
            [.register("acc", []), .set("acc", [], .load("x", [t])), combine, store], local: [Axis("t", items)],
            buffers: [Buffer("x", shape: [items], role: .input), Buffer("y", shape: [items], role: .output)])
    }

    @Test func aWarp() throws {
        let store = Statement.set("y", [Index(0)], .load("acc", []), [Bound(t, below: 1)])
        #expect(
            try body(32, sum(32, isShared: false), store) == """
                float acc;
                acc = x[t];
                for (int mask_0 = 16; mask_0 > 0; mask_0 /= 2) {
                    const float acc_other_0 = __shfl_xor_sync(0xffffffffu, acc, mask_0);
                    acc = acc + acc_other_0;
                }
                if (t < 1) {
                    y[0] = acc;
                }
                """)
    }

    /// Several rows a warp.
    @Test func partsOfAWarp() throws {
        let store = Statement.set("y", [t], .load("acc", []))
        let text = try body(64, sum(8, isShared: true), store)
        #expect(text.contains("for (int mask_0 = 4; mask_0 > 0; mask_0 /= 2) {"))
        #expect(!text.contains("__shared__") && !text.contains("__syncthreads"))
    }

    /// From warp to warp through shared memory: each warp combines the results of all, so that all threads get the sum.
    @Test func severalWarps() throws {
        #expect(
            try body(256, sum(256, isShared: true), .set("y", [t], .load("acc", []))) == """
                __shared__ __align__(16) float kw_combine0[8];
                float acc;
                acc = x[t];
                for (int mask_0 = 16; mask_0 > 0; mask_0 /= 2) {
                    const float acc_other_0 = __shfl_xor_sync(0xffffffffu, acc, mask_0);
                    acc = acc + acc_other_0;
                }
                if (t % 32 < 1) {
                    kw_combine0[t / 32] = acc;
                }
                __syncthreads();
                acc = t % 32 < 8 ? kw_combine0[t % 32] : 0.0f;
                for (int mask_1 = 16; mask_1 > 0; mask_1 /= 2) {
                    const float acc_other_1 = __shfl_xor_sync(0xffffffffu, acc, mask_1);
                    acc = acc + acc_other_1;
                }
                y[t] = acc;
                """)
    }

    /// One result needs no more steps than there are warps; who comes second waits for the memory.
    @Test func memoryIsUsedInTurn() throws {
        let store = Statement.set("y", [Index(0)], .load("acc", []), [Bound(t, below: 1)])
        let twice = Statement.serial("k", 3, [.set("acc", [], .load("x", [t])), sum(96, isShared: false), store])
        let text = try body(96, sum(96, isShared: false), twice)
        #expect(text.ranges(of: "__shared__").count == 1)
        #expect(text.ranges(of: "__syncthreads();").count == 3)
        #expect(text.contains("for (int mask_1 = 2; mask_1 > 0; mask_1 /= 2) {"))
        #expect(text.contains("acc = t % 32 < 3 ? kw_combine0[t % 32] : 0.0f;"))
    }

    /// Of pairs all threads take the first one's, since either order of two may be combined.
    @Test func tuplesAreTheSameForAll() throws {
        let places = [CrossItemReduction.Place("value", []), .init("place", [])]
        func text(isShared: Bool) throws -> String {
            try CUDAPrinted.body(
                [
                    .register("value", []), .register("place", [], .int32), .set("value", [], .load("x", [t])),
                    .set("place", [], .index(t, .int32)),
                    .combine(CrossItemReduction(.argmax(), places, count: 32, method: .shuffle, isShared: isShared)),
                    .set("y", [t], .load("value", []) * .cast(.float32, .load("place", []))),
                ], local: [Axis("t", 64)])
        }
        let shared = try text(isShared: true)
        #expect(shared.contains("const float value_other_0 = __shfl_xor_sync(0xffffffffu, value, mask_0);"))
        #expect(shared.contains("const int place_other_0 = __shfl_xor_sync(0xffffffffu, place, mask_0);"))
        #expect(shared.contains("value = value_next_0;") && shared.contains("place = place_next_0;"))
        #expect(shared.contains("value = __shfl_sync(0xffffffffu, value, 0, 32);"))
        #expect(shared.contains("place = __shfl_sync(0xffffffffu, place, 0, 32);"))
        let alone = try text(isShared: false)
        #expect(alone.contains("__shfl_xor_sync") && !alone.contains("__shfl_sync"))
    }

    /// Axes that no launch may have are fused; the rows of threads stay what they were.
    @Test func fusedAxes() throws {
        let axes = [Axis("a", 128), Axis("b", 2), Axis("t", 4)]
        let kernel = Kernel(
            name: "f", grid: [], local: axes,
            body: [
                .register("acc", []), .set("acc", [], .float(1)), sum(4, isShared: true),
                .set("y", [.axis("a") * 8 + .axis("b") * 4 + t], .load("acc", [])),
            ])
        let program = LoopProgram(name: "test", buffers: [Buffer("y", shape: [1024], role: .output)], kernels: [kernel])
        let adapted = try CUDADialect().adapted(program)
        #expect(adapted.kernels[0].local.map(\.extent) == [1024])
        #expect(adapted.kernels[0].body.contains(sum(4, isShared: true)))
    }

    @Test func nest() {
        let columns = CrossItemReduction(
            .sum(), [.init("acc", [Index(1)])], count: 8, stride: 32, method: .tree, isShared: false)
        let kernel = Kernel(
            name: "f", grid: [], local: [Axis("t", 256)], body: [sum(256, isShared: true), .combine(columns)])
        #expect(
            LoopNestPrinter.text(kernel) == """
                kernel f
                  local t(256)
                    combine acc[] by sum over 256 items, shuffle, for all
                    combine acc[1] by sum over 8 items 32 apart, tree

                """)
    }
}
