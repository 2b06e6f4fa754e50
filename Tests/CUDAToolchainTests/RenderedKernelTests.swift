import KernelIR
import Rendering
import Scheduling
import Testing

@testable import CUDAToolchain

/// What the CUDA dialect prints is CUDA C++, by NVIDIA's own compiler.
@Suite("rendered kernels", .enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct RenderedKernelTests {
    /// Renders for an A100 and expects machine code of every kernel without a word of complaint.
    @discardableResult
    private func compile(_ program: LoopProgram, sourceLocation: SourceLocation = #_sourceLocation) throws -> CUDACode {
        try program.verify()
        let text = try Renderer.cuda(.sm80).source(program)
        let result = try Toolchain.compiler().compile(CUDASource(name: "kernels.cu", text: text), for: .sm(80))
        let complaints = result.diagnostics.filter { $0.severity != .note }
        #expect(complaints.isEmpty, "\(text)\n\(result.log)", sourceLocation: sourceLocation)
        return try #require(result.code, "\(text)\n\(result.log)", sourceLocation: sourceLocation)
    }

    private func lowered(_ program: TensorProgram, _ target: TargetProfile, _ schedule: Schedule) throws -> LoopProgram
    {
        try ScheduleState(program, target: target).applying(schedule).lowered()
    }

    @Test("without a schedule", arguments: RenderedProgram.all)
    func unscheduled(_ program: RenderedProgram) throws {
        try compile(lowered(program.program, .sm80, []))
    }

    @Test("on groups and work-items", arguments: RenderedProgram.all)
    func bound(_ program: RenderedProgram) throws {
        try compile(lowered(program.program, .sm80, program.bound))
    }

    @Test("with fast formulas", arguments: RenderedProgram.all)
    func fast(_ program: RenderedProgram) throws {
        let math = program.program.stages.map { Action.math(Math(stage: $0.name, mode: .fast)) }
        try compile(lowered(program.program, .sm80, math + program.bound))
    }

    /// Lanes of 16, register tiles, packed operands, prefetches and streaming stores.
    @Test("with the schedules of a CPU", arguments: RenderedProgram.all)
    func ofCPU(_ program: RenderedProgram) throws {
        let target = TargetProfile.genericAVX512
        try compile(lowered(program.program, target, ProgramCPU().schedule(program.program, target: target)))
    }

    /// Tiles in shared memory, registers of each work-item.
    @Test("with the schedules of a GPU", arguments: RenderedProgram.all)
    func ofGPU(_ program: RenderedProgram) throws {
        try compile(lowered(program.program, .sm80, ProgramGPU().schedule(program.program, target: .sm80)))
    }

    @Test("shuffles of every type they take", arguments: [DType.float32, .float64, .int32, .int64, .uint32, .int8])
    func shuffles(_ type: DType) throws {
        let t = Index.axis("t")
        let kernels = [32, 256].map { count in
            Kernel(
                name: "f\(count)", grid: [], local: [Axis("t", 256)],
                body: [
                    .allocate(LocalBuffer("v", type, shape: [], space: .register)),
                    .store([Store("v", [], .load("x", [t]))]),
                    .combine(
                        CrossItemReduction(
                            .sum(type), [.init("v", [])], count: count, method: .shuffle, isShared: true)),
                    .store([Store("y\(count)", [t], .load("v", []))]),
                ])
        }
        let outputs = [32, 256].map { Buffer("y\($0)", type, shape: [256], role: .output) }
        let code = try compile(
            LoopProgram(
                name: "shuffles", buffers: [Buffer("x", type, shape: [256], role: .input)] + outputs, kernels: kernels))
        #expect(code.ptx.contains("shfl.sync.bfly.b32"))
    }

    /// Rows by shuffles, columns by trees, with pairs and triples of states, however short.
    @Test("reductions that work-items share", arguments: RenderedProgram.all)
    func crossing(_ program: RenderedProgram) throws {
        let macro = ProgramGPU(reductions: ReductionGPU(rows: RowGPU(items: 64), shortest: 1))
        try compile(lowered(program.program, .sm80, macro.schedule(program.program, target: .sm80)))
    }

    /// Copies with and without registers, padded and swizzled rows, tiles of warps, groups in every order.
    @Test("with operands in shared memory", arguments: [StagedLayout.plain, .padded(4), .swizzled], [1, 2, 3])
    func staged(_ layout: StagedLayout, _ stages: Int) throws {
        let program = RenderedProgram.all[1]
        for order in [Rasterization.grouped(2), .hilbert] {
            let tile = TileGPU(
                rowItems: 8, columnItems: 8, rows: 4, columns: 4, staged: layout, depth: 8, pipelineStages: stages,
                rasterization: order)
            let schedule = try ProgramGPU(tiles: tile).schedule(program.program, target: .sm80)
            let code = try compile(lowered(program.program, .sm80, schedule))
            #expect(code.ptx.contains("bar.sync") && code.ptx.contains("ld.shared.v4"))
            #expect(code.ptx.contains("cp.async.cg.shared.global") == (stages > 1))
        }
    }

    /// What has no copies that bypass registers makes ordinary ones.
    @Test("with copies in turn, on every architecture")
    func pipelined() throws {
        let program = RenderedProgram.all[1]
        let tile = TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 4, depth: 8, pipelineStages: 2)
        let schedule = try ProgramGPU(tiles: tile).schedule(program.program, target: .sm90)
        let text = try Renderer.cuda(.sm90).source(lowered(program.program, .sm90, schedule))
        let results = try Toolchain.compiler().compile(
            CUDASource(name: "kernels.cu", text: text), for: Toolchain.architectures)
        for result in results { #expect(result.code != nil && result.diagnostics.isEmpty, "\(result.log)") }
    }

    @Test("every exact and fast function of both precisions", arguments: MathMode.allCases)
    func functions(_ mode: MathMode) throws {
        let operations: [UnaryOperator] = [
            .negate, .absolute, .exp, .expm1, .log, .log1p, .sqrt, .rsqrt, .reciprocal, .tanh, .erf, .sin, .cos, .floor,
        ]
        for type in [DType.float32, .float64] {
            let kernels = operations.enumerated().map { number, operation in
                let value = Expr.unary(operation, .load("x", [.axis("i")]))
                return Kernel(
                    name: operation.rawValue, grid: [Axis("i", 64)],
                    body: [.store([Store("y\(number)", [.axis("i")], value)])], math: mode)
            }
            let outputs = operations.indices.map { Buffer("y\($0)", type, shape: [64], role: .output) }
            try compile(
                LoopProgram(
                    name: "functions", buffers: [Buffer("x", type, shape: [64], role: .input)] + outputs,
                    kernels: kernels))
        }
    }

    /// Every type through shared memory, an array of the thread and packs.
    @Test("every type in every memory", arguments: DType.allCases)
    func memories(_ type: DType) throws {
        let (item, lane) = (Index.axis("t") * 4 + .axis("l"), Index.axis("l"))
        func lanes(_ buffer: String, _ index: Index, _ value: Expr, isStreaming: Bool = false) -> Statement {
            .loop(
                axis: "l", start: 0, end: 4, kind: .lanes,
                body: [.store([Store(buffer, [index], value, isStreaming: isStreaming)])])
        }
        let kernel = Kernel(
            name: "copy", grid: [], local: [Axis("t", 32)],
            body: [
                .allocate(LocalBuffer("s", type, shape: [128], space: .local)),
                .allocate(LocalBuffer("own", type, shape: [4], space: .memory)),
                .allocate(LocalBuffer("r", type, shape: [4], space: .register, isVector: true)),
                lanes("s", item, .load("x", [item])), .barrier,
                lanes("own", lane, .load("s", [Index.axis("t") * -4 + 124 + lane])),
                lanes("r", lane, .load("own", [lane])),
                lanes("y", item, .load("r", [lane]), isStreaming: true),
            ])
        let code = try compile(
            LoopProgram(
                name: "copy",
                buffers: [
                    Buffer("x", type, shape: [128], role: .input), Buffer("y", type, shape: [128], role: .output),
                ],
                kernels: [kernel]))
        if type == .float32 {
            #expect(code.ptx.contains("ld.global.nc.v4.f32") || code.ptx.contains("ld.global.nc.v4.b32"))
            #expect(code.ptx.contains("st.global.cs.v4.f32") || code.ptx.contains("st.global.cs.v4.b32"))
            #expect(code.ptx.contains("ld.shared.v4") && code.ptx.contains("bar.sync"))
        }
    }

    @Test("shared memory of two sizes in one source")
    func shared() throws {
        let t = Index.axis("t")
        let kernels = [4000, 9000].map { count in
            Kernel(
                name: "f\(count)", grid: [], local: [Axis("t", 64)],
                body: [
                    .allocate(LocalBuffer("s", .float64, shape: [count], space: .local)),
                    .allocate(LocalBuffer("r", .bool, shape: [64], space: .local)),
                    .store([Store("s", [t], .cast(.float64, .load("x", [t])))]),
                    .store([Store("r", [t], .binary(.less, .load("x", [t]), .float(0)))]), .barrier,
                    .store([
                        Store(
                            "y\(count)", [t],
                            .select(
                                .load("r", [Index(63) - t]), .float(1), .cast(.float32, .load("s", [Index(63) - t]))))
                    ]),
                ])
        }
        try compile(
            LoopProgram(
                name: "shared",
                buffers: [
                    Buffer("x", shape: [64], role: .input), Buffer("y4000", shape: [64], role: .output),
                    Buffer("y9000", shape: [64], role: .output),
                ], kernels: kernels))
    }

    @Test("names that mean something to the compiler")
    func names() throws {
        let names = [
            "class", "threadIdx", "float4", "norm", "y0", "j1", "max", "expf", "int", "main", "printf", "INFINITY",
            "time", "template", "half", "erfcx", "powi", "clock", "__half", "9lives", "linux", "and", "dim3", "select",
            "signal", "index", "sum", "bar", "ffs", "brev", "popc", "fabsf", "assert", "trap", "drem", "significand",
            "finite",
            "move", "forward", "swap", "final", "import", "module", "i386", "restrict2", "unix",
            "__CUDACC__", "norm4df", "__expf", "half2", "saturate", "nan", "round", "sign", "exp10", "sad", "rotate",
            "gamma",
            "__syncthreads",
        ]
        // Each with a number of its own: kernels that differ in names alone are one function.
        let kernels = names.enumerated().map { number, name in
            let axis = names[(number + 1) % names.count] + " "
            let value = Expr.unary(.exp, .binary(.max, .load("x", [.axis(axis)]), .load("x", [Index(0)])))
            return Kernel(
                name: name, grid: [Axis(axis, 64)],
                body: [.store([Store(name + ".out", [.axis(axis)], value * .float(Double(number)))])])
        }
        let outputs = names.map { Buffer($0 + ".out", shape: [64], role: .output) }
        let code = try compile(
            LoopProgram(
                name: "names", buffers: [Buffer("x", shape: [64], role: .input)] + outputs, kernels: kernels))
        #expect(code.ptx.ranges(of: ".entry").count == names.count)
    }

    @Test("every architecture compiles a product on groups and work-items")
    func architectures() throws {
        let program = RenderedProgram.all[1]
        let text = try Renderer.cuda(.sm90).source(lowered(program.program, .sm90, program.bound))
        let results = try Toolchain.compiler().compile(
            CUDASource(name: "kernels.cu", text: text), for: Toolchain.architectures)
        for result in results { #expect(result.code != nil && result.diagnostics.isEmpty, "\(result.log)") }
        #expect(TargetProfile.gpus.map(\.name) == Toolchain.architectures.map { "gpu-\($0)".replacing("_", with: "") })
    }
}
