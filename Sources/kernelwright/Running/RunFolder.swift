import Foundation
import KernelIR
import Workloads

/// The folder of one run and the names of what lies in it.
struct RunFolder {
    let url: URL

    /// Takes the folder that the user names, or the first unused `kernelwright-out/<workload>-<n>`; makes it.
    ///
    /// Throws `badInput` where it cannot be written.
    init(named path: String?, workload: String) throws(KernelwrightError) {
        let isFile = if case .file = WorkloadReference(workload) { true } else { false }
        let parts = workload.replacing(".json", with: "").split(separator: "/")
        try self.init(named: path, defaultName: parts.suffix(isFile ? 1 : 3).joined(separator: "-"))
    }

    /// Takes the folder that the user names, or the first unused `kernelwright-out/<default name>-<n>`; makes it.
    ///
    /// Throws `badInput` where it cannot be written.
    init(named path: String?, defaultName: String) throws(KernelwrightError) {
        url = path.map { URL(fileURLWithPath: $0) } ?? Self.unused(defaultName)
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            guard access(url.path, W_OK) == 0 else { throw CocoaError(.fileWriteNoPermission) }
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write to the folder \(url.path)",
                hint: "choose one that you may write to with --out", cause: (error as NSError).localizedDescription)
        }
    }

    var trajectory: URL { url.appendingPathComponent("trajectory.jsonl") }
    /// What a language model was asked and answered.
    var exchanges: URL { url.appendingPathComponent("exchanges.jsonl") }
    var report: URL { url.appendingPathComponent("report.md") }
    var certificate: URL { url.appendingPathComponent("certificate.json") }
    var roofline: URL { url.appendingPathComponent("roofline.svg") }
    private var seed: URL { url.appendingPathComponent(".inputs.seed") }

    /// The seed of the run's inputs: the one an interrupted run left, else a new one from the system's entropy.
    ///
    /// Readable by the owner only, until the record reveals it.
    func inputSeed() throws(KernelwrightError) -> Seed {
        if let data = try? Data(contentsOf: seed), let kept = try? JSONDecoder().decode(Seed.self, from: data) {
            return kept
        }
        var entropy = SystemRandomNumberGenerator()
        let drawn = Seed(using: &entropy)
        guard let json = try? JSONEncoder().encode(drawn) else {
            throw KernelwrightError(.internalInconsistency, "a seed has no JSON form")
        }
        try write(json, to: seed)
        _ = chmod(seed.path, 0o600)
        return drawn
    }

    /// Forgets the private seed, once the record holds it.
    func removePrivateSeed() { try? FileManager.default.removeItem(at: seed) }

    /// Writes a file whole or not at all; throws `badInput` naming it.
    func write(_ data: Data, to file: URL) throws(KernelwrightError) {
        do {
            try data.write(to: file, options: .atomic)
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write \(file.path)", hint: "choose a disk with room with --out",
                cause: (error as NSError).localizedDescription)
        }
    }

    private static func unused(_ base: String) -> URL {
        let parent = URL(fileURLWithPath: "kernelwright-out")
        var number = 1
        while FileManager.default.fileExists(atPath: parent.appendingPathComponent("\(base)-\(number)").path) {
            number += 1
        }
        return parent.appendingPathComponent("\(base)-\(number)")
    }
}
