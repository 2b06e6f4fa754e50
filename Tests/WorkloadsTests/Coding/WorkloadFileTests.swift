import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Workload files") struct WorkloadFileTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        /// Parts of the message and the hint.
        var says: [String]
        var testDescription: String { says[0] }
    }

    static let faults = [
        Fault(
            old: #""outputs": ["%y"]}"#, new: #""outputs": ["%y"]"#,
            says: ["malformed JSON at line 6", "ends too early"]),
        Fault(old: "[2, 3]}],", new: "[2, 3}],", says: ["malformed JSON at line 1, column", "w.json"]),
        Fault(old: "[2, 3]", new: "[-2, 3]", says: ["negative size -2", "tensor x"]),
        Fault(old: "[2, 3]", new: "[4611686018427387904, 4]", says: ["too large", "tensor x"]),
        Fault(old: "int64", new: "int65", says: ["unsupported dtype", "constants", "float32 float16 bfloat16"]),
        Fault(
            old: #""float32", "shape": [2, 3]"#, new: #""f32", "shape": [2, 3]"#, says: ["unsupported dtype", "inputs"]),
        Fault(old: #""op": "aten.add.Tensor", "#, new: "", says: ["op is missing", "nodes[0]"]),
        Fault(old: #""%b"]"#, new: #""%q"]"#, says: ["uses undefined %q", "node y", "%b"]),
        Fault(old: #""%b"]"#, new: #""%y"]"#, says: ["uses %y before it is defined", "node y"]),
        Fault(old: #""name": "b""#, new: #""name": "x""#, says: ["x is defined twice", "unique"]),
        Fault(old: #""outputs": ["%y"]"#, new: #""outputs": []"#, says: ["no outputs", "%y"]),
        Fault(old: #""outputs": ["%y"]"#, new: #""outputs": ["%z"]"#, says: ["output %z is undefined", "%y"]),
        Fault(old: "[4, 5]", new: "[4, 5, 6]", says: ["3 values", "constant c", "2 values"]),
        Fault(old: "[4, 5]", new: "[4, 5.5]", says: ["5.5", "constant c", "int64"]),
    ]

    @Test("Bad input gets one line that names the place and the legal choices", arguments: faults)
    func explains(fault: Fault) {
        let range = CodingTests.own.range(of: fault.old)
        #expect(range != nil)
        let text = CodingTests.own.replacingOccurrences(of: fault.old, with: fault.new, range: range)
        #expect {
            try WorkloadFile.decode(Data(text.utf8), place: "w.json")
        } throws: { error in
            guard let error = error as? KernelwrightError, error.code == .badInput else { return false }
            let line = "\(error)"
            let missing = fault.says.filter { !line.contains($0) }
            if !missing.isEmpty { Issue.record("\(missing) not in: \(line)") }
            return !line.contains("\n") && error.hint != nil
        }
    }

    @Test("What begins with a suite's name is an id, everything else a path")
    func references() {
        #expect(WorkloadReference("kernelbench/1/23") == .suite(id: "kernelbench/1/23"))
        #expect(WorkloadReference("kernelbench/w.json") == .file(path: "kernelbench/w.json"))
        #expect(WorkloadReference("./w.json") == .file(path: "./w.json"))
        #expect(WorkloadReference("nothing") == .file(path: "nothing"))
    }

    @Test("An ONNX file is a workload; a Python file has to be imported")
    func otherForms() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (model, script) = (folder.appending(path: "relu.onnx"), folder.appending(path: "model.py"))
        let workload = try Suite.workload(id: "kernelbench/1/19", size: .tiny)
        try OnnxModel(exporting: workload).bytes.write(to: model)
        try Data("class Model: pass\n".utf8).write(to: script)
        let read = try WorkloadReference(model.path).load(size: .cpu)
        #expect(read.inputs == workload.inputs)
        #expect(read.outputTypes == workload.outputTypes)
        #expect {
            try WorkloadReference(script.path).load(size: .cpu)
        } throws: { error in
            (error as? KernelwrightError)?.hint?.contains("kw import pytorch") == true
        }
    }

    @Test("A file is read at any size; a missing one is an unknown workload")
    func files() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: url) }
        let workload = try Suite.workload(id: "kernelbench/1/40", size: .tiny)
        try WorkloadFile.encode(workload).write(to: url)
        #expect(try WorkloadReference(url.path).load(size: .gpu) == workload)
        #expect {
            try WorkloadReference("missing.json").load(size: .cpu)
        } throws: { ($0 as? KernelwrightError)?.message == "unknown workload missing.json" }
    }
}
