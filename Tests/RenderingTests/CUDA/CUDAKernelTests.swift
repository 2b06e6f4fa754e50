import KernelIR
import Testing

@testable import Rendering

/// Grids, groups and their memory.
@Suite struct CUDAKernelTests {
    @Test func serialProduct() throws {
        let product = Expr.load("a", [.axis("m"), .axis("k")]) * .load("b", [.axis("k"), .axis("n")])
        let source = try CUDAPrinted.source(
            [
                .register("acc", []), .set("acc", [], .float(0)),
                .serial("k", 40, [.set("acc", [], .load("acc", []) + product)]),
                .set("c", [.axis("m"), .axis("n")], .load("acc", [])),
            ], grid: [Axis("m", 24)], local: [Axis("n", 64)],
            buffers: [
                Buffer("a", shape: [24, 40], role: .input), Buffer("b", shape: [40, 64], role: .parameter),
                Buffer("c", shape: [24, 64], role: .output),
            ])
        #expect(
            source == """
                // f: grid m(24), local n(64); k(40)
                extern "C" __global__ void __launch_bounds__(64) f(const float * __restrict__ a, const float * __restrict__ b,
                    float * __restrict__ c) {
                    const int m = blockIdx.x;
                    const int n = threadIdx.x;
                    float acc;
                    acc = 0.0f;
                    for (int k = 0; k < 40; ++k) {
                        acc = fmaf(a[m * 40 + k], b[n + k * 64], acc);
                    }
                    c[m * 64 + n] = acc;
                }

                """)
    }

    /// The last axis is x, as in OpenCL; an axis of one point has no variable, which nothing would use.
    @Test func axes() throws {
        let source = try CUDAPrinted.source(
            [.set("y", [.axis("a") * 32 + .axis("c") * 16 + .axis("s") * 4 + .axis("t")], .float(1))],
            grid: [Axis("a", 2), Axis("b", 1), Axis("c", 2)], local: [Axis("s", 4), Axis("t", 4)])
        for line in [
            "int a = blockIdx.z;", "int c = blockIdx.x;", "int s = threadIdx.y;", "int t = threadIdx.x;",
            "__launch_bounds__(16)",
        ] { #expect(source.contains(line)) }
        #expect(!source.contains("blockIdx.y"))
    }

    @Test func sharedMemoryAndBarriers() throws {
        let body = try CUDAPrinted.body(
            [
                .allocate(LocalBuffer("s", .float32, shape: [64], space: .local)),
                .allocate(LocalBuffer("own", .bool, shape: [3], space: .memory)),
                .set("s", [.axis("t")], .load("x", [.axis("t")])), .barrier,
                .set("y", [.axis("t")], .load("s", [Index(63) - .axis("t")])),
            ], local: [Axis("t", 64)])
        #expect(
            body == """
                __shared__ __align__(16) float s[64];
                __align__(16) unsigned char own[3];
                s[t] = x[t];
                __syncthreads();
                y[t] = s[63 - t];
                """)
    }

    /// More than 48 KB are a part of the launch.
    @Test func largeSharedMemory() throws {
        let t = Index.axis("t")
        let kernel = Kernel(
            name: "f", grid: [], local: [Axis("t", 64)],
            body: [
                .allocate(LocalBuffer("s", .float64, shape: [6001], space: .local)),
                .allocate(LocalBuffer("flags", .bool, shape: [9000], space: .local)),
                .set("s", [t], .constant(1, .float64)), .set("flags", [t], .constant(1, .bool)), .barrier,
                .set("y", [t], .select(.load("flags", [Index(63) - t]), .float(1), .float(2))),
            ])
        let solution = try Renderer.cuda(.sm80).render(
            LoopProgram(name: "test", buffers: [Printed.y], kernels: [kernel]), workload: "hash", author: "test")
        #expect(solution.launches[0].sharedBytes == 48_016 + 9008)
        let source = solution.sources[0].content
        #expect(source.contains("extern __shared__ __align__(16) unsigned char kw_shared[];"))
        #expect(source.contains("double *const s = reinterpret_cast<double *>(kw_shared + 0);"))
        #expect(source.contains("unsigned char *const flags = reinterpret_cast<unsigned char *>(kw_shared + 48016);"))
    }

    @Test func boundsAndUnrolledLoops() throws {
        let index = Index.o * 4 + .axis("i")
        let load = Load("x", [index + -1], bounds: [Bound(index + -1, below: 64)], fill: -.infinity)
        let source = try CUDAPrinted.source(
            [.unrolled("i", 2, [.set("y", [index], .load(load), [Bound(index, below: 60)])])], grid: [Axis("o", 16)])
        #expect(source.hasPrefix("#define INFINITY __int_as_float(0x7f800000)\n\n// f"))
        #expect(
            source.contains("if (o * 4 < 60) {\n        y[o * 4] = o * 4 - 1 >= 0 ? x[o * 4 - 1] : -INFINITY;\n    }"))
        #expect(source.contains("if (o * 4 + 1 < 60) {\n        y[o * 4 + 1] = x[o * 4];\n    }"))
    }

    @Test func wideIndices() throws {
        let (rows, columns) = ((1 << 15) + 1, 1 << 16)
        let source = try CUDAPrinted.source(
            [.serial("j", columns, [.set("y", [.axis("i"), .axis("j")], .float(1))])], grid: [Axis("i", rows)],
            buffers: [Buffer("y", shape: [rows, columns], role: .output)])
        #expect(source.contains("const long long i = blockIdx.x;"))
        #expect(source.contains("for (long long j = 0; j < 65536; ++j)"))
    }

    @Test func launchPlan() throws {
        let kernel = Kernel(
            name: "f", grid: [Axis("a", 2), Axis("b", 4)], local: [Axis("t", 8)],
            body: [.set("y", [.axis("a") * 32 + .axis("b") * 8 + .axis("t")], .float(1))])
        let solution = try Renderer.cuda(.sm80).render(
            LoopProgram(name: "test", buffers: [Printed.y], kernels: [kernel]), workload: "hash", author: "test")
        #expect(solution.target == .init(language: .cuda, profile: "gpu-sm80"))
        #expect(solution.sources.map(\.path) == ["kernels.cu"])
        #expect(
            solution.launches == [.init(kernel: "f", grid: [4, 2, 1], block: [8, 1, 1], arguments: [.output("y")])])
    }

    @Test func placesAreArguments() throws {
        func kernel(_ name: String, row: Int, _ to: String) -> Kernel {
            Kernel(
                name: name, grid: [Axis("i", 8)],
                body: [.set(to, [.axis("i")], .load("x", [Index(row), .axis("i")]))])
        }
        let solution = try Renderer.cuda(.sm80).render(
            LoopProgram(
                name: "test",
                buffers: [
                    Buffer("x", shape: [4, 8], role: .input), Buffer("y", shape: [8], role: .output),
                    Buffer("z", shape: [8], role: .output),
                ], kernels: [kernel("a", row: 1, "y"), kernel("b", row: 3, "z")]), workload: "hash", author: "test")
        #expect(solution.sources[0].content.contains("y,\n    const int place0) {"))
        #expect(solution.launches[1].arguments == [.input("x"), .output("z"), .scalar(.int32, 3)])
    }
}
