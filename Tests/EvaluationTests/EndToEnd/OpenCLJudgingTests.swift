import Devices
import KernelIR
import Rendering
import Testing
import Workers
import Workloads

@testable import Evaluation

/// Real kernels in real sandboxed workers: each misbehaviour gets its verdict, and the next candidate is judged as ever.
@Suite("Judging on OpenCL", .serialized, .enabled(if: OpenCLHost.isAvailable, "no OpenCL device or bubblewrap"))
struct OpenCLJudgingTests {
    private static let ceilings = Ceilings(
        copyBytesPerSecond: 1e10, readBytesPerSecond: 2e10, flopsPerSecond: 1e11, launchSeconds: 1e-6)

    /// A session of a relu over 4 × 250 elements.
    func session(run: Duration = .seconds(20)) async throws -> JudgingSession {
        try await JudgingSession(setting(run: run))
    }

    func setting(run: Duration = .seconds(20)) throws -> JudgingSession.Setting {
        let workload = Workload(
            name: "relu", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [4, 250])],
            nodes: [
                Node(
                    name: "y", op: "aten.relu.default", arguments: [.value("x")],
                    outputs: [TensorType(dtype: .float32, shape: [4, 250])])
            ], outputs: ["y"])
        let host = try OpenCLHost.make()
        return JudgingSession.Setting(
            workload: workload, host: host, inputs: ReferenceInputs(workload, seed: Seed(3)),
            provenance: Provenance(device: "opencl:0", driver: "OpenCL", hostCPU: "this", sandboxed: true),
            target: .genericAVX512, ceilings: Self.ceilings,
            limits: Limits(compile: .seconds(60), start: .seconds(60), firstRun: run, run: run))
    }

    /// A kernel with one work-item for each element `i`.
    func solution(_ body: String) -> Solution {
        let source =
            "__kernel void k(__global const float *x, __global float *y) { size_t i = get_global_id(0); \(body) }"
        return Solution(
            name: "relu", workload: "relu", target: .init(language: .opencl, profile: "cpu"),
            sources: [.init(path: "k.cl", content: source)],
            launches: [.init(kernel: "k", grid: [100], block: [10], arguments: [.input("x"), .output("y")])],
            author: "test")
    }

    private var good: Solution { solution("y[i] = fmax(x[i], 0.0f);") }

    @Test("a correct kernel is correct, timed, profiled and certified against the floor")
    func correct() async throws {
        let session = try await session()
        let verdict = try await session.judge(good, effort: .quick)
        #expect(verdict.isCorrect, "\(verdict.message ?? "")")
        #expect((verdict.medianSeconds ?? 0) > 0)
        #expect(verdict.costs.compileSeconds > 0 && verdict.costs.firstLaunchSeconds > 0)
        let certificate = try await session.certify(good)
        #expect(certificate.isCorrect)
        #expect(certificate.deterministic == true)
        #expect((certificate.profile?.floorFraction ?? 0) > 0)
    }

    @Test("a faulty kernel gets its verdict, and the next candidate is judged as ever")
    func faulty() async throws {
        let faults: [(body: String, statuses: Set<Verdict.Status>)] = [
            ("y[i] = x[i];", [.wrongValues]),
            ("y[i] = i == 77 ? NAN : fmax(x[i], 0.0f);", [.nonFinite]),
            ("if (i < 500) y[i] = fmax(x[i], 0.0f);", [.wrongValues]),
            ("y[i] = fmax(x[i], 0.0f); if (i == 999) y[1000] = 1;", [.outOfBounds]),
            ("y[i] = fmax(x[i], 0.0f); ((__global float *)x)[i] = 0;", [.inputModified, .crashed]),
            ("*(volatile __private int *)8 = 1; y[i] = 0;", [.sandboxViolation, .crashed, .outOfBounds]),
            (
                "__asm__ volatile(\"syscall\" : : \"a\"(39L) : \"rcx\", \"r11\"); y[i] = fmax(x[i], 0.0f);",
                [.sandboxViolation]
            ),
            ("y[i] = fmax(x[i], 0.0f) +;", [.compileError]),
        ]
        let session = try await session()
        for fault in faults {
            let verdict = try await session.judge(solution(fault.body), effort: .quick)
            #expect(fault.statuses.contains(verdict.status), "\(verdict.status): \(verdict.message ?? "")")
            #expect(try await session.judge(good, effort: .quick).isCorrect)
        }
    }

    @Test("a kernel that never ends is stopped")
    func hang() async throws {
        let session = try await session(run: .seconds(1))
        let body = "for (volatile int n = 0; n >= 0; n = (n + 1) & 1023) {} y[i] = 0;"
        #expect(try await session.judge(solution(body), effort: .quick).status == .timedOut)
    }
}

/// The first OpenCL device of the machine behind bubblewrap.
enum OpenCLHost {
    static var isAvailable: Bool { (try? make()) != nil }

    static func make() throws -> WorkerHost {
        try WorkerHost(
            limits: try OpenCLDevice.named("opencl:0").limits,
            configuration: WorkerConfiguration(
                device: "opencl:0", executable: WorkerConfiguration.executableBesideThis()))
    }
}
