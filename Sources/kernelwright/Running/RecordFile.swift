import Evaluation
import Foundation
import KernelIR
import Rendering
import Workloads

/// Verdict records as files.
enum RecordFile {
    /// Reads a record and checks its hashes; throws `badInput`.
    static func read(_ path: String) throws(KernelwrightError) -> VerdictRecord {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KernelwrightError(
                .badInput, "cannot read the record \(path)", hint: "kw evaluate … --record FILE writes one")
        }
        return try VerdictRecord(file: data, path: path)
    }
}

extension Laboratory {
    /// The record of a verdict that was given here.
    func record(of verdict: Verdict, _ solution: Solution, named name: String) -> VerdictRecord {
        VerdictRecord(verdict, of: solution, under: conditions(named: name))
    }

    /// How a workload of a name is judged here.
    func conditions(named name: String) -> VerdictRecord.Conditions {
        let isFile = if case .file = WorkloadReference(name) { true } else { false }
        let options = station.options
        return VerdictRecord.Conditions(
            workload: name, workloadHash: workload.contentHash, size: isFile ? nil : options.size.rawValue,
            distributions: options.distribution?.distributions.map(\.rawValue), device: options.device,
            baselines: station.baselines.map(\.rawValue), caches: options.cache, deterministic: options.deterministic,
            frozenParameters: options.frozenParameters, precision: options.precision.type)
    }

    /// Writes that record; throws `badInput` where the file cannot be written.
    func write(
        _ verdict: Verdict, of solution: Solution, named name: String, to file: URL
    ) throws(KernelwrightError) {
        do {
            try record(of: verdict, solution, named: name).file.write(to: file, options: .atomic)
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write \(file.path)", hint: "choose another --record FILE",
                cause: (error as NSError).localizedDescription)
        }
    }
}

extension JudgingOptions {
    /// These options with everything that a record's conditions say; `unsandboxed` stays as the caller chose.
    func repeating(_ conditions: VerdictRecord.Conditions, path: String) throws(KernelwrightError) -> JudgingOptions {
        var options = self
        do {
            options.baseline = try BaselineList(
                argument: conditions.baselines.isEmpty ? "none" : conditions.baselines.joined(separator: ","))
            options.distribution = try conditions.distributions.map {
                try DistributionList(argument: $0.joined(separator: ","))
            }
        } catch {
            throw KernelwrightError(.badInput, "\(path): \(error)", hint: "a newer version may have written it")
        }
        options.device = conditions.device
        options.size = conditions.size.flatMap(SizePreset.init(rawValue:)) ?? options.size
        options.cache = conditions.caches
        options.deterministic = conditions.deterministic
        options.frozenParameters = conditions.frozenParameters
        options.precision = PrecisionName(conditions.precision)
        return options
    }
}
