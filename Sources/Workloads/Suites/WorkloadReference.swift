import Foundation
import KernelIR

/// What a person names on the command line: a workload of a suite, a JSON or ONNX file, or a folder with a workload.
public enum WorkloadReference: Sendable, Hashable {
    /// `suite/level/number`.
    case suite(id: String)
    /// A JSON or ONNX file, or a folder that holds `workload.json`.
    case file(path: String)

    /// Reads an argument: what begins with a suite's name and a slash is an id, everything else a path.
    public init(_ text: String) {
        let first = text.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let isFile =
            [".json", ".onnx", ".py"].contains { text.hasSuffix($0) } || !Suite.all.contains { $0.name == first }
        self = isFile ? .file(path: text) : .suite(id: text)
    }

    /// Loads and validates the workload; a file ignores the size.
    public func load(size: SizePreset) throws(KernelwrightError) -> Workload {
        switch self {
        case .suite(let id): return try Suite.workload(id: id, size: size)
        case .file(let path): return try Self.read(path)
        }
    }

    private static func read(_ path: String) throws(KernelwrightError) -> Workload {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw KernelwrightError(
                .badInput, "unknown workload \(path)",
                hint:
                    "write kernelbench/LEVEL/NUMBER, e.g. kernelbench/1/23, or the path of a workload: a JSON or ONNX "
                    + "file, or a folder that kw import made")
        }
        if isFolder.boolValue { return try WorkloadFile.read(path: path + "/" + WorkloadFile.name) }
        if path.hasSuffix(".onnx") { return try OnnxImport(path: path).workload }
        guard !path.hasSuffix(".py") else {
            throw KernelwrightError(
                .badInput, "\(path) is a Python file, which runs only in the sandbox of an import",
                hint: "run kw import pytorch \(path), then give the folder that it names")
        }
        return try WorkloadFile.read(path: path)
    }
}
