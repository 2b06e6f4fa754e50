import Foundation
import KernelIR

/// Reads and writes workloads as JSON files.
public enum WorkloadFile {
    /// Reads and validates a file; throws `badInput` naming the file and the place in it.
    public static func read(path: String) throws(KernelwrightError) -> Workload {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw KernelwrightError(
                .badInput, "cannot read workload file \(path)",
                hint: "give kernelbench/LEVEL/NUMBER or the path of a readable workload JSON file",
                cause: (error as NSError).localizedDescription)
        }
        return try decode(data, place: path, folder: URL(fileURLWithPath: path).deletingLastPathComponent())
    }

    /// Decodes and validates; `place` begins the message of an error. Weights are looked for in `folder`: a workload
    /// that has some cannot be decoded without one.
    public static func decode(
        _ json: Data, place: String, folder: URL? = nil
    ) throws(KernelwrightError) -> Workload {
        let decoder = JSONDecoder()
        if let folder { decoder.userInfo[.weightsFolder] = folder }
        let workload: Workload
        do {
            workload = try decoder.decode(Workload.self, from: json)
        } catch let error as KernelwrightError {
            throw error
        } catch let error as DecodingError {
            throw explain(error, in: json, place: place)
        } catch {
            throw KernelwrightError(.badInput, "\(place): not a workload", cause: "\(error)")
        }
        try workload.validate()
        return workload
    }

    /// The name of the JSON file in a folder that holds one workload.
    public static let name = "workload.json"

    /// Writes `workload.json` and, if there are some, `weights.safetensors` into a folder that is there.
    public static func write(_ workload: Workload, to folder: URL) throws {
        if let weights = workload.weights {
            try LargeFile.write(weights.file.data, to: folder.appendingPathComponent(Weights.fileName))
        }
        try encode(workload).write(to: folder.appendingPathComponent(name), options: .atomic)
    }

    /// The JSON text, with sorted keys and a line break at the end; reading it, beside its weights if it has some, gives
    /// the same identity.
    public static func encode(_ workload: Workload) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(workload) + Data("\n".utf8)
    }

    private static func explain(_ error: DecodingError, in json: Data, place: String) -> KernelwrightError {
        let hint =
            "a workload is {name, inputs, parameters, constants, nodes: [{name, op, arguments, outputs}], outputs}"
        switch error {
        case .keyNotFound(let key, let context):
            return KernelwrightError(
                .badInput, "\(place)\(path(context.codingPath)): \(key.stringValue) is missing", hint: hint)
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return KernelwrightError(.badInput, "\(place)\(path(context.codingPath)): expected \(type)", hint: hint)
        case .dataCorrupted(let context) where context.codingPath.last?.stringValue == "dtype" || isDType(context):
            return KernelwrightError(
                .badInput, "\(place)\(path(context.codingPath)): unsupported dtype",
                hint: "dtypes are " + DType.allCases.map(\.rawValue).joined(separator: " "))
        case .dataCorrupted(let context):
            let text = JSONSyntax.fault(in: json).map { "malformed JSON at \($0)" } ?? context.debugDescription
            return KernelwrightError(.badInput, "\(place)\(path(context.codingPath)): \(text)", hint: hint)
        @unknown default:
            return KernelwrightError(.badInput, "\(place): \(error)", hint: hint)
        }
    }

    private static func isDType(_ context: DecodingError.Context) -> Bool {
        context.debugDescription.contains("DType")
    }

    /// A place in a document, e.g. ` at nodes[3].outputs`.
    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "" }
        let text = keys.reduce(into: "") { text, key in
            if let index = key.intValue { text += "[\(index)]" } else { text += "." + key.stringValue }
        }
        return " at " + text.drop { $0 == "." }
    }
}
