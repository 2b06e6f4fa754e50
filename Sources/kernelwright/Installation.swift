import CUDAToolchain
import Devices
import Evaluation
import Foundation
import KernelIR

/// Where the package lies, and what it keeps between runs.
struct Installation {
    /// The folder that holds `Package.swift`.
    let root: URL

    /// Finds the package: the folder that the launcher names, else the one the running program was built in.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        if let root = environment["KERNELWRIGHT_ROOT"] {
            self.root = URL(fileURLWithPath: root)
        } else {
            self.root = Self.packageFolder(above: URL(fileURLWithPath: CommandLine.arguments[0]))
        }
    }

    /// What is kept between runs: the virtual environment, measured ceilings, locks of GPUs.
    var state: URL { root.appendingPathComponent(".kernelwright") }

    /// Expected outputs of runs that are resumed or repeated; no worker's sandbox shows this folder.
    var expectedOutputs: ExpectedOutputCache {
        ExpectedOutputCache(folder: state.appendingPathComponent("cache/expected"))
    }

    /// The light Python environment, which holds ONNX Runtime.
    var python: PythonEnvironment {
        PythonEnvironment(
            python: state.appendingPathComponent("venv/bin/python"), bridge: root.appendingPathComponent("bridge"))
    }

    /// The Python environment of PyTorch, several gigabytes that not everybody needs.
    var pytorch: PythonEnvironment {
        PythonEnvironment(
            python: state.appendingPathComponent("pytorch/bin/python"), bridge: root.appendingPathComponent("bridge"),
            installation: "./kw setup pytorch")
    }

    /// The Python environment of a small language model and its server.
    var model: PythonEnvironment {
        PythonEnvironment(
            python: state.appendingPathComponent("model/bin/python"), bridge: root.appendingPathComponent("bridge"),
            installation: "./kw setup model")
    }

    /// NVIDIA's compiler and disassembler, which need no GPU.
    var cuda: CUDAInstallation { CUDAInstallation(environment: state.appendingPathComponent("cuda")) }

    /// What opens devices by their ids.
    var devices: DeviceCatalog { DeviceCatalog(toolchain: cuda.environment.path) }

    /// The Python environment that holds a baseline's runtime.
    func environment(of runtime: BaselineRuntime) -> PythonEnvironment { runtime.isPyTorch ? pytorch : python }

    /// The baseline where none is asked for: ONNX Runtime, or the first that is installed where it is not.
    var usualBaseline: BaselineRuntime {
        BaselineRuntime.allCases.first { (try? environment(of: $0).check()) != nil } ?? .onnxruntime
    }

    /// The project's commit, read from the repository's files; nil outside of one.
    var commit: String? {
        let git = root.appendingPathComponent(".git")
        guard let head = Self.line(git.appendingPathComponent("HEAD")) else { return nil }
        guard head.hasPrefix("ref: ") else { return head }
        return Self.line(git.appendingPathComponent(String(head.dropFirst(5))))
    }

    private static func line(_ file: URL) -> String? {
        (try? String(contentsOf: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func packageFolder(above program: URL) -> URL {
        var folder = program.resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
                return folder
            }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    }
}
