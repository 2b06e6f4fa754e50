import Evaluation
import Foundation
import KernelIR
import Testing
import Workloads

@testable import kernelwright

/// A stand-in for Python runs the imported file as a shell script, so that files can misbehave without PyTorch.
@Suite("Import of Python files") struct PythonImportTests {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent("import-\(UUID().uuidString)")

    private static let relu = """
        {"name": "m", "inputs": [["x", ["float32", [2]]]], "outputs": ["%y"],
         "nodes": [{"name": "y", "op": "aten.relu.default", "args": ["%x"], "out": ["float32", [2]]}]}
        """

    /// Imports a file of this content; checks that nothing is left of it afterwards.
    private func run(_ script: String, limit: Duration = .seconds(60)) async throws -> Workload {
        let files = FileManager.default
        defer { try? files.removeItem(at: root) }
        for folder in ["venv/bin", "bridge/kernelwright_bridge", "staging"] {
            try files.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        let python = root.appendingPathComponent("venv/bin/python")
        try Data("#!/bin/sh\nexec /bin/sh \"$3\"\n".utf8).write(to: python)
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python.path)
        try Data().write(to: root.appendingPathComponent("bridge/kernelwright_bridge/worker.py"))
        let file = root.appendingPathComponent("model.py")
        try Data(script.utf8).write(to: file)
        let environment = PythonEnvironment(
            python: python, bridge: root.appendingPathComponent("bridge"), installation: "./kw setup pytorch")
        let staging = root.appendingPathComponent("staging")
        let importer = PythonImport(environment: environment, staging: staging, limit: limit)
        defer { #expect((try? files.contentsOfDirectory(atPath: staging.path)) == []) }
        return try await importer.workload(of: PythonImport.Request(file: file))
    }

    private static let answer = "echo '{\"ok\": true}'"

    private static func writing(_ json: String) -> String {
        "cat >/output/workload.json <<'END'\n\(json)\nEND\n\(answer)\n"
    }

    @Test("What a file hands over is decoded and validated")
    func imports() async throws {
        let workload = try await run(Self.writing(Self.relu))
        #expect(workload.operators == ["aten.relu.default"])
    }

    @Test(
        "Whatever a file does wrong is one line that names it",
        arguments: [
            ("exit 0", "it ended the program"),
            ("kill -9 $$", "ended the program"),
            ("echo rubbish", "something else than a result"),
            ("echo '{\"ok\": false, \"error\": {\"message\": \"line 3: no\nway\"}}'", "something else than a result"),
            ("echo '{\"ok\": false, \"error\": {\"message\": \"model.py, line 3: no\\\\nway\"}}'", "line 3: no way"),
            (answer, "malformed JSON"),
            (writing("{\"name\": 3}"), "expected String"),
            (writing(relu.replacing("%x", with: "%z")), "undefined %z"),
            (writing(relu.replacing("relu", with: "nonsense")), "unsupported operator aten.nonsense.default"),
            (
                writing(
                    relu.replacing(
                        "\"outputs\"", with: "\"weights\": {\"file\": \"/etc/passwd\", \"sha256\": \"\"}, \"outputs\"")),
                "outside the workload's folder"
            ),
        ])
    func rejects(script: String, complaint: String) async throws {
        await #expect {
            _ = try await run(script)
        } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .badInput && error.description.contains(complaint)
                && !error.description.contains("\n") && error.description.contains("m")
        }
    }

    @Test("A file that hangs is ended at its deadline")
    func hangs() async throws {
        await #expect(throws: KernelwrightError(.badInput, "model.py: it took longer than 0 s")) {
            _ = try await run("while :; do :; done", limit: .milliseconds(200))
        }
    }

    @Test(
        "A file cannot write, remove or replace anything outside of its results, nor reach the network",
        arguments: [
            "touch /input/new", "touch /bridge/new", "touch /usr/new", "rm -f /output/workload.json",
            "ln -s /etc/passwd /output/link", "mv /output/workload.json /tmp", "ls /root", "ls /home",
            "test -e /sys/class/net/eth0 || test $(wc -l </proc/net/dev) -gt 3",
        ])
    func confines(attempt: String) async throws {
        let workload = try await run("if \(attempt) 2>/dev/null; then exit 1; fi\n" + Self.writing(Self.relu))
        #expect(workload.name == "m")
    }

    @Test("Without PyTorch, or without its environment, a component is missing")
    func missing() async throws {
        await #expect {
            _ = try await run("echo \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1")
        } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .missingComponent && error.hint == "./kw setup pytorch"
        }
    }
}

@Suite("KernelBench checkouts") struct KernelBenchCheckoutTests {
    @Test("Problems are found by level and number in either place; other files are not")
    func finds() throws {
        let files = FileManager.default
        for base in ["", "KernelBench/"] {
            let root = files.temporaryDirectory.appendingPathComponent("checkout-\(UUID().uuidString)")
            defer { try? files.removeItem(at: root) }
            for name in ["level1/10_B.py", "level1/9_A.py", "level1/README.py", "level1/x_1.py", "level2/1_C.py"] {
                let file = root.appendingPathComponent(base + name)
                try files.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data().write(to: file)
            }
            let checkout = try KernelBenchCheckout(root, levels: [2, 1])
            #expect(checkout.problems.map(\.id) == ["1/9", "1/10", "2/1"])
            #expect(checkout.problems.map(\.name) == ["9_A", "10_B", "1_C"])
            #expect(throws: KernelwrightError.self) { try KernelBenchCheckout(root, levels: [3]) }
        }
    }

    @Test("Sizes are the suite's own constants, for problems of the same name")
    func sizes() throws {
        let file = URL(fileURLWithPath: "/checkout/level1/23_Softmax.py")
        let softmax = KernelBenchCheckout.Problem(level: 1, number: 23, file: file)
        let resized = try Suite.kernelBench.workload(level: 1, number: 23, size: .cpu).resized
        #expect(softmax.settings(at: .cpu) == resized.keys.sorted().map { "\($0)=\(resized[$0]?.intValue ?? 0)" })
        #expect(!resized.isEmpty)
        #expect(softmax.settings(at: .gpu).isEmpty)
        let other = KernelBenchCheckout.Problem(level: 1, number: 23, file: URL(fileURLWithPath: "/23_Other.py"))
        #expect(other.settings(at: .cpu).isEmpty)
    }

    @Test("Constants are written as Python reads them")
    func literals() {
        #expect(Argument.list([.int(1), .double(0.5)]).pythonLiteral == "(1,0.5,)")
        #expect(Argument.bool(true).pythonLiteral == "True")
        #expect(Argument.string("a'b").pythonLiteral == "'a\\'b'")
        #expect(Argument.none.pythonLiteral == "None")
    }

    @Test("A bar shows the part that is done")
    func bar() {
        #expect(ProgressBar(done: 5, of: 20, columns: 4).description == "[#---] 5/20")
        #expect(ProgressBar(done: 0, of: 0, columns: 4).description == "[####] 0/0")
    }
}
