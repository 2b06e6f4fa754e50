import Foundation
import KernelIR

/// A folder of imported workloads: `NAME/workload.json` and, where there are weights, `NAME/weights.safetensors`.
public struct WorkloadStore: Sendable, Hashable {
    public let root: URL

    /// Where workloads go unless somebody says otherwise: in the current folder.
    public static let defaultRoot = "kernelwright-workloads"

    /// A store that need not be there yet.
    public init(root: URL) { self.root = root }

    /// The folder of a workload.
    public func folder(for name: String) -> URL { root.appendingPathComponent(Self.fileName(for: name)) }

    /// A workload's name as that of a file: characters that are no letter, digit, `.`, `-` or `_` become `_`.
    public static func fileName(for name: String) -> String {
        let legal = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) ? $0 : "_" })
        return legal.hasPrefix(".") || legal.isEmpty ? "_" + legal : legal
    }

    /// Stores a workload under its name and gives its folder; see `write`.
    @discardableResult
    public func store(_ workload: Workload) throws(KernelwrightError) -> URL {
        let folder = folder(for: workload.name)
        try Self.write(workload, to: folder)
        return folder
    }

    /// Writes a workload as a folder, whole or not at all, in place of an earlier workload there.
    ///
    /// The files are written beside the folder, read back and then moved to it. Throws `badInput` where the workload is
    /// invalid, the folder holds something else or cannot be written: then it is as it was.
    public static func write(_ workload: Workload, to folder: URL) throws(KernelwrightError) {
        try workload.validate()
        let place = folder.standardizedFileURL
        try checkReplaceable(place)
        let fresh = sibling(of: place, "new")
        defer { try? FileManager.default.removeItem(at: fresh) }
        do {
            try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
            try WorkloadFile.write(workload, to: fresh)
            let again = try WorkloadFile.read(path: fresh.appendingPathComponent(WorkloadFile.name).path)
            guard again.contentHash == workload.contentHash else {
                throw KernelwrightError(.internalInconsistency, "workload \(workload.name) changes as it is stored")
            }
            try move(fresh, to: place)
        } catch let error as KernelwrightError {
            throw error
        } catch {
            throw KernelwrightError(
                .badInput, "cannot store a workload in \(place.path)", hint: "choose a folder that can be written",
                cause: (error as NSError).localizedDescription)
        }
    }

    /// An earlier workload and an empty folder may be replaced, nothing else.
    private static func checkReplaceable(_ place: URL) throws(KernelwrightError) {
        guard FileManager.default.fileExists(atPath: place.path) else { return }
        let content = try? FileManager.default.contentsOfDirectory(atPath: place.path)
        let own = [WorkloadFile.name, Weights.fileName]
        guard let content, content.allSatisfy(own.contains) else {
            throw KernelwrightError(
                .badInput, "\(place.path) holds something else than a workload",
                hint: "choose another folder with --out")
        }
    }

    /// Puts a folder in the place of another, which stays where that fails.
    private static func move(_ fresh: URL, to place: URL) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: place.path) else { return try files.moveItem(at: fresh, to: place) }
        let old = sibling(of: place, "old")
        try files.moveItem(at: place, to: old)
        do {
            try files.moveItem(at: fresh, to: place)
        } catch {
            try? files.moveItem(at: old, to: place)
            throw error
        }
        try? files.removeItem(at: old)
    }

    /// A hidden folder beside another, of this process alone.
    private static func sibling(of place: URL, _ purpose: String) -> URL {
        let name = ".\(place.lastPathComponent).\(purpose)-\(ProcessInfo.processInfo.processIdentifier)"
        return place.deletingLastPathComponent().appendingPathComponent(name)
    }
}
