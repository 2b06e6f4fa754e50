import Devices
import KernelIR
import Rendering
import Testing

@testable import Workers

/// Buffers, solutions and a host for tests that really compile and run.
struct Fixture {
    static let count = 4096

    let host: WorkerHost
    let buffers: BufferSet

    init(confinement: Confinement = .bubblewrap, adjust: (inout WorkerConfiguration) -> Void = { _ in }) throws {
        var configuration = WorkerConfiguration(
            device: "opencl:0", confinement: confinement, executable: WorkerConfiguration.executableBesideThis())
        adjust(&configuration)
        host = try WorkerHost(limits: try OpenCLDevice.named("opencl:0").limits, configuration: configuration)
        buffers = try Self.makeBuffers(scale: 1)
    }

    /// Inputs `x[i] = scale·i`, parameter `w = 3`, and an output `y`.
    static func makeBuffers(scale: Float) throws -> BufferSet {
        let buffers = try BufferSet([
            BufferSpec(name: "x", role: .input, dtype: .float32, shape: [count]),
            BufferSpec(name: "w", role: .parameter, dtype: .float32, shape: [1]),
            BufferSpec(name: "y", role: .output, dtype: .float32, shape: [count]),
        ])
        for index in 0..<count { floats(buffers, "x")[index] = scale * Float(index) }
        floats(buffers, "w")[0] = 3
        buffers.poisonOutputs(.ones)
        return buffers
    }

    static func floats(_ buffers: BufferSet, _ name: String) -> UnsafeMutableBufferPointer<Float> {
        buffers.bytes(of: name)?.bindMemory(to: Float.self) ?? UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// A kernel `k(x, w, y)` with one work-item to a group; `body` may use `i`.
    static func solution(
        _ body: String, before: String = "", groups: Int = count, block: Int = 1, scratch: [Solution.Scratch] = []
    ) -> Solution {
        let extra = scratch.map { ", __global float *\($0.name)" }.joined()
        let source = """
            \(before)
            __kernel void k(__global float *x, __global const float *w, __global float *y\(extra)) {
                size_t i = get_global_id(0);
                \(body)
            }
            """
        let arguments: [Solution.Argument] =
            [.input("x"), .parameter("w"), .output("y")] + scratch.map { .scratch($0.name) }
        return Solution(
            name: "test", workload: "", target: .init(language: .opencl, profile: "any"),
            sources: [.init(path: "k.cl", content: source)], scratch: scratch,
            launches: [.init(kernel: "k", grid: [groups / block], block: [block], arguments: arguments)], author: "test"
        )
    }

    func start(_ solution: Solution) async throws -> any RunningCandidate {
        let compiled = try await host.compile(solution, deadline: .seconds(60)).get()
        return try await host.start(compiled, buffers: buffers, deadline: .seconds(60)).get()
    }

    /// The failure of a candidate that compiles, starts and then misbehaves while it runs or under inspection.
    func failure(of solution: Solution, deadline: Duration = .seconds(60)) async throws -> WorkerFailure? {
        let candidate = try await start(solution)
        defer { candidate.stop() }
        if case .failure(let failure) = await candidate.run(count: 1, prepare: true, deadline: deadline) {
            return failure
        }
        candidate.pause()
        return candidate.inspect()
    }
}

/// The suites that start workers run one after another, so that each sees only its own processes.
@Suite(.serialized) struct WorkerSuites {}
