import ArgumentParser
import Foundation
import KernelIR
import Workloads

/// Imports an ONNX model.
struct ImportOnnxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onnx", abstract: "Imports an ONNX model.",
        discussion: """
            Every operator is rewritten in PyTorch's; the values of initializers come along. All shapes are static: give
            symbolic extents with --set, by their name or as INPUT.AXIS. A model with an operator that is not supported is
            refused with the node's name, and nothing is stored. Operator sets \(OnnxImport.operatorSets.lowerBound) to \
            \(OnnxImport.operatorSets.upperBound) are read.

            Examples:
              kw import onnx resnet.onnx --set batch=8
              kw import onnx model.onnx --set x.0=4 --set x.1=128 --out imported
            """)

    @ArgumentParser.Argument(help: "The .onnx file; files of external data lie beside it.")
    var file: String
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: "The extent of a symbolic dimension, e.g. --set N=8; repeatable.",
        transform: Self.setting)
    var settings: [Setting] = []
    @Option(help: "The folder of imported workloads.")
    var out = WorkloadStore.defaultRoot
    @Flag(help: "Print one JSON object.")
    var json = false

    /// The extent of a dimension.
    struct Setting: Sendable {
        var name: String
        var extent: Int
    }

    private struct Result: Encodable {
        var name: String
        var path: String
        var operators: [String]
        var flops: Int
    }

    func run() throws {
        let console = Console()
        console.working("reading \(file)")
        let dimensions = Dictionary(settings.map { ($0.name, $0.extent) }) { _, last in last }
        let workload = try OnnxImport(path: file, dimensions: dimensions).workload
        let folder = try WorkloadStore(root: URL(fileURLWithPath: out)).store(workload)
        console.clear()
        let result = Result(
            name: workload.name, path: folder.path, operators: workload.operators, flops: workload.flops)
        if json { return try console.json(result) }
        console.result("\(folder.path): \(workload.nodes.count) nodes, \(Units.operations(Double(workload.flops)))")
    }

    private static func setting(_ text: String) throws -> Setting {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let extent = Int(parts[1]), extent >= 0 else {
            throw ValidationError("'\(text)' sets no extent; write NAME=NUMBER, e.g. --set batch=8")
        }
        return Setting(name: String(parts[0]), extent: extent)
    }
}
