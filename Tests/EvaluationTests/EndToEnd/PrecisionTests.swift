import Devices
import KernelIR
import Rendering
import Testing
import Workers
import Workloads

@testable import Evaluation

/// Kernels that round their factors, judged under each precision.
@Suite("Precisions on OpenCL", .serialized, .enabled(if: OpenCLHost.isAvailable, "no OpenCL device or bubblewrap"))
struct PrecisionTests {
    /// A precision, the type in which a kernel keeps both factors of the product, and whether it may.
    static let cases: [(precision: DType?, storage: DType, isAllowed: Bool)] = [
        (nil, .float32, true), (nil, .float16, false), (nil, .bfloat16, false),
        (.float16, .float32, true), (.float16, .float16, true), (.float16, .bfloat16, false),
        (.bfloat16, .float32, true), (.bfloat16, .float16, true), (.bfloat16, .bfloat16, true),
    ]

    @Test("each precision admits storage in its type and in wider ones", arguments: cases)
    func storage(_ precision: DType?, _ storage: DType, _ isAllowed: Bool) async throws {
        let workload = SmallWorkloads.product
        let setting = JudgingSession.Setting(
            workload: workload, host: try OpenCLHost.make(),
            inputs: ReferenceInputs(workload, seed: Seed(41), precision: precision),
            provenance: Provenance(device: "opencl:0", driver: "OpenCL", hostCPU: "this", sandboxed: true),
            target: .genericAVX512, limits: Limits(compile: .seconds(60), start: .seconds(60)))
        let session = try await JudgingSession(setting)
        let verdict = try await session.judge(product(storage), effort: .quick)
        #expect(verdict.status == (isAllowed ? .correct : .precisionDowngrade), "\(verdict.message ?? "")")
        #expect(verdict.provenance.precision == precision)
        await session.close()
    }

    /// y = x · w with one work-item an element, every factor rounded.
    private func product(_ storage: DType) -> Solution {
        let rounding =
            switch storage {
            case .float16:
                "ushort p[1]; vstore_half_rte(v, 0, (__private half *)p); return vload_half(0, (__private half *)p);"
            case .bfloat16: "uint b = as_uint(v); return as_float((b + 0x7fff + (b >> 16 & 1)) & 0xffff0000);"
            default: "return v;"
            }
        let source = """
            static float stored(float v) { \(rounding) }
            __kernel void k(__global const float *x, __global const float *w, __global float *y) {
                size_t i = get_global_id(0);
                float s = 0;
                for (int k = 0; k < 64; k++) s += stored(x[i / 16 * 64 + k]) * stored(w[k * 16 + i % 16]);
                y[i] = s;
            }
            """
        return Solution(
            name: "product", workload: "product", target: .init(language: .opencl, profile: "cpu"),
            sources: [.init(path: "k.cl", content: source)],
            launches: [
                .init(kernel: "k", grid: [32], block: [16], arguments: [.input("x"), .parameter("w"), .output("y")])
            ], author: "test")
    }
}
