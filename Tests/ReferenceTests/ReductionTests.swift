import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Reductions") struct ReductionTests {
    /// 0 … 23 as [2, 3, 4].
    let x = tensor([2, 3, 4], (0..<24).map(Double.init))

    @Test("Sums along neighbouring, distant and negative axes")
    func sums() throws {
        #expect(
            try values("aten.sum.dim_IntList", [x], [.value("a"), .list([.int(1)])], shape: [2, 4])
                == [12, 15, 18, 21, 48, 51, 54, 57])
        #expect(
            try values("aten.sum.dim_IntList", [x], [.value("a"), .list([.int(-1)]), .bool(true)], shape: [2, 3, 1])
                == [6, 22, 38, 54, 70, 86])
        #expect(
            try values("aten.sum.dim_IntList", [x], [.value("a"), .list([.int(0), .int(2)])], shape: [3])
                == [60, 92, 124])
        #expect(
            try values(
                "aten.sum.dim_IntList", [x], [.value("a"), .list([.int(2), .int(-2)]), .bool(true)], shape: [2, 1, 1])
                == [66, 210])
        #expect(try values("aten.sum.dim_IntList", [x], [.value("a"), .none], shape: []) == [276])
        #expect(try values("aten.sum.default", [x], [.value("a")], shape: []) == [276])
    }

    @Test("Sums longer than one part")
    func longSums() throws {
        let count = Summation<Double>.block + 5
        let ramp = (0..<count).map(Double.init)
        let total = Double(count * (count - 1) / 2)
        #expect(try values("aten.sum.default", [tensor([count], ramp)], [.value("a")], shape: []) == [total])
        let pairs = tensor([count, 2], (0..<2 * count).map { $0 % 2 == 0 ? Double($0 / 2) : 1 })
        #expect(
            try values("aten.sum.dim_IntList", [pairs], [.value("a"), .list([.int(0)])], shape: [2])
                == [total, Double(count)])
    }

    @Test("A sum in pieces is the sum of all terms, parts included")
    func pieces() {
        var sum = Summation<Float>()
        var expected: Float = 0
        for piece in [3, Summation<Float>.block - 3, 7] {
            sum.add(piece) { Float($0 % 3) + 0.1 }
        }
        var part: Float = 0
        for index in 0..<3 { part += Float(index % 3) + 0.1 }
        for index in 0..<Summation<Float>.block - 3 { part += Float(index % 3) + 0.1 }
        expected += part
        part = 0
        for index in 0..<7 { part += Float(index % 3) + 0.1 }
        #expect(sum.total == expected + part)
    }

    @Test("Means")
    func means() throws {
        #expect(
            try values("aten.mean.dim", [x], [.value("a"), .list([.int(1)]), .bool(true)], shape: [2, 1, 4])[5] == 17)
        #expect(try values("aten.mean.default", [x], [.value("a")], shape: []) == [11.5])
    }

    @Test(
        "Vector norms of each order",
        arguments: [
            (Argument.int(2), 5.0), (.int(1), 7), (.double(.infinity), 4), (.double(-.infinity), 0), (.int(0), 2),
            (.int(3), 4.497941445275415),
        ])
    func norms(order: Argument, expected: Double) throws {
        let y = tensor([1, 3], [3, 0, -4])
        let result = try values(
            "aten.linalg_vector_norm.default", [y], [.value("a"), order, .list([.int(1)]), .bool(true)], shape: [1, 1])
        #expect(isClose(result, [expected]))
    }

    @Test("The norm of everything by default")
    func fullNorm() throws {
        #expect(
            try isClose(
                values(
                    "aten.linalg_vector_norm.default", [tensor([2, 2], [1, 1, -1, 1])], [.value("a")], shape: []), [2]))
    }

    @Test("Of equal elements the first wins; indices are int64")
    func ties() throws {
        let y = tensor([2, 4], [1, 7, 7, 0, -3, -3, -3, -3])
        let types = [TensorType(dtype: .float32, shape: [2]), TensorType(dtype: .int64, shape: [2])]
        let largest = try run("aten.max.dim", [y], [.value("a"), .int(-1)], declaring: types)
        #expect(largest.map(\.values) == [[7, -3], [1, 0]])
        #expect(largest[1].dtype == .int64)
        let least = try run("aten.min.dim", [y], [.value("a"), .int(1)], declaring: types)
        #expect(least.map(\.values) == [[0, -3], [3, 0]])
        #expect(try values("aten.argmax.default", [y], [.value("a"), .int(1), .bool(true)], shape: [2, 1]) == [1, 0])
        #expect(try values("aten.argmin.default", [y], [.value("a"), .int(0)], shape: [4]) == [1, 1, 1, 1])
        #expect(try values("aten.argmax.default", [y], [.value("a")], shape: []) == [1])
    }

    @Test("The first NaN wins over everything")
    func nan() throws {
        let y = tensor([5], [1, .nan, 9, .nan, .infinity])
        let types = [TensorType(dtype: .float32, shape: []), TensorType(dtype: .int64, shape: [])]
        let largest = try run("aten.max.dim", [y], [.value("a"), .int(0)], declaring: types)
        #expect(largest[0].values[0].isNaN && largest[1].values == [1])
        #expect(try values("aten.argmin.default", [y], [.value("a"), .int(0)], shape: []) == [1])
        #expect(try values("aten.sum.default", [y], [.value("a")], shape: [])[0].isNaN)
    }

    @Test("An axis that does not exist is named with the legal ones")
    func badAxis() {
        #expect {
            try values("aten.sum.dim_IntList", [x], [.value("a"), .list([.int(3)])], shape: [2])
        } throws: { ($0 as? KernelwrightError)?.hint == "axes are -3 to 2" }
    }
}
