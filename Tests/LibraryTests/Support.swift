import Evaluation
import Foundation
import KernelIR
import Rendering
import Scheduling
import Workloads

@testable import Library

/// A file name in a folder of its own, which goes with it.
final class TemporaryPath {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("library-\(UUID().uuidString)")
    var path: String { folder.appendingPathComponent("library.sqlite").path }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }
}

extension SearchExtent {
    static let test = SearchExtent(turns: 8, budgetSeconds: 10, isComplete: false)
}

/// A one-operator workload and its program.
struct Subject {
    var op = "aten.relu.default"
    var extent = 1024
    var type = DType.float32

    var workload: Workload {
        let x = TensorSpec(name: "x", dtype: type, shape: [extent])
        let node = Node(name: "y", op: op, arguments: [.value("x")], outputs: [x.type])
        return Workload(name: "subject", inputs: [x], nodes: [node], outputs: ["y"])
    }

    var program: TensorProgram {
        TensorProgram(
            name: "subject",
            buffers: [
                Buffer("x", type, shape: [extent], role: .input), Buffer("y", type, shape: [extent], role: .output),
            ],
            stages: [
                .map("y", [Axis("i", extent)], [.unary(.negate, .load(Load("x", [.axis("i")])))], into: ["y"])
            ])
    }

    var features: WorkloadFeatures { WorkloadFeatures(workload, program: program, target: .genericAVX512) }

    func question(machine: String = "here", deterministic: Bool = false) -> Question {
        Question(
            workload: workload, device: "test:0", machine: machine, baselines: ["onnxruntime"], precision: "declared",
            caches: .warm, deterministic: deterministic, frozenParameters: false, sandboxed: true)
    }

    /// A certificate of a solution with that source, whose ratio is exact; without one there is no baseline.
    func certificate(_ source: String = "kernel", ratio: Double? = 2) -> VerdictRecord {
        let timing = Timing(
            samples: [1, 1, 1], callsPerBatch: 1, baseline: ratio.map { _ in "onnxruntime" },
            baselineSamples: ratio.map { [$0, $0, $0] } ?? [], seed: 1)
        let verdict = Verdict(
            status: .correct, timing: timing,
            provenance: Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true))
        let solution = Solution(
            name: "subject", workload: workload.contentHash, target: .init(language: .opencl, profile: "cpu"),
            sources: [.init(path: "kernel.cl", content: source)],
            launches: [.init(kernel: "k", grid: [1], block: [1], arguments: [.output("y")])], author: "test")
        return VerdictRecord(
            verdict, of: solution,
            under: .init(
                workload: "subject.json", workloadHash: workload.contentHash, size: nil, distributions: nil,
                device: "test:0", baselines: ["onnxruntime"], caches: .warm, deterministic: false,
                frozenParameters: false))
    }

    func record(
        _ certificate: VerdictRecord, question: Question? = nil, parameters: ProgramCPU? = ProgramCPU(),
        extent: SearchExtent = .test
    ) -> LibraryRecord {
        LibraryRecord(
            question: question ?? self.question(), workload: "subject.json", size: nil, certificate: certificate,
            parameters: parameters, features: features, policy: "greedy", turns: 3, searchSeconds: 1.5, extent: extent,
            recorded: "2026-01-01T00:00:00Z")
    }
}
