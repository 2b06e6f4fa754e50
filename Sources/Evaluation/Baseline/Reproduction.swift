import Foundation
import KernelIR
import Rendering
import Workloads

/// A folder in which `reproduce.py` checks and times a solution without Kernelwright code: an OpenCL one against ONNX
/// Runtime, a CUDA one against PyTorch where it is installed.
public struct Reproduction: Sendable {
    /// What was judged, and of which workload.
    public var workload: Workload
    public var solution: Solution
    /// The driver's names of the device.
    public var device: Device
    /// Threads of the baseline; a GPU's has none of its own.
    public var threads: Int
    /// The tolerance of each output in order, nil where all elements must be equal.
    public var tolerances: [Tolerance?]
    /// What the baseline's outputs are held to, in the same order.
    public var baselineTolerances: [Tolerance?]
    /// The judge's own result, printed for comparison.
    public var reported: RatioInterval?

    /// A device as its driver names it.
    public struct Device: Sendable, Hashable, Codable {
        /// The platform's name, then the driver's version.
        public var driver: String
        public var name: String
        public init(driver: String, name: String) { (self.driver, self.name) = (driver, name) }
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

    /// What a certificate says of a workload of its hash.
    ///
    /// - Parameter threads: of the baseline.
    public init(_ certificate: VerdictRecord, of workload: Workload, threads: Int) {
        let verdict = certificate.verdict
        // A verdict names the bounds of its worst output; integer outputs must be exact.
        let tolerance = verdict.accuracy.last?.tolerance
        let types = workload.outputTypes.map(\.dtype)
        let name = verdict.provenance.device.drop { $0 != " " }.dropFirst()
        self.init(
            workload: workload, solution: certificate.solution,
            device: Device(driver: verdict.provenance.driver, name: String(name)), threads: threads,
            tolerances: types.map { $0.isFloatingPoint ? tolerance : nil },
            baselineTolerances: types.map { $0.isFloatingPoint ? tolerance?.forBaseline($0) : nil },
            reported: verdict.speedup)
    }

    /// Writes `reproduce.py` and all it reads: `evaluation.py`, `workload.json` and its weights, `solution.json`,
    /// `reproduce.json`, and `model.onnx` beside an OpenCL solution; and the solution's sources for a reader.
    ///
    /// Throws `badInput` where the folder cannot be written or the workload of an OpenCL solution has no ONNX form.
    public func write(to folder: URL) throws(KernelwrightError) {
        let model = try solution.target.language == .opencl ? OnnxModel(exporting: workload) : nil
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            var files = [
                "solution.json": try encoder.encode(solution),
                "reproduce.json": try encoder.encode(record(of: model)),
                "reproduce.py": try Data(contentsOf: Self.script(model == nil ? "reproduce-cuda" : "reproduce")),
                "evaluation.py": try Data(contentsOf: Self.script("evaluation")),
            ]
            files["model.onnx"] = model?.bytes
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

    private static func script(_ name: String) -> URL {
        Bundle.module.url(forResource: name, withExtension: "py") ?? Bundle.module.bundleURL
    }

    private func record(of model: OnnxModel?) -> Record {
        let outputs = zip(workload.outputs, workload.outputTypes).enumerated().map { index, output in
            Record.Output(
                name: output.0, modelName: model?.outputs[index].name, dtype: output.1.dtype, shape: output.1.shape,
                tolerance: tolerances[index], baselineTolerance: baselineTolerances[index])
        }
        return Record(device: device, threads: threads, outputs: outputs, reported: reported)
    }

    /// The content of `reproduce.json`.
    private struct Record: Encodable {
        struct Output: Encodable {
            var name: String
            /// The output's name in `model.onnx`, if there is one.
            var modelName: String?
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
