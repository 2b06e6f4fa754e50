import Foundation
import KernelIR
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite(
    "Baseline worker",
    .enabled(if: BaselineTestEnvironment.isInstalled, Comment(rawValue: BaselineTestEnvironment.missing)))
struct BaselineWorkerTests {
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

    private let worker = BaselineWorker(.onnxruntime, threads: 2, in: BaselineTestEnvironment.python)

    private func start(_ buffers: BufferSet) async throws -> LoadedBaseline {
        try await worker.load(Self.sum(), buffers: buffers)
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

    @Test("It keeps the buffers it computes on, and lets them go when it is stopped")
    func keepsBuffers() async throws {
        let baseline = try await start(Self.buffers(x: 1, w: 1))
        // Nobody else holds them, and their memory would be gone without it.
        _ = try await baseline.run(count: 1, deadline: deadline).get()
        let second = try await rebind(baseline)
        _ = try await baseline.run(count: 1, deadline: deadline).get()
        #expect(second.buffers != nil)
        baseline.stop()
        #expect(second.buffers == nil)
    }

    /// Binds new buffers, which nobody else holds afterwards.
    private func rebind(_ baseline: LoadedBaseline) async throws -> WatchedBuffers {
        let buffers = try Self.buffers(x: 3, w: 4)
        #expect(await baseline.bind(buffers, deadline: deadline) == nil)
        return WatchedBuffers(buffers: buffers)
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

    @Test("After it was stopped, runs fail; the process serves the next workload")
    func stops() async throws {
        let first = try await start(Self.buffers(x: 1, w: 1))
        first.stop()
        guard case .failure(.launchError) = await first.run(count: 1, deadline: deadline) else {
            Issue.record("a stopped baseline ran")
            return
        }
        let buffers = try Self.buffers(x: 2, w: 2)
        let second = try await start(buffers)
        first.pause()
        _ = try await second.run(count: 1, deadline: deadline).get()
        #expect(Self.values(buffers) == [4])
    }

    @Test("A process waits for the next workload with little memory of its own, and ends with much")
    func limits() async throws {
        for (limit, isKept) in [(1 << 30, true), (1 << 20, false)] {
            let worker = BaselineWorker(
                .onnxruntime, threads: 2, in: BaselineTestEnvironment.python, keeping: limit)
            let first = try await worker.load(Self.sum(), buffers: Self.buffers(x: 1, w: 1))
            let process = try #require(worker.process(load: 1))
            first.stop()
            let buffers = try Self.buffers(x: 2, w: 2)
            let second = try await worker.load(Self.sum(), buffers: buffers)
            #expect((worker.process(load: 3) === process) == isKept)
            _ = try await second.run(count: 1, deadline: deadline).get()
            #expect(Self.values(buffers) == [4])
        }
    }

    @Test("A process that was killed for its deadline is replaced for the next workload")
    func replaces() async throws {
        let hung = try await start(Self.buffers(x: 1, w: 1))
        hung.pause()
        #expect(await hung.run(count: 1, deadline: .milliseconds(50)) == .failure(.timedOut(seconds: 0.05)))
        let buffers = try Self.buffers(x: 2, w: 2)
        _ = try await start(buffers).run(count: 1, deadline: deadline).get()
        #expect(Self.values(buffers) == [4])
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

@Suite(
    "PyTorch baselines",
    .enabled(
        if: BaselineTestEnvironment.hasPyTorch,
        "PyTorch is not installed: run ./kw setup pytorch, or set KERNELWRIGHT_PYTORCH"))
struct PyTorchBaselineTests {
    @Test(
        "Both agree with the reference, results appear when they are collected",
        arguments: [
            BaselineRuntime.pytorchEager, .pytorchCompile,
        ])
    func agrees(runtime: BaselineRuntime) async throws {
        let worker = BaselineWorker(runtime, threads: 2, in: BaselineTestEnvironment.pytorch)
        for number in [23, 36] {
            let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
            let set = try await ReferenceInputs(workload, seed: Seed(5)).draw(.checking)
            set.buffers.poisonOutputs(.ones)
            let baseline = try await worker.load(workload, buffers: set.buffers)
            _ = try await baseline.run(count: 2, deadline: .seconds(60)).get()
            #expect(OutputReport(set).rejection(poison: .ones) != nil)
            #expect(await baseline.collect(deadline: .seconds(60)) == nil)
            #expect(OutputReport(set).rejection(poison: .ones) == nil)
            #expect(baseline.version.hasPrefix("2."))
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

    @Test("A runtime that the worker lacks is a missing component, with the command that installs it")
    func lacksRuntime() async throws {
        let program = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: program) }
        let answer = #"{"ok": false, "error": {"code": "missingComponent", "message": "no package torch"}}"#
        try "#!/bin/sh\nread request\necho '\(answer)'\n".write(to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let environment = PythonEnvironment(
            python: program, bridge: BaselineTestEnvironment.python.bridge, installation: "./kw setup pytorch")
        let workload = try Suite.kernelBench.workload(level: 1, number: 19, size: .tiny)
        let buffers = try BufferSet(ReferenceInputs.buffers(of: workload))
        await #expect(
            throws: KernelwrightError(.missingComponent, "no package torch", hint: "./kw setup pytorch")
        ) {
            _ = try await BaselineWorker(.pytorchEager, threads: 1, in: environment).load(workload, buffers: buffers)
        }
    }
}
