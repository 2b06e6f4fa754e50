import Evaluation
import Foundation
import KernelIR
import Rendering
import Testing
import Workloads

@Suite(
    "Reproduction folder",
    .enabled(if: BaselineTestEnvironment.isInstalled, Comment(rawValue: BaselineTestEnvironment.missing)))
struct ReproductionTests {
    private static let count = 4096

    /// y = relu(x) and i = argmax(x) over the rows of a matrix.
    private static let workload = Workload(
        name: "relu and argmax", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [count / 64, 64])],
        nodes: [
            Node(
                name: "y", op: "aten.relu.default", arguments: [.value("x")],
                outputs: [TensorType(dtype: .float32, shape: [count / 64, 64])]),
            Node(
                name: "i", op: "aten.argmax.default", arguments: [.value("x"), .int(1)],
                outputs: [TensorType(dtype: .int64, shape: [count / 64])]),
        ],
        outputs: ["y", "i"])

    private static func solution(lowest: Double) -> Solution {
        let source = """
            __kernel void relu(__global const float *x, __global float *copy, float lowest) {
                copy[get_global_id(0)] = fmax(x[get_global_id(0)], lowest);
            }
            __kernel void finish(__global const float *x, __global const float *copy, __global float *y, __global long *i) {
                size_t row = get_global_id(0), best = 0;
                for (size_t k = 0; k < 64; ++k) {
                    y[row * 64 + k] = copy[row * 64 + k];
                    if (x[row * 64 + k] > x[row * 64 + best]) best = k;
                }
                i[row] = best;
            }
            """
        return Solution(
            name: "relu and argmax", workload: workload.contentHash, target: .init(language: .opencl, profile: "any"),
            sources: [.init(path: "kernel.cl", content: source)], scratch: [.init(name: "copy", bytes: 4 * count)],
            launches: [
                .init(
                    kernel: "relu", grid: [count / 64], block: [64],
                    arguments: [.input("x"), .scratch("copy"), .scalar(.float32, lowest)]),
                .init(
                    kernel: "finish", grid: [1], block: [count / 64],
                    arguments: [.input("x"), .scratch("copy"), .output("y"), .output("i")]),
            ],
            author: "test")
    }

    /// Writes the folder, runs the script in it and gives its exit code and what it printed.
    private func run(_ solution: Solution) throws -> (code: Int32, text: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Reproduction(
            workload: Self.workload, solution: solution, device: .init(driver: "any", name: "any"), threads: 2,
            tolerances: [Tolerance(normwise: 1e-6, elementwise: 1e-6), nil],
            reported: RatioInterval(ratio: 2, low: 1.5, high: 2.5)
        ).write(to: folder)
        let process = Process()
        let output = Pipe()
        process.executableURL = BaselineTestEnvironment.python.python
        process.arguments = [folder.appendingPathComponent("reproduce.py").path, "--pairs", "3", "--seed", "1"]
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test("A right solution passes and its ratio is printed")
    func right() throws {
        let (code, text) = try run(Self.solution(lowest: 0))
        #expect(code == 0, "\(text)")
        #expect(text.contains(/ratio [0-9.]+ \(95 % interval [0-9.]+ to [0-9.]+\)/), "\(text)")
        #expect(text.contains("reported 2.00 (1.50 to 2.50)"), "\(text)")
        #expect(text.contains("i: 0 of 64 elements differ"), "\(text)")
    }

    @Test("A wrong solution fails, and the script says which output is wrong")
    func wrong() throws {
        let (code, text) = try run(Self.solution(lowest: 0.5))
        #expect(code == 1, "\(text)")
        #expect(text.contains(/kernels +y: .*WRONG/), "\(text)")
        #expect(!text.contains(/onnxruntime +y: .*WRONG/), "\(text)")
    }

    @Test("A folder that cannot be written is named")
    func unwritable() {
        let folder = URL(fileURLWithPath: "/proc/nowhere")
        let reproduction = Reproduction(
            workload: Self.workload, solution: Self.solution(lowest: 0), device: .init(driver: "", name: ""),
            threads: 1, tolerances: [nil, nil])
        #expect { try reproduction.write(to: folder) } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .badInput && error.message.contains(folder.path)
        }
    }
}
