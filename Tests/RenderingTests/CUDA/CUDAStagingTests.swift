import KernelIR
import Scheduling
import Testing

@testable import Rendering

/// Copies into shared memory, and the order of groups.
@Suite struct CUDAStagingTests {
    private static let place = Index.axis("t") * 4 + .l

    /// What copies of x into shared memory, and waiting for them, become.
    private func copied(
        _ load: Load = Load("x", [CUDAStagingTests.place]), to index: Index = CUDAStagingTests.place, width: Int = 4,
        bounds: [Bound] = []
    ) throws -> String {
        let copy = Statement.asyncCopy(.issue([Store("s", [index], .load(load), bounds: bounds)]))
        return try CUDAPrinted.body(
            [
                .allocate(LocalBuffer("s", .float32, shape: [64], space: .local)), .lanes("l", width, [copy]),
                .asyncCopy(.commit), .asyncCopy(.wait(pending: 1)), .barrier,
                .set("y", [.axis("t")], .load("s", [Index(63) - .axis("t")])),
            ], local: [Axis("t", 16)])
    }

    @Test func neighboursAreOneCopy() throws {
        #expect(
            try copied() == """
                __shared__ __align__(16) float s[64];
                kw_copy_16(s + t * 4, x + t * 4);
                kw_commit_copies();
                kw_wait_copies_1();
                __syncthreads();
                y[t] = s[63 - t];
                """)
        #expect(try copied(width: 2).contains("kw_copy_8(s + t * 4, x + t * 4);"))
    }

    @Test func othersAreSingleElements() throws {
        let spread = try copied(to: .axis("t") + .l * 16)
        #expect(spread.contains("kw_copy_4(s + t, x + t * 4);\nkw_copy_4(s + t + 16, x + t * 4 + 1);"))
        let odd = try copied(Load("x", [.axis("t") + .l]))
        #expect(odd.contains("kw_copy_4(s + t * 4, x + t);") && !odd.contains("kw_copy_16"))
    }

    /// Where a load does not happen its fill is stored; where a store does not happen, nothing is.
    @Test func bounds() throws {
        let bound = Bound(Self.place, below: 60)
        #expect(
            try copied(Load("x", [Self.place], bounds: [bound], fill: 7)).contains(
                """
                if (t * 4 < 60) {
                    kw_copy_16(s + t * 4, x + t * 4);
                } else {
                    *reinterpret_cast<float4 *>(s + t * 4) = make_float4(7.0f, 7.0f, 7.0f, 7.0f);
                }
                """))
        let few = try copied(bounds: [Bound(.axis("t"), below: 9)])
        #expect(few.contains("if (t < 9) {\n    kw_copy_16(s + t * 4, x + t * 4);\n}\nkw_commit_copies();"))
        let ragged = try copied(Load("x", [Self.place], bounds: [Bound(Self.place, below: 61)]))
        #expect(ragged.contains("if (t * 4 + 1 < 61) {\n    kw_copy_4(") && !ragged.contains("kw_copy_16"))
    }

    /// Shared memory holds float32, device memory 16 bits: there is something to compute.
    @Test func whatIsConvertedIsStored() throws {
        let body = try CUDAPrinted.body(
            [
                .allocate(LocalBuffer("s", .float16, shape: [64], space: .local)),
                .asyncCopy(.issue([Store("s", [.axis("t")], .load("x", [.axis("t")]))])),
                .set("y", [.axis("t")], .load("s", [.axis("t")])),
            ], local: [Axis("t", 64)],
            buffers: [Buffer("x", .float16, shape: [64], role: .input), Printed.y])
        #expect(body.contains("s[t] = kw_float16(x[t]);") && !body.contains("kw_copy"))
    }

    /// A product of matrices of halves, each warp with one tile, with operands in shared memory.
    private func product(_ m: Int, _ n: Int, _ k: Int, stages: Int) throws -> String {
        func factor(_ buffer: String, _ row: String) -> Expr {
            .cast(.float32, .load(buffer, [.axis(row), .axis("k")]))
        }
        let program = TensorProgram(
            name: "product",
            buffers: [
                Buffer("a", .float16, shape: [m, k], role: .input), Buffer("w", .float16, shape: [n, k], role: .input),
                Buffer("c", shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "product", [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)],
                    [factor("a", "m") * factor("w", "n")], finish: [.state(0)], into: ["c"])
            ])
        var builder = ScheduleBuilder(ScheduleState(program, target: .sm80))
        let macro = MatrixGPU(rowTiles: 1, columnTiles: 1, pipelineStages: stages)
        try macro.apply(to: &builder, stage: "product")
        return try Renderer.cuda(.sm80).source(builder.state.lowered())
    }

    /// Halves that a warp multiplies are halves in shared memory: pairs are one load, eight are one copy of 16 bytes.
    @Test func operandsOfMatrixProducts() throws {
        let source = try product(64, 32, 128, stages: 3)
        #expect(source.contains("__shared__ __align__(16) unsigned short product_staged_a[3072];"))
        #expect(source.contains("__shared__ __align__(16) unsigned short product_staged_w[1536];"))
        #expect(source.contains("kw_copy_16(product_staged_a + "))
        #expect(!source.contains("kw_copy_8") && !source.contains("kw_copy_4"))
        #expect(source.contains("= *reinterpret_cast<const unsigned int *>(product_staged_a + "))
        #expect(source.contains("= *reinterpret_cast<const unsigned int *>(product_staged_w + "))
        #expect(!source.contains("kw_pair") && !source.contains("kw_float16"))
    }

    /// Copies that nobody waits for in turn need no arithmetic either.
    @Test func halvesAreMovedAsTheyAre() throws {
        let source = try product(64, 32, 128, stages: 1)
        #expect(source.contains("*reinterpret_cast<uint4 *>(product_staged_a + "))
        #expect(source.contains(" = *reinterpret_cast<const uint4 *>(a + "))
        #expect(!source.contains("kw_copy") && !source.contains("kw_float16"))
        // Rows of an odd length begin at odd addresses; beyond their ends is 0.
        let ragged = try product(60, 30, 127, stages: 1)
        #expect(ragged.contains("*reinterpret_cast<unsigned short *>(product_staged_a + "))
        #expect(ragged.contains("kw_float16_bits(0.0f);") && !ragged.contains("uint4"))
    }

    @Test func definitionsAreThoseThatAreUsed() throws {
        let source = try CUDAPrinted.source(
            [
                .allocate(LocalBuffer("s", .float32, shape: [64], space: .local)),
                .asyncCopy(.issue([Store("s", [.axis("t")], .load("x", [.axis("t")]))])), .asyncCopy(.commit),
                .asyncCopy(.wait(pending: 0)), .barrier, .set("y", [.axis("t")], .load("s", [.axis("t")])),
            ], local: [Axis("t", 64)])
        #expect(
            source.hasPrefix(
                """
                __device__ __forceinline__ void kw_copy_4(void *target, const void *source) {
                #if __CUDA_ARCH__ >= 800
                    const unsigned int address = static_cast<unsigned int>(__cvta_generic_to_shared(target));
                    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" : : "r"(address), "l"(source) : "memory");
                #else
                    *reinterpret_cast<int *>(target) = *reinterpret_cast<const int *>(source);
                #endif
                }

                """))
        #expect(source.contains("asm volatile(\"cp.async.wait_group 0;\" : : : \"memory\");"))
        #expect(!source.contains("kw_copy_16") && !source.contains("wait_group 1"))
        let quoted = KnownAssembly.instructions(.cuda).map { "asm volatile(\"\($0)\" : " }
        #expect(source.ranges(of: "asm").count == quoted.map { source.ranges(of: $0).count }.reduce(0, +))
        #expect(KnownAssembly.instructions(.opencl).isEmpty)
    }

    /// A language without such copies makes them where they begin.
    @Test func ordinaryCopies() throws {
        let kernel = Kernel(
            name: "f", grid: [], local: [Axis("t", 64)],
            body: [
                .allocate(LocalBuffer("s", .float32, shape: [64], space: .local)),
                .asyncCopy(.issue([Store("s", [.axis("t")], .load("x", [.axis("t")]))])), .asyncCopy(.commit),
                .asyncCopy(.wait(pending: 0)), .barrier,
                .set("y", [.axis("t")], .load("s", [Index(63) - .axis("t")])),
            ])
        let source = try Renderer.openCL(.genericAVX512).source(
            LoopProgram(name: "test", buffers: [Printed.x, Printed.y], kernels: [kernel]))
        #expect(source.contains("s[t] = x[t];\n    barrier(CLK_LOCAL_MEM_FENCE);\n    y[t] = s[63 - t];"))
    }

    /// Two axes are one dimension of the launch, taken apart by a function.
    @Test(arguments: [(Rasterization.grouped(8), "kw_grouped_8"), (Rasterization.hilbert, "kw_hilbert")])
    func ordersOfGroups(_ order: Rasterization, _ function: String) throws {
        let kernel = Kernel(
            name: "f", grid: [Axis("b", 2), Axis("m", 4), Axis("n", 8)],
            body: [.set("y", [.axis("b") * 32 + .axis("m") * 8 + .axis("n")], .float(1))], rasterization: order)
        let program = LoopProgram(name: "test", buffers: [Printed.y], kernels: [kernel])
        try program.verify()
        for renderer in [Renderer.cuda(.sm80), .openCL(.genericAVX512)] {
            let solution = try renderer.render(program, workload: "", author: "test")
            #expect(solution.launches[0].grid == [32, 2, 1])
            let source = solution.sources[0].content
            #expect(source.contains("int \(function)(int number, int rows, int columns) {"))
            let group = solution.target.language == .cuda ? "blockIdx.x" : "get_group_id(0)"
            #expect(source.contains("const int group_0 = \(function)(\(group), 4, 8);"))
            #expect(source.contains("const int m = group_0 / 8;\n    const int n = group_0 % 8;"))
            #expect(source.contains("y[b * 32 + m * 8 + n] = 1.0f;"))
        }
    }

    /// Grids too long for a dimension are one axis, in its own order.
    @Test func ordersOfLongGrids() throws {
        let kernel = Kernel(
            name: "f", grid: [Axis("b", 70_000), Axis("m", 2), Axis("n", 2)],
            body: [.set("y", [Index(0)], .float(1))], rasterization: .hilbert)
        let fitted = try LaunchLimits.cuda.fitted(kernel)
        #expect(fitted.rasterization == nil && fitted.grid.map(\.extent) == [280_000])
        let long = Kernel(
            name: "f", grid: [Axis("m", 70_000), Axis("n", 2)], body: [.set("y", [Index(0)], .float(1))],
            rasterization: .hilbert)
        #expect(try LaunchLimits.cuda.fitted(long) == long, "together they are x, which has room")
    }
}

/// Whole products in shared memory.
@Suite struct CUDAProductTests {
    private func source(_ tile: TileGPU) throws -> String {
        var builder = ScheduleBuilder(ScheduleState(SnapshotProgram.product(64, 128, 32), target: .sm80))
        try tile.apply(to: &builder, stage: "C")
        let program = builder.state.lowered()
        try program.verify()
        return try Renderer.cuda(.sm80).source(program)
    }

    @Test func stagedTiles() throws {
        let text = try source(TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 8, depth: 8))
        #expect(text.contains("__shared__ __align__(16) float C_staged_A[288];"))
        #expect(text.contains("__shared__ __align__(16) float C_staged_B[512];"))
        #expect(text.ranges(of: "__syncthreads();").count == 2)
        #expect(text.contains("= *reinterpret_cast<const float4 *>(A + ") && text.contains("] = A_0.y;"))
        #expect(text.contains("*reinterpret_cast<float4 *>(C_staged_B + "))
        #expect(text.contains("= *reinterpret_cast<const float4 *>(C_staged_B + "))
        #expect(text.contains("*reinterpret_cast<float4 *>(C + "))
        #expect(!text.contains("asm") && !text.contains("if ("))
    }

    @Test func copiesInTurn() throws {
        let text = try source(TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 8, depth: 8, pipelineStages: 3))
        #expect(text.contains("float C_staged_A[864];") && text.contains("float C_staged_B[1536];"))
        #expect(text.ranges(of: "__syncthreads();").count == 1)
        #expect(text.contains("kw_copy_16(C_staged_B + ") && text.contains("kw_copy_4(C_staged_A + "))
        #expect(text.ranges(of: "    kw_commit_copies();").count == 3)
        #expect(text.ranges(of: "kw_wait_copies_1();").count == 1)
        #expect(text.contains("if (k_o + 2 < 4) {"))
    }
}
