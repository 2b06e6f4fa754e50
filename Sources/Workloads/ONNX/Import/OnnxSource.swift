import Foundation
import KernelIR
import SwiftProtobuf

/// A parsed model with what surrounds it: where its files lie, which operator sets it imports.
struct OnnxSource: Sendable {
    let name: String
    let folder: URL?
    let dimensions: [String: Int]
    let graph: Onnx_GraphProto
    /// The version of the default operator set.
    let operatorSet: Int
    /// Nodes by the names of their results.
    private let producers: [String: Int]

    /// Parses; throws `badInput` for what is no model, for operator sets out of range and for names given twice.
    init(data: Data, folder: URL?, name: String, dimensions: [String: Int]) throws {
        let model: Onnx_ModelProto
        do {
            model = try Onnx_ModelProto(serializedBytes: data)
        } catch {
            throw KernelwrightError(
                .badInput, "\(name): no ONNX model", hint: "give a file that holds a serialized ModelProto",
                cause: "\(error)")
        }
        guard model.hasGraph else {
            throw KernelwrightError(.badInput, "\(name): the model has no graph", hint: "give a complete ONNX model")
        }
        (self.name, self.folder, self.dimensions) = (name, folder, dimensions)
        operatorSet = try Self.operatorSet(of: model, name)
        graph = try FunctionInliner(model, name: name).graph()
        var producers: [String: Int] = [:]
        for (index, node) in graph.node.enumerated() {
            for result in node.output where !result.isEmpty {
                guard producers.updateValue(index, forKey: result) == nil else {
                    throw KernelwrightError(
                        .badInput, "\(name): \(Self.describe(node, index)) defines \(result) once more",
                        hint: "every value has one definition")
                }
            }
        }
        self.producers = producers
    }

    /// How messages name a node.
    static func describe(_ node: Onnx_NodeProto, _ index: Int) -> String {
        "node \(node.name.isEmpty ? "\(index)" : node.name) (\(node.opType))"
    }

    /// Names of the nodes' results and graph tensors on which the graph's outputs depend.
    var liveValues: Set<String> { ancestors(of: graph.output.map(\.name)) }

    /// Graph inputs on which a value depends.
    func inputsBehind(_ value: String) -> Set<String> {
        ancestors(of: [value]).intersection(graph.input.map(\.name))
    }

    private func ancestors(of names: [String]) -> Set<String> {
        var found = Set(names)
        var pending = names
        while let name = pending.popLast() {
            guard let index = producers[name] else { continue }
            for input in graph.node[index].input where !input.isEmpty && found.insert(input).inserted {
                pending.append(input)
            }
        }
        return found
    }

    private static func operatorSet(of model: Onnx_ModelProto, _ name: String) throws -> Int {
        let range = OnnxImport.operatorSets
        let hint = "operator sets \(range.lowerBound) to \(range.upperBound) are read; onnx.version_converter converts"
        guard let entry = model.opsetImport.first(where: { ["", "ai.onnx"].contains($0.domain) }) else {
            throw KernelwrightError(.badInput, "\(name): the model imports no default operator set", hint: hint)
        }
        guard let version = Int(exactly: entry.version), range.contains(version) else {
            throw KernelwrightError(.badInput, "\(name): operator set \(entry.version)", hint: hint)
        }
        return version
    }
}
