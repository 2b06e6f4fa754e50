import Devices
import KernelIR
import Rendering
import Testing

@testable import Workers

extension WorkerSuites {
    @Suite(.serialized) struct CandidateTests {
        @Test func aCorrectKernelWritesItsOutput() async throws {
            let fixture = try Fixture()
            let candidate = try await fixture.start(Fixture.solution("y[i] = w[0] * x[i] + 1;"))
            defer { candidate.stop() }
            let time = try await candidate.run(count: 3, prepare: true, deadline: .seconds(60)).get()
            #expect(time > .zero)
            candidate.pause()
            #expect(candidate.inspect() == nil)
            #expect(Array(Fixture.floats(fixture.buffers, "y")) == (0..<Fixture.count).map { 3 * Float($0) + 1 })
            #expect(fixture.host.isSandboxed)
        }

        /// A preparation fills scratch from the parameter; later runs may leave it out.
        @Test func preparationsRunOnceOrEveryTime() async throws {
            let fixture = try Fixture()
            let source = """
                __kernel void prepare(__global const float *w, __global float *t) { t[0] = 2 * w[0]; }
                __kernel void k(__global const float *x, __global const float *t, __global float *y, float low) {
                    size_t i = get_global_id(0);
                    y[i] = fmax(low, t[0] + x[i]);
                }
                """
            let solution = Solution(
                name: "test", workload: "", target: .init(language: .opencl, profile: "any"),
                sources: [.init(path: "k.cl", content: source)], scratch: [.init(name: "t", bytes: 4)],
                launches: [
                    .init(
                        kernel: "prepare", phase: .prepare, grid: [1], block: [1],
                        arguments: [.parameter("w"), .scratch("t")]),
                    .init(
                        kernel: "k", grid: [Fixture.count / 64], block: [64],
                        arguments: [.input("x"), .scratch("t"), .output("y"), .scalar(.float32, -.infinity)]),
                ], author: "test")
            let candidate = try await fixture.start(solution)
            defer { candidate.stop() }
            for prepare in [true, false, true] {
                _ = try await candidate.run(count: 2, prepare: prepare, deadline: .seconds(60)).get()
                candidate.pause()
                let values = Array(Fixture.floats(fixture.buffers, "y"))
                #expect(values == (0..<Fixture.count).map { 6 + Float($0) })
                fixture.buffers.poisonOutputs(.large)
                candidate.resume()
            }
        }
    }
}
