import Foundation
import KernelIR

/// What a person names on the command line: a workload of a suite, a JSON file, or a folder with a workload.
public enum WorkloadReference: Sendable, Hashable {
    /// `suite/level/number`.
    case suite(id: String)
    /// A JSON file, or a folder that holds `workload.json`.
    case file(path: String)

    /// Reads an argument: what begins with a suite's name and a slash is an id, everything else a path.
    public init(_ text: String) {
        let first = text.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let isFile = text.hasSuffix(".json") || !Suite.all.contains { $0.name == first }
        self = isFile ? .file(path: text) : .suite(id: text)
    }

    /// Loads and validates the workload; a file ignores the size.
    public func load(size: SizePreset) throws(KernelwrightError) -> Workload {
        switch self {
        case .suite(let id): return try Suite.workload(id: id, size: size)
        case .file(let path):
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw KernelwrightError(
                    .badInput, "unknown workload \(path)",
                    hint:
                        "write kernelbench/LEVEL/NUMBER, e.g. kernelbench/1/23, or the path of a workload: a JSON file "
                        + "or a folder that kw import made")
            }
            return try WorkloadFile.read(path: isFolder.boolValue ? path + "/" + WorkloadFile.name : path)
        }
    }
}
