import Evaluation
import Foundation
import KernelIR
import Testing
import Workers
import Workloads

@Suite(
    "ONNX Runtime baseline",
    .enabled(if: BaselineTestEnvironment.isInstalled, Comment(rawValue: BaselineTestEnvironment.missing)))
struct OnnxRuntimeBaselineTests {
    private static let shape = [4, 8]
    private let deadline = Duration.seconds(60)

    /// y = x + w.
    private static func sum(_ dtype: DType = .float32) -> Workload {
        Workload(
            name: "sum", inputs: [TensorSpec(name: "x", dtype: dtype, shape: shape)],
            parameters: [TensorSpec(name: "w", dtype: dtype, shape: shape)],
            nodes: [
                Node(
                    name: "y", op: "aten.add.Tensor", arguments: [.value("x"), .value("w")],
                    outputs: [TensorType(dtype: dtype, shape: shape)])
            ],
            outputs: ["y"])
    }

    private static func buffers(x: Float, w: Float) throws -> BufferSet {
        let set = try BufferSet([
            BufferSpec(name: "x", role: .input, dtype: .float32, shape: shape),
            BufferSpec(name: "w", role: .parameter, dtype: .float32, shape: shape),
            BufferSpec(name: "y", role: .output, dtype: .float32, shape: shape),
        ])
        fill(set, "x", x)
        fill(set, "w", w)
        set.poisonOutputs(.ones)
        return set
    }

    private static func fill(_ set: BufferSet, _ name: String, _ value: Float) {
        set.bytes(of: name)?.bindMemory(to: Float.self).update(repeating: value)
    }

    private static func values(_ set: BufferSet) -> Set<Float> {
        Set(set.bytes(of: "y")?.bindMemory(to: Float.self) ?? .init(start: nil, count: 0))
    }

    private func start(_ buffers: BufferSet) async throws -> OnnxRuntimeBaseline {
        try await OnnxRuntimeBaseline.start(
            OnnxModel(exporting: Self.sum()), buffers: buffers, threads: 2, in: BaselineTestEnvironment.python)
    }

    @Test("Runs write the shared outputs, from inputs as they are at the time")
    func runs() async throws {
        let buffers = try Self.buffers(x: 1, w: 10)
        let baseline = try await start(buffers)
        #expect(try await baseline.run(count: 1, deadline: deadline).get() > .zero)
        #expect(Self.values(buffers) == [11])
        Self.fill(buffers, "x", 5)
        _ = try await baseline.run(count: 3, deadline: deadline).get()
        #expect(Self.values(buffers) == [15])
        #expect(buffers.firstDamage() == nil)
        #expect(Set(baseline.versions.keys) == ["onnxruntime", "numpy", "python"])
    }

    @Test("Another set of buffers can be bound")
    func binds() async throws {
        let (first, second) = (try Self.buffers(x: 1, w: 1), try Self.buffers(x: 3, w: 4))
        let baseline = try await start(first)
        #expect(await baseline.bind(second, deadline: deadline) == nil)
        _ = try await baseline.run(count: 1, deadline: deadline).get()
        #expect(Self.values(second) == [7])
        #expect(Self.values(first) != [2])
    }

    @Test("A paused process does not answer; a resumed one does")
    func pauses() async throws {
        let buffers = try Self.buffers(x: 1, w: 1)
        let baseline = try await start(buffers)
        baseline.pause()
        async let answer = baseline.run(count: 1, deadline: deadline)
        baseline.resume()
        _ = try await answer.get()
        #expect(Self.values(buffers) == [2])
        baseline.pause()
        let late = await baseline.run(count: 1, deadline: .milliseconds(50))
        #expect(late == .failure(.timedOut(seconds: 0.05)))
    }

    @Test("After it was stopped, a run is a failure")
    func stops() async throws {
        let baseline = try await start(Self.buffers(x: 1, w: 1))
        baseline.pause()
        baseline.stop()
        let result = await baseline.run(count: 1, deadline: deadline)
        guard case .failure(.crashed(let signal, _)) = result else {
            Issue.record("expected a crash, got \(result)")
            return
        }
        #expect(signal == SIGKILL)
    }

    @Test("Buffers that do not fit the model are refused with what would fit")
    func refuses() async throws {
        let wrong = try BufferSet([BufferSpec(name: "z", role: .input, dtype: .float32, shape: [1])])
        await #expect {
            _ = try await start(wrong)
        } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .badInput && error.cause?.contains("['w', 'x']") == true
        }
    }
}

@Suite("Python environment") struct PythonEnvironmentTests {
    @Test("What is missing is named, with the command that installs it")
    func missing() {
        let nowhere = URL(fileURLWithPath: "/nonexistent/python")
        let environment = PythonEnvironment(python: nowhere, bridge: nowhere)
        #expect { try environment.check() } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .missingComponent && error.hint == "./kw setup"
                && error.message.contains(nowhere.path)
        }
    }
}
