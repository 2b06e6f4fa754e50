import Foundation
import KernelIR
import Rendering
import Workloads

/// A folder in which `reproduce.py` checks and times a solution against ONNX Runtime without any Kernelwright code.
public struct Reproduction: Sendable {
    /// What was judged, and of which workload.
    public var workload: Workload
    public var solution: Solution
    /// The driver's names of the device, as OpenCL reports them.
    public var device: Device
    /// Threads of the baseline.
    public var threads: Int
    /// The tolerance of each output in order, nil where all elements must be equal.
    public var tolerances: [Tolerance?]
    /// The judge's own result, printed for comparison.
    public var reported: RatioInterval?

    /// An OpenCL device as its driver names it.
    public struct Device: Sendable, Hashable, Codable {
        public var platform: String
        public var name: String
        public init(platform: String, name: String) { (self.platform, self.name) = (platform, name) }
    }

    /// - Precondition: there is one tolerance for each output of the workload.
    public init(
        workload: Workload, solution: Solution, device: Device, threads: Int, tolerances: [Tolerance?],
        reported: RatioInterval? = nil
    ) {
        precondition(tolerances.count == workload.outputs.count, "there must be one tolerance for each output")
        self.workload = workload
        self.solution = solution
        self.device = device
        self.threads = threads
        self.tolerances = tolerances
        self.reported = reported
    }

    /// Writes `reproduce.py` and all it reads: `workload.json`, `solution.json`, `model.onnx`, `reproduce.json`; and
    /// the solution's sources for a reader.
    ///
    /// Throws `badInput` where the folder cannot be written or the workload has no ONNX form.
    public func write(to folder: URL) throws(KernelwrightError) {
        let model = try OnnxModel(exporting: workload)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            var files = [
                "workload.json": try encoder.encode(workload),
                "solution.json": try encoder.encode(solution),
                "model.onnx": model.bytes,
                "reproduce.json": try encoder.encode(record(of: model)),
                "reproduce.py": try Data(contentsOf: Self.script),
            ]
            for source in solution.sources { files[source.path] = Data(source.content.utf8) }
            for (name, content) in files.sorted(by: { $0.key < $1.key }) {
                try content.write(to: folder.appendingPathComponent(name), options: .atomic)
            }
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write to \(folder.path)", hint: "choose a folder that can be written",
                cause: "\(error)")
        }
    }

    private static var script: URL {
        Bundle.module.url(forResource: "reproduce", withExtension: "py") ?? Bundle.module.bundleURL
    }

    private func record(of model: OnnxModel) -> Record {
        let outputs = zip(zip(workload.outputs, model.outputs), tolerances).map { names, tolerance in
            Record.Output(
                name: names.0, modelName: names.1.name, dtype: names.1.dtype, shape: names.1.shape,
                tolerance: tolerance)
        }
        return Record(device: device, threads: threads, outputs: outputs, reported: reported)
    }

    /// The content of `reproduce.json`.
    private struct Record: Encodable {
        struct Output: Encodable {
            var name: String
            /// The output's name in `model.onnx`.
            var modelName: String
            var dtype: DType
            var shape: [Int]
            var tolerance: Tolerance?
        }

        var device: Device
        var threads: Int
        var outputs: [Output]
        var reported: RatioInterval?
    }
}
