import Foundation
import KernelIR

/// Where a part of the Python side is installed.
public struct PythonEnvironment: Sendable, Hashable {
    /// The interpreter of a private virtual environment.
    public var python: URL
    /// The folder `bridge` of the package.
    public var bridge: URL
    /// The command that installs the environment.
    public var installation: String

    public init(python: URL, bridge: URL, installation: String = "./kw setup") {
        (self.python, self.bridge, self.installation) = (python, bridge, installation)
    }

    /// Checks that both are there; throws `missingComponent` whose hint is the command that installs them.
    public func check() throws(KernelwrightError) {
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw KernelwrightError(
                .missingComponent, "there is no Python environment at \(python.path)", hint: installation)
        }
        let worker = bridge.appendingPathComponent("kernelwright_bridge/worker.py")
        guard FileManager.default.isReadableFile(atPath: worker.path) else {
            throw KernelwrightError(
                .missingComponent, "there is no baseline worker at \(worker.path)",
                hint: "run from the folder that holds Package.swift")
        }
    }

    /// The folder of the virtual environment.
    public var folder: URL { python.deletingLastPathComponent().deletingLastPathComponent() }

    /// Folders outside of the environment and of the system's own in which its interpreter and standard library lie:
    /// `pyvenv.cfg` names them (PEP 405).
    public var interpreterFolders: [URL] {
        let file = folder.appendingPathComponent("pyvenv.cfg")
        let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
        return lines.compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, parts[0] == "home", !parts[1].hasPrefix("/usr/"), parts[1] != "/bin" else {
                return nil
            }
            return URL(fileURLWithPath: parts[1]).deletingLastPathComponent()
        }
    }

    /// The whole environment of a process of this interpreter: the system's programs (`torch.compile` calls g++), and a
    /// place of its own for what `torch.compile` has compiled, which others cannot write.
    var variables: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
            "TORCHINDUCTOR_CACHE_DIR": folder.appendingPathComponent("compiled").path,
        ]
    }
}
