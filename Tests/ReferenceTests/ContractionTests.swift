import CReference
import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Contractions") struct ContractionTests {
    /// Small integers, so that every sum is exact in any order.
    private func integers(_ shape: [Int], _ step: Int) -> Tensor<Double> {
        tensor(shape, (0..<shape.reduce(1, *)).map { Double($0 * step % 13 - 6) })
    }

    @Test("Hand-computed products")
    func small() throws {
        let a = tensor([2, 3], [1, 2, 3, 4, 5, 6])
        let b = tensor([3, 2], [7, 8, 9, 10, 11, 12])
        let v = tensor([3], [1, 0, -1])
        let both: [Argument] = [.value("a"), .value("b")]
        #expect(try values("aten.matmul.default", [a, b], both, shape: [2, 2]) == [58, 64, 139, 154])
        #expect(try values("aten.mm.default", [b, a], both, shape: [3, 3]) == [39, 54, 69, 49, 68, 87, 59, 82, 105])
        #expect(try values("aten.matmul.default", [a, v], both, shape: [2]) == [-2, -2])
        #expect(try values("aten.matmul.default", [v, b], both, shape: [2]) == [-4, -4])
        #expect(try values("aten.matmul.default", [v, v], both, shape: []) == [2])
    }

    @Test("Linear multiplies by the transposed weight and adds the bias")
    func linear() throws {
        let x = tensor([2, 2], [1, 2, 3, 4])
        let weight = tensor([3, 2], [1, 0, 0, 1, 1, 1])
        let bias = tensor([3], [10, 20, 30])
        #expect(
            try values(
                "aten.linear.default", [x, weight, bias], [.value("a"), .value("b"), .value("c")], shape: [2, 3])
                == [11, 22, 33, 13, 24, 37])
        #expect(
            try values("aten.linear.default", [x, weight], [.value("a"), .value("b")], shape: [2, 3]) == [
                1, 2, 3, 3, 4, 7,
            ])
    }

    @Test(
        "Batches pair up, broadcast or share the right operand",
        arguments: [
            ([2, 3, 4], [2, 4, 5], [2, 3, 5]), ([2, 3, 4], [4, 5], [2, 3, 5]), ([3, 4], [2, 4, 5], [2, 3, 5]),
            ([2, 1, 3, 4], [3, 4, 5], [2, 3, 3, 5]), ([2, 3, 4], [1, 4, 5], [2, 3, 5]),
        ])
    func batches(left: [Int], right: [Int], shape: [Int]) throws {
        let (a, b) = (integers(left, 5), integers(right, 7))
        let result = try values("aten.matmul.default", [a, b], [.value("a"), .value("b")], shape: shape)
        let batch = Array(shape.dropLast(2))
        let leftStrides = Shape.broadcastStrides(Array(left.dropLast(2)), to: batch).map { $0 * 12 }
        let rightStrides = Shape.broadcastStrides(Array(right.dropLast(2)), to: batch).map { $0 * 20 }
        var places = RowPlaces(shape: batch, strides: [leftStrides, rightStrides], row: 0)
        for item in 0..<batch.reduce(1, *) {
            let (p, q) = (places.offsets[0], places.offsets[1])
            for i in 0..<3 {
                for j in 0..<5 {
                    let sum = (0..<4).map { a.values[p + i * 4 + $0] * b.values[q + $0 * 5 + j] }.reduce(0, +)
                    #expect(result[(item * 3 + i) * 5 + j] == sum)
                }
            }
            places.advance()
        }
    }

    @Test(
        "Einsum",
        arguments: [
            ("bijl,lk->bijk", [[2, 2, 3, 4], [4, 5]], [2, 2, 3, 5]), ("ij,jk", [[3, 4], [4, 2]], [3, 2]),
            ("ij->ji", [[3, 4]], [4, 3]), ("ij->", [[3, 4]], []), ("i,j->ij", [[3], [4]], [3, 4]),
            ("bhk,bkd,bd->dbh", [[2, 3, 4], [2, 4, 5], [2, 5]], [5, 2, 3]), ("ijk,ik->j", [[2, 3, 4], [2, 4]], [3]),
        ])
    func einsum(equation: String, shapes: [[Int]], shape: [Int]) throws {
        let tensors = shapes.enumerated().map { integers($1, 3 + 2 * $0) }
        let names = ["a", "b", "c"].prefix(shapes.count).map(Argument.value)
        let result = try values(
            "aten.einsum.default", tensors, [.string(equation), .list(Array(names))], shape: shape)
        #expect(result == plainEinsum(equation, tensors, shape))
    }

    /// Loops over every label at once.
    private func plainEinsum(_ equation: String, _ tensors: [Tensor<Double>], _ shape: [Int]) -> [Double] {
        let sides = equation.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let terms = sides[0].split(separator: ",").map(Array.init)
        let output = sides.count > 1 ? Array(sides[1].dropFirst()) : ["i", "k"]
        var extents: [Character: Int] = [:]
        for (term, tensor) in zip(terms, tensors) { for (l, e) in zip(term, tensor.shape) { extents[l] = e } }
        let labels = extents.keys.sorted()
        func offset(_ own: [Character], _ shape: [Int], _ index: [Character: Int]) -> Int {
            zip(own, Shape.strides(shape)).map { index[$0]! * $1 }.reduce(0, +)
        }
        var result = [Double](repeating: 0, count: shape.reduce(1, *))
        for place in 0..<labels.map({ extents[$0]! }).reduce(1, *) {
            var (rest, index): (Int, [Character: Int]) = (place, [:])
            for label in labels {
                index[label] = rest % extents[label]!
                rest /= extents[label]!
            }
            let factors = zip(terms, tensors).map { $1.values[offset($0, $1.shape, index)] }
            result[offset(output, shape, index)] += factors.reduce(1, *)
        }
        return result
    }

    @Test("Malformed equations are refused", arguments: ["ii->i", "ij,jk->iz", "ij,jk->ii"])
    func badEquation(equation: String) {
        let a = integers([3, 3], 5)
        #expect(throws: KernelwrightError.self) {
            try values(
                "aten.einsum.default", [a, a], [.string(equation), .list([.value("a"), .value("b")])], shape: [3, 3])
        }
    }

    @Test(
        "The blocked product is the plain triple loop's, bit for bit",
        arguments: [
            (1, 1, 1), (5, 17, 3), (6, 16, 64), (7, 33, 129), (13, 70, 31), (2, 3, 0), (64, 100, 257),
        ])
    func tripleLoop(m: Int, n: Int, k: Int) {
        compare(Double.self, m, n, k)
        compare(Float.self, m, n, k)
    }

    private func compare<Scalar: ReferenceScalar>(_: Scalar.Type, _ m: Int, _ n: Int, _ k: Int) {
        let a = (0..<(m * k)).map { Scalar($0 * 7919 % 1009) / 1009 - 0.3 }
        let b = (0..<(k * n)).map { Scalar($0 * 104729 % 997) / 997 - 0.6 }
        var expected = [Scalar](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                for p in 0..<k { expected[i * n + j] += a[i * k + p] * b[p * n + j] }
            }
        }
        let product = MatrixProduct.multiply(
            Tensor(shape: [m, k], values: a), Tensor(shape: [k, n], values: b), batch: 1, m: m, n: n, k: k,
            shape: [m, n])
        #expect(product.values == expected)
    }
}
