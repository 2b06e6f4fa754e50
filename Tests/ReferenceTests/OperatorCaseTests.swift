import Foundation
import KernelIR
import Testing
import Workloads

@testable import Reference

/// One operator on tiny tensors with the results PyTorch computed; made by `scripts/make-operator-cases.py`.
struct OperatorCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Values: Decodable, Sendable {
        var dtype: DType
        var shape: [Int]
        var values: [Argument]

        /// The elements as the type holds them: decimal digits need not be exact.
        var tensor: Tensor<Double> {
            Tensor(dtype: .float64, shape: shape, values: values.map { $0.doubleValue ?? .nan }).converted(to: dtype)
        }
    }

    var op: String
    var args: [Argument]
    var kwargs: [String: Argument]?
    var tensors: [Values]
    var results: [Values]

    var testDescription: String { "\(op) \(tensors.map { "\($0.dtype.rawValue)\($0.shape)" }) \(args)" }

    /// The cases of all families, in the order of their files' names.
    static let all: [OperatorCase] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().flatMap { name in
            do {
                return try JSONDecoder().decode(
                    [OperatorCase].self, from: Data(contentsOf: folder.appending(path: name)))
            } catch {
                preconditionFailure("\(name): \(error)")
            }
        }
    }()
}

@Suite("Operators against PyTorch") struct OperatorCaseTests {
    @Test("Every case", arguments: OperatorCase.all)
    func agrees(operatorCase: OperatorCase) throws {
        let expected = operatorCase.results.map(\.tensor)
        let found = try run(
            operatorCase.op, operatorCase.tensors.map(\.tensor), operatorCase.args,
            keywords: operatorCase.kwargs ?? [:], declaring: expected.map(\.type))
        for (found, expected) in zip(found, expected) {
            #expect(
                isClose(found.values, expected.values, within: Self.bound(expected.dtype)),
                "\(found.values) instead of \(expected.values)")
        }
    }

    /// What PyTorch's own rounding explains.
    static func bound(_ dtype: DType) -> Double {
        switch dtype {
        case .float64: 1e-12
        case .float32: 1e-5
        case .float16: 2e-3
        case .bfloat16: 2e-2
        default: 0
        }
    }
}
