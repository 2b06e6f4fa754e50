import Testing
import Workloads

@testable import Reference

/// Expected values were computed with NumPy from the definitions, with 12 digits.
@Suite("Normalizations and softmax") struct NormalizationTests {
    /// (7·i mod 11) for i in 0 ..< 24, as [2, 4, 3].
    let x = tensor([2, 4, 3], (0..<24).map { Double($0 * 7 % 11) })
    let weight = tensor([4], [0.5, 1, 1.5, 2])
    let bias = tensor([4], [0.1, -0.2, 0.3, -0.4])

    private func check(_ result: [Double], _ first: [Double]) {
        #expect(result.count == 24)
        #expect(isClose(Array(result.prefix(first.count)), first, within: 1e-9), "\(result)")
    }

    @Test("Batch norm uses the batch's statistics in training")
    func batchNorm() throws {
        let result = try values(
            "aten.batch_norm.default", [x, weight, bias],
            [
                .value("a"), .value("b"), .value("c"), .none, .none, .bool(true), .double(0.1), .double(1e-5),
                .bool(false),
            ],
            shape: [2, 4, 3])
        check(
            result,
            [
                -0.653778018818, 0.401511207527, -0.201511207527, 1.15382518806, -0.145846992478, -1.44551917301,
                2.33073778208, 0.381229511283, -1.56827875952, 2.30765037611, -0.291693984956, -2.89103834602,
                0.401511207527,
            ])
    }

    @Test("Batch norm uses running statistics otherwise")
    func frozenBatchNorm() throws {
        let mean = tensor([4], [1, 2, 3, 4])
        let variance = tensor([4], [4, 4, 4, 4])
        let result = try values(
            "aten.batch_norm.default", [x, weight, bias, mean, variance],
            [
                .value("a"), .value("b"), .value("c"), .value("d"), .value("e"), .bool(false), .double(0.1), .int(0),
                .bool(false),
            ],
            shape: [2, 4, 3])
        check(result, [(0 - 1) / 2 * 0.5 + 0.1, (7 - 1) / 2 * 0.5 + 0.1, (3 - 1) / 2 * 0.5 + 0.1, (10 - 2) / 2 - 0.2])
    }

    @Test("Instance norm")
    func instanceNorm() throws {
        let result = try values(
            "aten.instance_norm.default", [x],
            [.value("a"), .none, .none, .none, .none, .bool(true), .double(0.1), .double(1e-5), .bool(false)],
            shape: [2, 4, 3])
        check(result, [-1.16247568053, 1.27872324858, -0.116247568053, 1.22474429729, 0, -1.22474429729])
    }

    @Test("Group norm scales by channel")
    func groupNorm() throws {
        let result = try values(
            "aten.group_norm.default", [x, weight, bias],
            [.value("a"), .int(2), .value("b"), .value("c"), .double(1e-5), .bool(false)], shape: [2, 4, 3])
        check(
            result,
            [
                -0.596525722814, 0.448262861407, -0.148759186719, 1.392058795, 0.198014698751, -0.996029397502,
                2.34295381713, 0.52699486857, -1.28896407999, 1.71861877332, -0.70265982476, -3.12393842284,
                0.243149499097,
            ])
    }

    @Test("Layer norm scales by element")
    func layerNorm() throws {
        let plain = [
            -1.37715286439, 0.726135146677, -0.475743716789, 1.62754429428, 0.425665430811, -0.776213432655,
            1.32707457841, 0.125195714944, -1.07668314852, 1.02660486254, -0.175274000922, -1.37715286439,
            0.595683082745,
        ]
        let shape = Argument.list([.int(4), .int(3)])
        check(
            try values(
                "aten.layer_norm.default", [x], [.value("a"), shape, .none, .none, .double(1e-5)], shape: [2, 4, 3]),
            plain)
        let scale = tensor([4, 3], (0..<12).map { Double($0) / 4 })
        let shift = tensor([4, 3], (0..<12).map { Double($0) - 5 })
        let scaled = plain.enumerated().map { $1 * Double($0 % 12) / 4 + Double($0 % 12) - 5 }
        check(
            try values(
                "aten.layer_norm.default", [x, scale, shift],
                [.value("a"), shape, .value("b"), .value("c"), .double(1e-5)],
                shape: [2, 4, 3]), scaled)
    }

    @Test("Softmax along a middle axis")
    func softmax() throws {
        let result = try values("aten.softmax.int", [x], [.value("a"), .int(1)], shape: [2, 4, 3])
        check(result, [3.02009805405e-05, 0.643914259888, 0.643914259888, 0.665220864846, 0.23688281809])
        #expect(isClose([result[0] + result[3] + result[6] + result[9]], [1]))
    }

    @Test("Log-softmax along the last axis")
    func logSoftmax() throws {
        check(
            try values("aten.log_softmax.int", [x], [.value("a"), .int(-1)], shape: [2, 4, 3]),
            [-7.01904500788, -0.0190450078793, -4.01904500788, -0.0184793025947])
    }

    @Test("Softmax does not overflow and spreads NaN over its line only")
    func extremes() throws {
        let y = tensor([3, 2], [1000, 1000, -.infinity, 0, .nan, 1])
        let result = try values("aten.softmax.int", [y], [.value("a"), .int(1)], shape: [3, 2])
        #expect(isClose(result, [0.5, 0.5, 0, 1, .nan, .nan]))
    }
}
