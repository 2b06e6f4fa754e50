import Foundation
import KernelIR

/// What a person names on the command line: a workload of a suite, or a JSON file.
public enum WorkloadReference: Sendable, Hashable {
    /// `suite/level/number`.
    case suite(id: String)
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
            guard FileManager.default.fileExists(atPath: path) else {
                throw KernelwrightError(
                    .badInput, "unknown workload \(path)",
                    hint: "write kernelbench/LEVEL/NUMBER, e.g. kernelbench/1/23, or the path of a workload JSON file")
            }
            return try WorkloadFile.read(path: path)
        }
    }
}
