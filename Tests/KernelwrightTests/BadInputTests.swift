import Foundation
import Testing

/// Runs the built command line and looks at what scripts see: exit codes and one line on standard error.
@Suite struct BadInputTests {
    private func withFile<T>(_ content: String, named: String = "workload.json", _ body: (String) throws -> T) throws
        -> T
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bad-input-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(named)
        try Data(content.utf8).write(to: file)
        return try body(file.path)
    }

    private func expectOneLine(_ outcome: Command.Outcome, code: Int32, _ parts: String...) {
        #expect(outcome.code == code, "\(outcome.error)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
        for part in parts { #expect(outcome.error.contains(part), "\(outcome.error)") }
    }

    @Test(arguments: [
        (["optimize"], "WORKLOAD"),
        (["optimize", "kernelbench/1/23", "--budget", "0s"], "'0s' is no time longer than zero"),
        (["optimize", "kernelbench/1/23", "--turns", "0"], "--turns is 0"),
        (["optimize", "kernelbench/1/23", "--trajectories=-2"], "--trajectories is -2"),
        (["optimize", "kernelbench/1/23", "--policy", "psychic"], "greedy"),
        (["optimize", "kernelbench/1/23", "--policy", "chat"], "--policy chat needs --endpoint"),
        (["optimize", "kernelbench/1/23", "--policy", "chat", "--endpoint", "http://[::1]:1/v1"], "needs --model"),
        (["optimize", "kernelbench/1/23", "--model", "m"], "--model is for --policy chat"),
        (
            ["optimize", "kernelbench/1/23", "--policy", "chat", "--endpoint", "ftp://h", "--model", "m"],
            "no http or https"
        ),
        (
            [
                "optimize", "kernelbench/1/23", "--policy", "chat", "--endpoint", "http://127.0.0.1:1/v1", "--model",
                "m", "--unsandboxed",
            ], "a model's run in the sandbox only"
        ),
        (["optimize", "kernelbench/1/23", "--max-tokens", "0"], "--max-tokens is 0"),
        (["optimize", "kernelbench/1/23", "--answer", "poem"], "schedule"),
        (["optimize", "kernelbench/1/23", "--shape", "4x4/9"], "4x4/9"),
        (["optimize", "kernelbench/1/23", "--deadline", "0s"], "'0s' is no time longer than zero"),
        (["bench", "kernelbench/1", "--policy", "chat"], "greedy, beam, random"),
        (["optimize", "kernelbench/1/23", "--size", "huge"], "tiny"),
        (["explain", "kernelbench/1/23", "--level", "9"], "measurements"),
        (["bench", "kernelbench/1", "--only", "5-3"], "'5-3'"),
        (["bench", "kernelbench/1", "--baseline", "fastest"], "onnxruntime"),
        (["bench", "kernelbench/1", "--distribution", "cauchy"], "uniform"),
        (["polish"], "polish"), (["replay"], "folder"),
        (["import", "onnx", "m.onnx", "--set", "N"], "--set batch=8"),
        (["study", "ladders", "--extent", "100"], "--extent is 100"),
        (["study", "scaling", "--candidates", "12"], "--candidates is 12"),
        (["study", "scaling", "--splits", "8x8,4x4"], "4x4 makes 16 candidates"),
        (["study", "scaling", "--splits", "8y8"], "8y8"),
        (["study", "scaling", "--policy", "chat"], "--policy chat needs --endpoint"),
        (
            [
                "study", "scaling", "--policy", "chat", "--endpoint", "http://127.0.0.1:1/v1", "--model", "m",
                "--unsandboxed",
            ], "a model's run in the sandbox only"
        ),
    ])
    func wrongUsageIsExitCode2(arguments: [String], part: String) throws {
        let outcome = try Command.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
        #expect(outcome.error.localizedCaseInsensitiveContains(part), "\(outcome.error)")
    }

    /// An address may hold a key where there should be none.
    @Test func anEndpointWithAPasswordIsRefusedUnseen() throws {
        let outcome = try Command.run([
            "optimize", "kernelbench/1/23", "--policy", "chat", "--endpoint", "http://me:s3cr3t-w0rd@host/v1",
            "--model", "m",
        ])
        expectOneLine(outcome, code: 2, "more than a host, a port and a path")
        #expect(!outcome.error.contains("s3cr3t"))
    }

    @Test(arguments: [
        ("kernelbench/1/999", "1 to 100"), ("kernelbench/9/1", "levels are 1 to 3"),
        ("absent.json", "kernelbench/LEVEL/NUMBER"),
    ])
    func anUnknownWorkloadIsExitCode3(workload: String, part: String) throws {
        expectOneLine(try Command.run(["optimize", workload]), code: 3, part)
    }

    @Test(arguments: [("kernelbench/9", "levels are 1 to 3"), ("other", "kernelbench")])
    func anUnknownLevelOfABenchIsExitCode3(suite: String, part: String) throws {
        expectOneLine(try Command.run(["bench", suite]), code: 3, part)
    }

    @Test func malformedJSONNamesTheFile() throws {
        try withFile("{\"name\": ") { path in
            expectOneLine(try Command.run(["optimize", path]), code: 3, path, "malformed JSON")
        }
    }

    @Test func negativeSizesAreNamed() throws {
        try withFile(Self.workload(op: "aten.relu.default", shape: "[2, -3]")) { path in
            expectOneLine(try Command.run(["optimize", path]), code: 3, "-3")
        }
    }

    @Test func anUnsupportedOperatorIsNamedWithTheSupportedOnes() throws {
        try withFile(Self.workload(op: "aten.bessel_j0.default", shape: "[4]")) { path in
            expectOneLine(try Command.run(["optimize", path]), code: 3, "aten.bessel_j0.default", "aten.relu.default")
        }
    }

    @Test func aMalformedModelIsNamedAndNothingIsStored() throws {
        try withFile("no model", named: "broken.onnx") { path in
            let store = path + "-store"
            expectOneLine(
                try Command.run(["import", "onnx", path, "--out", store]), code: 3, "broken", "no ONNX model")
            expectOneLine(try Command.run(["optimize", path]), code: 3, "broken", "no ONNX model")
            #expect(!FileManager.default.fileExists(atPath: store))
        }
    }

    @Test func anExportedModelImportsAsTheSameWorkload() throws {
        try withFile("", named: "relu.onnx") { path in
            let name = ["kernelbench/1/19", "--size", "tiny"]
            #expect(try Command.run(["export", "onnx"] + name + ["--out", path]).code == 0)
            let outcome = try Command.run(["import", "onnx", path, "--out", path + "-store", "--json"])
            let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            #expect(object?["operators"] as? [String] == ["aten.relu.default"], "\(outcome.error)")
            #expect(FileManager.default.fileExists(atPath: path + "-store/relu/workload.json"))
        }
    }

    @Test func anUnknownDeviceListsTheDevices() throws {
        let arguments = ["optimize", "kernelbench/1/19", "--size", "tiny", "--device", "opencl:99"]
        expectOneLine(try Command.run(arguments), code: 3, "opencl:99", "opencl:0")
    }

    @Test func aFolderWithoutARunIsNamed() throws {
        expectOneLine(try Command.run(["replay", "/proc/none/run"]), code: 3, "/proc/none/run/trajectory.jsonl")
        try withFile("{\"header\": 7}\n", named: "trajectory.jsonl") { path in
            let folder = String(path.dropLast("/trajectory.jsonl".count))
            expectOneLine(try Command.run(["replay", folder]), code: 3, "\(path):1: the line is damaged")
        }
    }

    @Test func anUnknownLadderListsTheLadders() throws {
        expectOneLine(
            try Command.run(["study", "ladders", "--only", "strassen"]), code: 3, "strassen", "sgemm reduction")
    }

    @Test func anUnwritableFolderIsNamed() throws {
        let arguments = ["optimize", "kernelbench/1/19", "--size", "tiny", "--out", "/proc/none/run"]
        expectOneLine(try Command.run(arguments), code: 3, "/proc/none/run", "--out")
    }

    @Test func aMalformedSolutionIsNamed() throws {
        try withFile("{\"name\": \"s\"}", named: "solution.json") { path in
            expectOneLine(
                try Command.run(["evaluate", "kernelbench/1/19", path, "--size", "tiny"]), code: 3, path, "is missing")
        }
    }

    @Test func anUnknownSuiteListsTheSuites() throws {
        expectOneLine(try Command.run(["workloads", "--suite", "other"]), code: 3, "kernelbench")
    }

    @Test func helpIsNoError() throws {
        let outcome = try Command.run(["optimize", "--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("Examples:"))
        #expect(outcome.error.isEmpty)
    }

    @Test func theCatalogueIsOneJSONArray() throws {
        let outcome = try Command.run(["workloads", "--level", "1", "--size", "tiny", "--json"])
        let lines = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
        #expect(lines.count == 100)
        #expect(Set(lines[0].keys) == ["id", "name", "operators", "flops", "bytes"])
        #expect(lines[22]["id"] as? String == "kernelbench/1/23")
    }

    private static func workload(op: String, shape: String) -> String {
        """
        {"name": "w", "inputs": [{"name": "x", "dtype": "float32", "shape": \(shape)}],
         "nodes": [{"name": "y", "op": "\(op)", "arguments": ["%x"], "outputs": [{"dtype": "float32", "shape": \(shape)}]}],
         "outputs": ["y"]}
        """
    }
}
