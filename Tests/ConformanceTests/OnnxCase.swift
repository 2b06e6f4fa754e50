import Foundation
import KernelIR
import Reference
import SwiftProtobuf

@testable import Workloads

/// One of ONNX's own backend node tests: a model, its inputs and the outputs it must give.
struct OnnxCase: Decodable, Sendable {
    var name: String
    var `operator`: String
    var domain: String
    var opset: Int
    var rtol: Double
    var atol: Double
    var model: Data
    var inputs: [Data?]
    var outputs: [Data?]

    /// How a case ended.
    enum Outcome: Sendable, Equatable {
        case passed
        /// No claim covers it: the reason.
        case out(String)
        case failed(String)
    }

    /// Why no claim covers the case whatever its operator, or nil.
    var exclusion: String? {
        guard domain.isEmpty else { return "domain \(domain)" }
        guard OnnxImport.operatorSets.contains(opset) else { return "operator set \(opset)" }
        guard let tensors = try? (inputs + outputs).map(Self.message) else { return "a value that is no tensor" }
        let code = tensors.first { DType(onnx: $0.dataType) == nil }?.dataType
        return code.map { "type " + (Onnx_TensorProto.DataType(rawValue: Int($0)).map { "\($0)" } ?? "\($0)") }
    }

    /// Imports the model, runs the reference and compares.
    func run() -> Outcome {
        do {
            let given = try inputs.map(Self.tensor)
            let model = try Onnx_ModelProto(serializedBytes: model)
            // An omitted input of the node is none of the graph's.
            let names = model.graph.input.map(\.name)
            guard names.count == given.count else { return .failed("\(names.count) inputs, \(given.count) values") }
            let constants = Dictionary(uniqueKeysWithValues: zip(names, given.map { Constant(tensor: $0) }))
            let workload = try OnnxImport(data: self.model, name: name, constants: constants).workload
            var arguments = Dictionary(uniqueKeysWithValues: zip(names, given))
            for spec in workload.parameters {
                guard let bytes = workload.weights?.file.bytes(of: spec.name) else { return .failed("no \(spec.name)") }
                arguments[spec.name] = bytes.withUnsafeBytes { Tensor(type: spec.type, bytes: $0) }
            }
            let results = try ReferenceExecutor<Double>(workload).run(arguments)
            return try compare(results)
        } catch {
            return .failed("\(error)".replacing("\n", with: " "))
        }
    }

    private func compare(_ results: [Tensor<Double>]) throws -> Outcome {
        guard results.count == outputs.count else { return .failed("\(results.count) results of \(outputs.count)") }
        for (index, (result, output)) in zip(results, outputs).enumerated() {
            let expected = try Self.tensor(output)
            guard result.type == expected.type else {
                return .failed("result \(index) is \(result.type), expected \(expected.type)")
            }
            for (place, (x, y)) in zip(result.values, expected.values).enumerated() {
                // A result is held in its type; the oracle computes without rounding.
                let x = result.dtype.isFloatingPoint ? result.dtype.rounded(x) : x
                let isEqual = x == y || (x.isNaN && y.isNaN)
                let tolerance = max(rtol, 2 * result.dtype.unitInLastPlace)
                let isClose = result.dtype.isFloatingPoint && x.isFinite && abs(x - y) <= atol + tolerance * abs(y)
                guard isEqual || isClose else {
                    return .failed("result \(index), element \(place) of \(result.type): \(x), expected \(y)")
                }
            }
        }
        return .passed
    }

    private static func message(_ data: Data?) throws -> Onnx_TensorProto {
        guard let data else { throw KernelwrightError(.badInput, "no tensor") }
        return try Onnx_TensorProto(serializedBytes: data)
    }

    private static func tensor(_ data: Data?) throws -> Tensor<Double> {
        let message = try message(data)
        let reader = TensorReader(model: "case", folder: nil)
        let type = try reader.type(of: message)
        return try reader.bytes(of: message, type).withUnsafeBytes { Tensor(type: type, bytes: $0) }
    }
}

extension Constant {
    fileprivate init(tensor: Tensor<Double>) {
        self.init(name: "", dtype: tensor.dtype, shape: tensor.shape, values: tensor.values)
    }
}

extension DType {
    /// The largest relative distance of neighbouring 16-bit numbers: expected ones were rounded after every step.
    fileprivate var unitInLastPlace: Double {
        switch self {
        case .float16: 0x1p-10
        case .bfloat16: 0x1p-7
        default: 0
        }
    }
}
