import ArgumentParser
import CUDAToolchain
import Evaluation
import Foundation
import Workers

/// Shows what is installed here; the launcher `./kw` installs what is missing before it runs any command.
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup", abstract: "Installs what is missing, then shows what is here.",
        discussion: """
            ./kw asks once before it installs Debian packages and the Python environment in .kernelwright; --yes answers.
            PyTorch, which the baselines pytorch-eager and pytorch-compile and kw import pytorch need, is installed when
            it is asked for: about 5 GB. So is Oclgrind, the second opinion of kw evaluate --second-opinion: 100 MB with its LLVM.
            So is NVIDIA's compiler for the devices sim:NAME, which needs no GPU: 70 MB. So is a small language model with a
            server for it, an endpoint for tests and first steps (docs/chat.md).

            Examples:
              ./kw --yes setup
              ./kw setup pytorch
              ./kw setup cuda
              ./kw setup model
              ./kw setup --json
            """)

    /// What is installed on request only.
    enum Extra: String, ExpressibleByArgument, CaseIterable {
        case pytorch, cuda, model, oclgrind
    }

    @ArgumentParser.Argument(help: "What to install beside the necessary: pytorch, cuda, model or oclgrind.")
    var extra: Extra?
    @Flag(help: "Print one JSON array.")
    var json = false

    func run() throws {
        let console = Console()
        let components = Component.all(Installation())
        if json { return try console.json(components) }
        let rows = components.map {
            [$0.name, $0.isPresent ? "here" : "missing", $0.purpose, $0.isPresent ? "" : $0.command]
        }
        console.result(TextTable(header: ["component", "", "for", "install"], rows: rows).text)
    }
}

/// Something outside the package that it uses.
private struct Component: Encodable {
    var name: String
    var isPresent: Bool
    var purpose: String
    /// The one line that installs it.
    var command: String

    static func all(_ installation: Installation) -> [Component] {
        let tools = [
            ("bwrap", "bubblewrap", "the sandbox of candidates and of imported Python files"),
            ("objdump", "binutils", "explain --level assembly"), ("g++", "g++", "the baseline pytorch-compile"),
        ]
        let isPython = (try? installation.python.check()) != nil
        let isPyTorch = (try? installation.pytorch.check()) != nil
        return [
            Component(
                name: "OpenCL driver", isPresent: hasDriver, purpose: "devices opencl:N",
                command: "apt-get install pocl-opencl-icd"),
            Component(
                name: "Python environment", isPresent: isPython, purpose: "the baseline onnxruntime",
                command: "./kw --yes setup"),
            Component(
                name: "PyTorch", isPresent: isPyTorch,
                purpose: "the baselines pytorch-eager and pytorch-compile, import pytorch",
                command: installation.pytorch.installation),
            Component(
                name: "CUDA toolchain", isPresent: installation.cuda.missing.isEmpty,
                purpose: "CUDA kernels: compiled, examined and simulated without a GPU",
                command: CUDAInstallation.installation),
            Component(
                name: "small language model",
                isPresent: FileManager.default.isExecutableFile(atPath: installation.model.python.path),
                purpose: "an endpoint for tests of --policy chat", command: installation.model.installation),
            Component(
                name: "Oclgrind", isPresent: InterpretingDriver.isOclgrindHere,
                purpose: "the second opinion on kernels",
                command: "./kw setup oclgrind"),
        ]
            + tools.map { tool, package, purpose in
                Component(
                    name: package, isPresent: isOnPath(tool), purpose: purpose, command: "apt-get install \(package)")
            }
    }

    private static var hasDriver: Bool {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/etc/OpenCL/vendors")) ?? []
        return files.contains { $0.hasSuffix(".icd") }
    }

    private static func isOnPath(_ tool: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }
}
