import Evaluation
import Foundation
import KernelIR
import Reference
import Workers
import Workloads

/// Reads a workload from a Python file that defines a model: PyTorch traces it in a sandbox.
///
/// The file's code is not trusted. It sees itself, the system and PyTorch, has no network, and can write two files, which
/// are checked like any workload from elsewhere; whatever else it does ends with the process.
struct PythonImport {
    /// How a file is read.
    struct Request: Sendable {
        var file: URL
        /// Module-level constants to be replaced, `NAME=VALUE` with a Python literal.
        var settings: [String] = []
        /// The class to import; nil for `Model` or the only one.
        var className: String?
        /// Example inputs as `NAME=DTYPE[EXTENT,…]`; empty where the file makes its own.
        var inputs: [String] = []
        /// Whether the model is traced in evaluation mode.
        var evaluation = false
        /// Whether the values of parameters come along.
        var weights = false
    }

    let environment: PythonEnvironment
    /// An existing folder for files that are being made.
    let staging: URL
    /// How long a file may take.
    let limit: Duration

    /// The workload of a file.
    ///
    /// - Throws: `missingComponent` without PyTorch or bubblewrap; `badInput`, one line, for everything that the file
    ///   does wrong and for operators that the reference does not have.
    func workload(of request: Request) async throws(KernelwrightError) -> Workload {
        try environment.check()
        guard FileManager.default.isReadableFile(atPath: request.file.path) else {
            throw KernelwrightError(
                .badInput, "cannot read \(request.file.path)", hint: "give the path of a Python file")
        }
        let folder = staging.appendingPathComponent("import-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(folder)
        let process = try program(for: request, results: folder).start("Python files")
        defer { process.stop() }
        try await answer(of: process, request.file.lastPathComponent)
        return try read(folder, request.file.lastPathComponent)
    }

    /// The largest workload.json that is read.
    private static let largestForm = 256 << 20
    /// Address space of the process, and the size of each file it writes.
    private static let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) * 3 / 4

    /// The files that the process may fill.
    private func prepare(_ folder: URL) throws(KernelwrightError) {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for name in [WorkloadFile.name, Weights.fileName] {
                try Data().write(to: folder.appendingPathComponent(name))
            }
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write to \(staging.path)", hint: "make the folder writable", cause: "\(error)")
        }
    }

    private func program(for request: Request, results: URL) -> ConfinedProgram {
        let place = "/input/" + request.file.lastPathComponent
        let cores = ProcessInfo.processInfo.activeProcessorCount
        var arguments = ["-m", "kernelwright_bridge.export", place, "--out", "/output", "--json"]
        arguments += request.settings.flatMap { ["--set", $0] } + request.inputs.flatMap { ["--input", $0] }
        if let name = request.className { arguments += ["--class", name] }
        if request.evaluation { arguments.append("--eval") }
        if request.weights { arguments.append("--weights") }
        arguments.append("--no-processes")
        let seconds = Int(limit.components.seconds) * cores + 1
        for (name, value) in [("memory", Self.memory), ("file", Self.memory), ("time", seconds)] {
            arguments += ["--\(name)-limit", "\(value)"]
        }
        let venv = environment.folder.resolvingSymlinksInPath()
        let outputs = [WorkloadFile.name, Weights.fileName].map {
            ConfinedProgram.Share(results.appendingPathComponent($0), at: "/output/" + $0, isWritable: true)
        }
        return ConfinedProgram(
            program: venv.appendingPathComponent("bin/python").path, arguments: arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": "/tmp", "USER": "worker", "LC_ALL": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1", "TORCHINDUCTOR_CACHE_DIR": "/tmp/compiled",
            ],
            readable: [venv] + environment.interpreterFolders,
            shares: [
                ConfinedProgram.Share(request.file.resolvingSymlinksInPath(), at: place),
                ConfinedProgram.Share(environment.bridge.resolvingSymlinksInPath(), at: "/bridge"),
            ] + outputs,
            folder: "/bridge")
    }

    /// Waits for the process's word that it is done.
    private func answer(of process: LineProcess, _ name: String) async throws(KernelwrightError) {
        switch await process.request(Data(), deadline: limit) {
        case .success(let answer):
            guard let answer = try? JSONDecoder().decode(Answer.self, from: answer.line) else {
                throw bad(name, "it wrote something else than a result")
            }
            if let error = answer.error { throw bad(nil, error.message) }
        case .failure(.timedOut(let seconds)):
            throw bad(name, "it took longer than \(Int(seconds)) s")
        case .failure(.ended(let signal, let log)):
            if log.contains("No module named 'torch'") {
                throw KernelwrightError(
                    .missingComponent, "PyTorch is not installed in \(environment.folder.path)",
                    hint: environment.installation)
            }
            let last = log.split(separator: "\n").last.map { " (\($0.prefix(200)))" } ?? ""
            throw bad(name, signal == 0 ? "it ended the program\(last)" : "signal \(signal) ended the program\(last)")
        }
    }

    private func read(_ folder: URL, _ name: String) throws(KernelwrightError) -> Workload {
        let file = folder.appendingPathComponent(WorkloadFile.name)
        let size = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.size] as? Int ?? 0
        guard size <= Self.largestForm, let json = try? Data(contentsOf: file) else {
            throw bad(name, "its workload has \(size) bytes, at most \(Self.largestForm) are read")
        }
        let workload = try WorkloadFile.decode(json, place: name, folder: folder)
        do {
            _ = try ReferenceExecutor<Double>(workload)
        } catch {
            throw KernelwrightError(
                error.code, "\(name): \(error.message)",
                hint: "docs/operators.md lists the operators that are supported")
        }
        return workload
    }

    private func bad(_ name: String?, _ message: String) -> KernelwrightError {
        let line = message.split(separator: "\n").joined(separator: " ").filter {
            !$0.unicodeScalars.contains { $0.value < 32 }
        }
        return KernelwrightError(.badInput, (name.map { "\($0): " } ?? "") + line)
    }

    private struct Answer: Decodable {
        struct Failure: Decodable { var message: String }
        var ok: Bool
        var error: Failure?
    }
}
