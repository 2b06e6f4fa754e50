import Foundation
import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Operators that must be there") struct OperatorCoverageTests {
    @Test("Every workload of the suite can run", arguments: [1, 2, 3])
    func suite(level: Int) throws {
        for workload in try Suite.kernelBench.workloads(level: level, size: .tiny) {
            _ = try ReferenceExecutor<Double>(workload)
        }
    }

    @Test("Every operator with an overload that the ONNX importer names is supported")
    func onnx() throws {
        let supported = Set(ReferenceExecutor<Double>.supportedOperators)
        let names = try Self.operatorsNamedByImporter()
        #expect(names.count > 40)
        #expect(names.filter { !supported.contains($0) } == [])
    }

    /// Literals like `"aten.cat.default"`, `"add.Tensor"` and `function("erf")` in the importer's sources.
    private static func operatorsNamedByImporter() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Workloads/ONNX/Import")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        var names: Set<String> = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            let overload =
                #/"(?:aten\.)?([a-z_0-9]+\.(?:default|Tensor|Scalar|int|dims?|dim_[A-Za-z]+|dtype|self|src|two|Tensor_[a-z]+))"/#
            for match in text.matches(of: overload) { names.insert("aten." + match.1) }
            for match in text.matches(of: #/function\("([a-z_0-9]+)"\)/#) { names.insert("aten.\(match.1).default") }
        }
        return names.sorted()
    }
}
