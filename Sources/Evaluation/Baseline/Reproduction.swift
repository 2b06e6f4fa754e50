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
    /// What the baseline's outputs are held to, in the same order.
    public var baselineTolerances: [Tolerance?]
    /// The judge's own result, printed for comparison.
    public var reported: RatioInterval?

    /// An OpenCL device as its driver names it.
    public struct Device: Sendable, Hashable, Codable {
        public var platform: String
        public var name: String
        public init(platform: String, name: String) { (self.platform, self.name) = (platform, name) }
    }

    /// Without `baselineTolerances`, the baseline is held to the candidate's.
    /// - Precondition: there is one tolerance of each kind for each output of the workload.
    public init(
        workload: Workload, solution: Solution, device: Device, threads: Int, tolerances: [Tolerance?],
        baselineTolerances: [Tolerance?]? = nil, reported: RatioInterval? = nil
    ) {
        let baselineTolerances = baselineTolerances ?? tolerances
        precondition(baselineTolerances.count == tolerances.count, "there must be one tolerance for each output")
        precondition(tolerances.count == workload.outputs.count, "there must be one tolerance for each output")
        self.workload = workload
        self.solution = solution
        self.device = device
        self.threads = threads
        self.tolerances = tolerances
        self.baselineTolerances = baselineTolerances
        self.reported = reported
    }

    /// Writes `reproduce.py` and all it reads: `workload.json` and its weights, `solution.json`, `model.onnx`,
    /// `reproduce.json`; and the solution's sources for a reader.
    ///
    /// Throws `badInput` where the folder cannot be written or the workload has no ONNX form.
    public func write(to folder: URL) throws(KernelwrightError) {
        let model = try OnnxModel(exporting: workload)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            var files = [
                "solution.json": try encoder.encode(solution),
                "model.onnx": model.bytes,
                "reproduce.json": try encoder.encode(record(of: model)),
                "reproduce.py": try Data(contentsOf: Self.script),
            ]
            for source in solution.sources { files[source.path] = Data(source.content.utf8) }
            try WorkloadFile.write(workload, to: folder)
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
        let outputs = workload.outputs.indices.map { index in
            let spec = model.outputs[index]
            return Record.Output(
                name: workload.outputs[index], modelName: spec.name, dtype: spec.dtype, shape: spec.shape,
                tolerance: tolerances[index], baselineTolerance: baselineTolerances[index])
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
            var baselineTolerance: Tolerance?
        }

        var device: Device
        var threads: Int
        var outputs: [Output]
        var reported: RatioInterval?
    }
}
