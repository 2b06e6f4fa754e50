import Testing
import Workloads

@testable import Reference

/// Expected values come from the functions' definitions, evaluated in double precision by another program.
@Suite("Activations") struct ActivationTests {
    static let points = [-2.0, -0.5, 0.0, 0.7, 3.0]

    struct Case: Sendable, CustomTestStringConvertible {
        var op: String
        var arguments: [Argument] = []
        var keywords: [String: Argument] = [:]
        var expected: [Double]
        var testDescription: String { op + "\(arguments)" }
    }

    static let cases = [
        Case(op: "aten.relu.default", expected: [0, 0, 0, 0.7, 3]),
        Case(op: "aten.leaky_relu.default", expected: [-0.02, -0.005, 0, 0.7, 3]),
        Case(op: "aten.leaky_relu.default", arguments: [.double(0.5)], expected: [-1, -0.25, 0, 0.7, 3]),
        Case(
            op: "aten.sigmoid.default",
            expected: [
                0.11920292202211755, 0.3775406687981454, 0.5, 0.6681877721681662, 0.9525741268224334,
            ]),
        Case(
            op: "aten.tanh.default",
            expected: [-0.9640275800758169, -0.46211715726000974, 0, 0.6043677771171636, 0.9950547536867305]),
        Case(
            op: "aten.gelu.default",
            expected: [-0.04550026389635844, -0.15426876936299344, 0, 0.5306254434438489, 2.99595030590511]),
        Case(
            op: "aten.gelu.default", keywords: ["approximate": .string("tanh")],
            expected: [-0.04540230591222494, -0.15428599017485606, 0, 0.5305701347051167, 2.996362607918227]),
        Case(
            op: "aten.selu.default",
            expected: [-1.520166468595695, -0.6917581878028713, 0, 0.7354906911488363, 3.1521029620664414]),
        Case(op: "aten.elu.default", expected: [-0.8646647167633873, -0.3934693402873666, 0, 0.7, 3]),
        Case(
            op: "aten.elu.default", arguments: [.int(2), .int(3)],
            expected: [-0.8646647167633873 * 6, -0.3934693402873666 * 6, 0, 2.1, 9]),
        Case(op: "aten.hardsigmoid.default", expected: [1.0 / 6, 2.5 / 6, 0.5, 3.7 / 6, 1]),
        Case(op: "aten.hardtanh.default", expected: [-1, -0.5, 0, 0.7, 1]),
        Case(op: "aten.hardtanh.default", arguments: [.int(0), .int(2)], expected: [0, 0, 0, 0.7, 2]),
        Case(op: "aten.hardswish.default", expected: [-1.0 / 3, -1.25 / 6, 0, 0.7 * 3.7 / 6, 3]),
        Case(
            op: "aten.softplus.default",
            expected: [
                0.1269280110429725, 0.4740769841801067, 0.6931471805599453, 1.103186048885458, 3.048587351573742,
            ]),
        // Above the threshold the function is the identity.
        Case(
            op: "aten.softplus.default", arguments: [.int(1), .double(0.5)],
            expected: [0.1269280110429725, 0.4740769841801067, 0.6931471805599453, 0.7, 3]),
    ]

    @Test("Values follow the definitions", arguments: cases)
    func values(of test: Case) throws {
        let x = tensor([5], Self.points)
        let result = try evaluate(test, x)
        #expect(isClose(result, test.expected), "\(result)")
    }

    @Test("NaN comes out as NaN", arguments: cases)
    func nan(of test: Case) throws {
        #expect(try evaluate(test, tensor([1], [.nan]))[0].isNaN)
    }

    @Test("Infinities reach their limits")
    func infinities() throws {
        let x = tensor([2], [-.infinity, .infinity])
        func limits(_ op: String) throws -> [Double] { try ReferenceTests.values(op, [x], [.value("a")], shape: [2]) }
        #expect(try limits("aten.sigmoid.default") == [0, 1])
        #expect(try limits("aten.tanh.default") == [-1, 1])
        #expect(try limits("aten.softplus.default") == [0, .infinity])
        #expect(try limits("aten.elu.default") == [-1, .infinity])
    }

    private func evaluate(_ test: Case, _ x: Tensor<Double>) throws -> [Double] {
        try ReferenceTests.values(
            test.op, [x], [.value("a")] + test.arguments, keywords: test.keywords, shape: x.shape)
    }
}
