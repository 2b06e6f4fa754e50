import KernelIR
import Rendering
import Scheduling
import Testing

@testable import CUDAToolchain

/// Kernels with matrix instructions, by NVIDIA's own compiler.
@Suite("matrix kernels", .enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct MatrixKernelTests {
    /// c[m, n] = max(0, Σ a[m, k]·b[k, n]), in the type of the factors.
    private func program(_ m: Int, _ n: Int, _ k: Int, _ type: DType) -> TensorProgram {
        func factor(_ buffer: String, _ row: String, _ column: String) -> Expr {
            let load = Expr.load(buffer, [.axis(row), .axis(column)])
            return type == .float32 ? load : .cast(.float32, load)
        }
        let result = Expr.binary(.max, .state(0), .float(0))
        return TensorProgram(
            name: "product",
            buffers: [
                Buffer("a", type, shape: [m, k], role: .input), Buffer("b", type, shape: [k, n], role: .parameter),
                Buffer("c", type, shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "product", [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)],
                    [factor("a", "m", "k") * factor("b", "k", "n")],
                    finish: [type == .float32 ? result : .cast(type, result)], into: ["c"])
            ])
    }

    private func code(
        _ program: TensorProgram, _ macro: MatrixGPU, _ architecture: CUDAArchitecture = .sm(80)
    ) throws -> CUDACode {
        let schedule = try ProgramGPU(matrices: macro).schedule(program, target: .sm80)
        let loops = try ScheduleState(program, target: .sm80).applying(schedule).lowered()
        try loops.verify()
        let text = try Renderer.cuda(.sm80).source(loops)
        let result = try Toolchain.compiler().compile(CUDASource(name: "kernels.cu", text: text), for: architecture)
        let complaints = result.diagnostics.filter { $0.severity != .note }
        #expect(complaints.isEmpty, "\(text)\n\(result.log)")
        return try #require(result.code, "\(text)\n\(result.log)")
    }

    private func instruction(_ format: MatrixFormat) -> String {
        switch format {
        case .float16: "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32"
        case .bfloat16: "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
        case .tf32: "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"
        }
    }

    @Test("factors in the format, whole and ragged", arguments: MatrixFormat.allCases)
    func formats(_ format: MatrixFormat) throws {
        for (m, n, k) in [(128, 64, 64), (100, 70, 50), (33, 17, 19)] {
            let macro = MatrixGPU(rowTiles: 2, columnTiles: 2, rounding: [.tf32])
            #expect(try code(program(m, n, k, format.storage), macro).ptx.contains(instruction(format)))
        }
    }

    @Test("float32 factors are rounded", arguments: MatrixFormat.allCases)
    func rounding(_ format: MatrixFormat) throws {
        let code = try code(program(64, 64, 40, .float32), MatrixGPU(rounding: [format]))
        #expect(code.ptx.contains(instruction(format)))
        let conversion = [MatrixFormat.float16: "cvt.rn.f16x2.f32", .bfloat16: "cvt.rn.bf16x2.f32"]
        #expect(code.ptx.contains(conversion[format] ?? "cvt.rna.tf32.f32"))
    }

    @Test("every architecture that has them", arguments: [80, 86, 89, 90])
    func architectures(_ number: Int) throws {
        let code = try code(program(64, 32, 32, .float16), MatrixGPU(), .sm(number))
        #expect(code.ptx.contains(instruction(.float16)))
    }
}
