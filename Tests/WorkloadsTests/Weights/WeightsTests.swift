import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Weights") struct WeightsTests {
    /// y = x · w + b with values for w alone.
    private static func workload(_ values: [Float] = [1, 2, 3]) throws -> Workload {
        let w = TensorSpec(name: "w", dtype: .float32, shape: [3])
        let x = TensorSpec(name: "x", dtype: .float32, shape: [2, 3])
        let bytes = values.withUnsafeBytes { Data($0) }
        return Workload(
            name: "scale/add", inputs: [x], parameters: [w, TensorSpec(name: "b", dtype: .float32, shape: [3])],
            weights: Weights(try SafetensorsFile([(w, bytes)])),
            nodes: [
                Node(name: "p", op: "aten.mul.Tensor", arguments: [.value("x"), .value("w")], outputs: [x.type]),
                Node(name: "y", op: "aten.add.Tensor", arguments: [.value("p"), .value("b")], outputs: [x.type]),
            ],
            outputs: ["y"])
    }

    private static func values(_ name: String, of workload: Workload, seed: UInt64) throws -> [Float] {
        let spec = try #require((workload.inputs + workload.parameters).first { $0.name == name })
        var values = [Float](repeating: 0, count: spec.elementCount)
        values.withUnsafeMutableBytes { workload.fill(spec, inputs: .normal, seed: Seed(seed), into: $0) }
        return values
    }

    private static func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("Parameters take the values of the file; what it does not hold is drawn")
    func fills() throws {
        let workload = try Self.workload()
        #expect(try Self.values("w", of: workload, seed: 1) == [1, 2, 3])
        #expect(try Self.values("w", of: workload, seed: 2) == [1, 2, 3])
        #expect(try Self.values("b", of: workload, seed: 1) != Self.values("b", of: workload, seed: 2))
    }

    @Test("The values are part of the identity, their place is not")
    func identity() throws {
        let workload = try Self.workload()
        var bare = workload
        bare.weights = nil
        #expect(try workload.contentHash == Self.workload().contentHash)
        #expect(try workload.contentHash != Self.workload([1, 2, 4]).contentHash)
        #expect(workload.contentHash != bare.contentHash)
        try Self.withFolder { folder in
            let inner = folder.appendingPathComponent("inner")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
            try WorkloadFile.write(workload, to: folder)
            let file = folder.appendingPathComponent(Weights.fileName)
            try FileManager.default.moveItem(at: file, to: inner.appendingPathComponent("w.bin"))
            let text = try String(contentsOf: folder.appendingPathComponent(WorkloadFile.name), encoding: .utf8)
            let moved = Data(text.replacing(Weights.fileName, with: "inner/w.bin").utf8)
            let read = try WorkloadFile.decode(moved, place: "w", folder: folder)
            #expect(read.contentHash == workload.contentHash)
        }
    }

    @Test("A stored workload comes back, and is replaced whole")
    func store() throws {
        try Self.withFolder { folder in
            let store = WorkloadStore(root: folder.appendingPathComponent("store"))
            for values: [Float] in [[1, 2, 3], [4, 5, 6]] {
                let workload = try Self.workload(values)
                let place = try store.store(workload)
                #expect(place.lastPathComponent == "scale_add")
                let read = try WorkloadReference(place.path).load(size: .cpu)
                #expect(read == workload)
                #expect(try Self.values("w", of: read, seed: 0) == values)
                #expect(try FileManager.default.contentsOfDirectory(atPath: store.root.path) == ["scale_add"])
            }
        }
    }

    @Test("A folder that holds something else, and an invalid workload, leave everything as it was")
    func keepsOthers() throws {
        try Self.withFolder { folder in
            try Data("precious".utf8).write(to: folder.appendingPathComponent("file"))
            let workload = try Self.workload()
            #expect(throws: KernelwrightError.self) { try WorkloadStore.write(workload, to: folder) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
            var invalid = workload
            invalid.outputs = ["nothing"]
            let place = folder.appendingPathComponent("new")
            #expect(throws: KernelwrightError.self) { try WorkloadStore.write(invalid, to: place) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var says: String
        var testDescription: String { says }
    }

    static let faults = [
        Fault(old: "weights.safetensors", new: "other.safetensors", says: "cannot read the weights"),
        Fault(old: "weights.safetensors", new: "../weights.safetensors", says: "outside the workload's folder"),
        Fault(old: "weights.safetensors", new: "/weights.safetensors", says: "outside the workload's folder"),
        Fault(old: #""sha256" : ""#, new: #""sha256" : "0"#, says: "have the SHA-256"),
        Fault(old: #""name" : "w""#, new: #""name" : "v""#, says: "hold w, which is no parameter"),
        Fault(old: "[\n        3\n      ]", new: "[1, 3]", says: "declares float32[1, 3]"),
        Fault(old: #""sha256""#, new: #""sha""#, says: "sha256 is missing"),
    ]

    @Test("Weights that do not fit are refused as the workload is read", arguments: faults)
    func refuses(fault: Fault) throws {
        try Self.withFolder { folder in
            var workload = try Self.workload()
            workload.nodes.removeFirst()
            workload.nodes[0].arguments[0] = .value("x")
            workload.parameters = [workload.parameters[0], workload.parameters[1]]
            try WorkloadFile.write(workload, to: folder)
            let file = folder.appendingPathComponent(WorkloadFile.name)
            var text = try String(contentsOf: file, encoding: .utf8)
            let parameters = try #require(text.range(of: fault.old, range: Self.scope(of: fault, in: text)))
            text.replaceSubrange(parameters, with: fault.new)
            try Data(text.utf8).write(to: file)
            #expect {
                try WorkloadFile.read(path: file.path)
            } throws: { error in
                guard let error = error as? KernelwrightError, error.code == .badInput else { return false }
                if !error.message.contains(fault.says) { Issue.record("\(error)") }
                return error.hint != nil
            }
        }
    }

    /// A shape is changed where `w` is declared; everything else occurs once.
    private static func scope(of fault: Fault, in text: String) -> Range<String.Index>? {
        guard fault.old.hasPrefix("["), let name = text.range(of: #""name" : "w""#) else { return nil }
        return name.upperBound..<text.endIndex
    }

    @Test("A workload with weights needs to know its folder")
    func needsFolder() throws {
        let json = try WorkloadFile.encode(Self.workload())
        #expect {
            try WorkloadFile.decode(json, place: "w.json")
        } throws: { ($0 as? KernelwrightError)?.message.contains("weights.safetensors") == true }
    }
}
