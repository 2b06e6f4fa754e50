import KernelIR
import Testing

@testable import Rendering

@Suite struct KernelTests {
    private let matrices = [
        Buffer("a", shape: [24, 40], role: .input), Buffer("b", shape: [40, 64], role: .parameter),
        Buffer("c", shape: [24, 64], role: .output),
    ]

    @Test func serialProduct() throws {
        let product = Expr.load("a", [.axis("m"), .axis("k")]) * .load("b", [.axis("k"), .axis("n")])
        let source = try Printed.source(
            [
                .register("acc", []), .set("acc", [], .float(0)),
                .serial("k", 40, [.set("acc", [], .load("acc", []) + product)]),
                .set("c", [.axis("m"), .axis("n")], .load("acc", [])),
            ], grid: [Axis("m", 24), Axis("n", 64)], buffers: matrices)
        #expect(
            source == """
                // f: grid m(24) × n(64); k(40)
                __kernel __attribute__((reqd_work_group_size(1, 1, 1))) void f(__global const float * restrict a,
                    __global const float * restrict b, __global float * restrict c) {
                    const int m = get_group_id(1);
                    const int n = get_group_id(0);
                    float acc;
                    acc = 0.0f;
                    for (int k = 0; k < 40; ++k) {
                        acc = fma(a[m * 40 + k], b[n + k * 64], acc);
                    }
                    c[m * 64 + n] = acc;
                }

                """)
    }

    /// A register tile: copies share their loads, each under one name.
    @Test func tiledProduct() throws {
        let acc = [Index.axis("i"), .l]
        let product = Expr.load("a", [.o * 2 + .axis("i"), .axis("k")]) * .load("b", [.axis("k"), .l])
        let body = try Printed.body(
            [
                .register("acc", [2, 16], vector: true),
                .unrolled("i", 2, [.lanes("l", 16, [.set("acc", acc, .float(0))])]),
                .serial(
                    "k", 40, [.unrolled("i", 2, [.lanes("l", 16, [.set("acc", acc, product + .load("acc", acc))])])]),
                .unrolled("i", 2, [.lanes("l", 16, [.set("c", [.o * 2 + .axis("i"), .l], .load("acc", acc))])]),
            ], grid: [Axis("o", 12)], buffers: matrices)
        #expect(
            body == """
                float16 acc_0, acc_1;
                acc_0 = (float16)(0.0f);
                acc_1 = (float16)(0.0f);
                for (int k = 0; k < 40; ++k) {
                    const float16 b_0 = vload16(0, b + k * 64);
                    acc_0 = fma((float16)(a[o * 80 + k]), b_0, acc_0);
                    acc_1 = fma((float16)(a[o * 80 + k + 40]), b_0, acc_1);
                }
                vstore16(acc_0, 0, c + o * 128);
                vstore16(acc_1, 0, c + o * 128 + 64);
                """)
    }

    @Test func aLoopOfOneIterationIsWrittenOut() throws {
        let once = Statement.loop(
            axis: "i", start: 3, end: 4, kind: .serial, body: [.set("y", [.axis("i")], .load("x", [.axis("i")]))])
        #expect(try Printed.body([once]) == "y[3] = x[3];")
    }

    /// Copies that allocate stand in blocks of their own.
    @Test func copiesThatAllocateAreBlocks() throws {
        let body = try Printed.body([
            .unrolled(
                "i", 2,
                [
                    .allocate(LocalBuffer("t", .float32, shape: [4], space: .memory)),
                    .set("t", [.axis("i")], .float(1)), .set("y", [.axis("i")], .load("t", [.axis("i")])),
                ])
        ])
        #expect(
            body == """
                {
                    float t[4] __attribute__((aligned(64)));
                    t[0] = 1.0f;
                    y[0] = t[0];
                }
                {
                    float t[4] __attribute__((aligned(64)));
                    t[1] = 1.0f;
                    y[1] = t[1];
                }
                """)
    }

    @Test func sharedArraysAndBarriers() throws {
        let program = LoopProgram(
            name: "test", buffers: [Printed.x, Printed.y],
            kernels: [
                Kernel(
                    name: "f", grid: [Axis("g", 8)], local: [Axis("t", 8)],
                    body: [
                        .allocate(LocalBuffer("s", .float32, shape: [8], space: .local)),
                        .set("s", [.axis("t")], .load("x", [.axis("g") * 8 + .axis("t")])), .barrier,
                        .set("y", [.axis("g") * 8 + .axis("t")], .load("s", [Index(7) - .axis("t")])),
                    ])
            ])
        let source = try Renderer.openCL(.genericAVX512).source(program)
        #expect(
            source == """
                // f: grid g(8), local t(8)
                __kernel __attribute__((reqd_work_group_size(8, 1, 1))) void f(__global const float * restrict x,
                    __global float * restrict y) {
                    const int g = get_group_id(0);
                    const int t = get_local_id(0);
                    __local float s[8] __attribute__((aligned(64)));
                    s[t] = x[g * 8 + t];
                    barrier(CLK_LOCAL_MEM_FENCE);
                    y[g * 8 + t] = s[7 - t];
                }

                """)
    }
}
