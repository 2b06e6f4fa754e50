import KernelIR
import Scheduling
import Testing

@testable import Rendering

/// Stages that the work-items of a group compute together.
@Suite struct CUDASharedStageTests {
    /// y[m] = Σ 2·x[k, m], with the doubled elements in shared memory.
    @Test func oneKernelWaitsOnce() throws {
        let (m, k) = (Axis("m", 8), Axis("k", 16))
        let program = TensorProgram(
            name: "test",
            buffers: [
                Buffer("x", shape: [16, 8], role: .input), Buffer("t", shape: [16, 8], role: .temporary),
                Buffer("y", shape: [8], role: .output),
            ],
            stages: [
                .map("twice", [k, m], [.load("x", [.axis("k"), .axis("m")]) * .float(2)], into: ["t"]),
                .reduce(
                    "total", [m], .sum(), over: [k], [.load("t", [.axis("k"), .axis("m")])], finish: [.state(0)],
                    into: ["y"]),
            ])
        let state = try ScheduleState(program, target: .sm80).applying([
            .bind(Bind(stage: "total", loop: "total.m", to: .item)),
            .attach(Attach(stage: "twice", to: "total", loop: "total.m", shared: true)),
            .bind(Bind(stage: "twice", loop: "twice.m", to: .item)),
        ])
        let lines = try Renderer.cuda(.sm80).source(state.lowered()).split(separator: "\n")
        func count(_ text: String) -> Int { lines.filter { $0.contains(text) }.count }
        #expect(count("extern \"C\" __global__") == 1)
        #expect(count("__syncthreads();") == 1)
        #expect(count("__shared__ __align__(16) float t[128];") == 1)
    }
}
