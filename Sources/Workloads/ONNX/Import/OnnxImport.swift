import Foundation
import KernelIR

/// A workload read from an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html): every operator rewritten in ATen's, all
/// shapes static.
///
/// Floating-point initializers of more than one element become parameters, whose values are the workload's weights;
/// other initializers and Constant nodes become constants. Arithmetic on constants, and so on shapes, is done here.
public struct OnnxImport: Sendable {
    /// The validated workload. Inputs, parameters and outputs keep their ONNX names.
    public var workload: Workload

    /// The versions of the default operator set that are read.
    public static let operatorSets = 13...28

    /// The ONNX operators that are read, in alphabetical order.
    public static var supportedOperators: [String] { ImportTable.rules.keys.sorted() }

    /// Reads a serialized `ModelProto`.
    ///
    /// - Parameters:
    ///   - folder: where files of external data lie; nil refuses them.
    ///   - name: the workload's name, which begins the message of an error.
    ///   - dimensions: extents of symbolic dimensions by their name, and so of dimensions without one, which are named
    ///     `INPUT.AXIS`, e.g. `x.0`.
    ///   - constants: values of graph inputs by name, used for those inputs that an operator must know to give its
    ///     result a static shape (shapes, axes); such an input becomes a constant of the workload.
    ///
    /// Throws `badInput` naming the node or tensor and what is supported.
    public init(
        data: Data, folder: URL? = nil, name: String, dimensions: [String: Int] = [:],
        constants: [String: Constant] = [:]
    ) throws(KernelwrightError) {
        do {
            let model = try OnnxSource(data: data, folder: folder, name: name, dimensions: dimensions)
            self = try Self.read(model, offered: constants)
        } catch let error as KernelwrightError {
            throw error
        } catch {
            throw KernelwrightError(.internalInconsistency, "\(name): the import failed", cause: "\(error)")
        }
    }

    /// Reads a file, with external data beside it; the workload is named for the file.
    public init(path: String, dimensions: [String: Int] = [:]) throws(KernelwrightError) {
        let file = URL(fileURLWithPath: path)
        let data: Data
        do {
            data = try Data(contentsOf: file, options: .mappedIfSafe)
        } catch {
            throw KernelwrightError(
                .badInput, "cannot read the ONNX file \(path)", hint: "give the path of a readable .onnx file",
                cause: (error as NSError).localizedDescription)
        }
        try self.init(
            data: data, folder: file.deletingLastPathComponent(),
            name: file.deletingPathExtension().lastPathComponent, dimensions: dimensions)
    }

    init(workload: Workload) { self.workload = workload }

    /// Imports; where an operator must know a value that offered inputs decide, takes those as constants and tries again.
    private static func read(_ model: OnnxSource, offered: [String: Constant]) throws -> OnnxImport {
        var fixed: [String: Constant] = [:]
        while true {
            do {
                var run = try GraphImport(model, fixed: fixed)
                return try run.finish()
            } catch let unknown as UnknownValue {
                let behind = model.inputsBehind(unknown.value).filter { fixed[$0] == nil }
                let usable = behind.filter { offered[$0] != nil }
                guard !usable.isEmpty else { throw unknown.error(inputs: behind.sorted()) }
                for name in usable { fixed[name] = offered[name] }
            }
        }
    }
}

/// Thrown where an operator must know a value that is only computed when the workload runs.
struct UnknownValue: Error {
    /// The ONNX name of the value.
    var value: String
    /// Who asks, and for what.
    var place: String

    func error(inputs: [String]) -> KernelwrightError {
        let source = inputs.isEmpty ? "" : ", and it depends on the graph input \(inputs.joined(separator: ", "))"
        return KernelwrightError(
            .badInput, "\(place) must be known when the model is read\(source)",
            hint: "shapes are static here: make \(value) an initializer or a Constant")
    }
}
