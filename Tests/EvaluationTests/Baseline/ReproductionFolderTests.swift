import Evaluation
import Foundation
import KernelIR
import Rendering
import Testing
import Workloads

/// What a reproduction folder holds, by the language of the solution; `scripts/tests` and `ReproductionTests` run it.
@Suite("Files of a reproduction folder")
struct ReproductionFolderTests {
    private static let workload = Workload(
        name: "relu", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [64])],
        nodes: [
            Node(
                name: "y", op: "aten.relu.default", arguments: [.value("x")],
                outputs: [TensorType(dtype: .float32, shape: [64])])
        ],
        outputs: ["y"])

    /// The files' texts by name.
    private func files(_ language: Solution.Target.Language) throws -> [String: String] {
        let solution = Solution(
            name: "relu", workload: Self.workload.contentHash, target: .init(language: language, profile: "any"),
            sources: [.init(path: "kernels.txt", content: "the kernels")],
            launches: [.init(kernel: "relu", grid: [1], block: [64], arguments: [.input("x"), .output("y")])],
            author: "test")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Reproduction(
            workload: Self.workload, solution: solution, device: .init(driver: "any", name: "some GPU"), threads: 2,
            tolerances: [Tolerance(normwise: 1e-6, elementwise: 1e-6)]
        ).write(to: folder)
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            files[name] = String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
        }
        return files
    }

    @Test func anOpenCLSolutionIsComparedWithAModel() throws {
        let files = try self.files(.opencl)
        #expect(
            files.keys.sorted() == [
                "evaluation.py", "kernels.txt", "model.onnx", "reproduce.json", "reproduce.py", "solution.json",
                "workload.json",
            ])
        #expect(files["reproduce.py"]?.contains("import pyopencl") == true)
        #expect(files["reproduce.json"]?.contains("\"modelName\"") == true)
        #expect(files["evaluation.py"]?.contains("def evaluate(") == true)
    }

    @Test func aCUDASolutionNeedsNoModel() throws {
        let files = try self.files(.cuda)
        #expect(
            files.keys.sorted() == [
                "evaluation.py", "kernels.txt", "reproduce.json", "reproduce.py", "solution.json", "workload.json",
            ])
        #expect(files["reproduce.py"]?.contains("import cupy") == true)
        #expect(files["reproduce.json"]?.contains("\"modelName\"") == false)
        #expect(files["reproduce.json"]?.contains("some GPU") == true)
    }
}
