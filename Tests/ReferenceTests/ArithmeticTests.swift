import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Arithmetic") struct ArithmeticTests {
    let x = tensor([2, 3], [1, -2, 3, 4, 5, -6])

    @Test("Operands broadcast from the last axis")
    func broadcasting() throws {
        let row = tensor([3], [10, 20, 30])
        let column = tensor([2, 1], [100, 200])
        #expect(
            try values("aten.add.Tensor", [x, row], [.value("a"), .value("b")], shape: [2, 3])
                == [11, 18, 33, 14, 25, 24])
        #expect(
            try values("aten.mul.Tensor", [x, column], [.value("a"), .value("b")], shape: [2, 3])
                == [100, -200, 300, 800, 1000, -1200])
        #expect(
            try values("aten.sub.Tensor", [column, row], [.value("a"), .value("b")], shape: [2, 3])
                == [90, 80, 70, 190, 180, 170])
        let middle = tensor([2, 1, 2], [1, 2, 3, 4])
        let wide = tensor([3, 1], [10, 20, 30])
        #expect(
            try values("aten.add.Tensor", [middle, wide], [.value("a"), .value("b")], shape: [2, 3, 2])
                == [11, 12, 21, 22, 31, 32, 13, 14, 23, 24, 33, 34])
    }

    @Test("Numbers are operands, alpha scales the second")
    func scalars() throws {
        #expect(try values("aten.mul.Tensor", [x], [.value("a"), .double(0.5)], shape: [2, 3])[5] == -3)
        #expect(try values("aten.div.Tensor", [x], [.value("a"), .int(4)], shape: [2, 3])[1] == -0.5)
        #expect(
            try values("aten.sub.Tensor", [x], [.value("a"), .int(2)], keywords: ["alpha": .int(3)], shape: [2, 3])[0]
                == -5)
        #expect(try values("aten.rsub.Scalar", [x], [.value("a"), .int(1)], shape: [2, 3])[1] == 3)
        #expect(try values("aten.rsub.Scalar", [x], [.value("a"), .int(1), .int(2)], shape: [2, 3])[1] == 5)
    }

    @Test("Unary functions")
    func unary() throws {
        let y = tensor([3], [0.25, 1, 4])
        #expect(try values("aten.abs.default", [x], [.value("a")], shape: [2, 3]) == [1, 2, 3, 4, 5, 6])
        #expect(try values("aten.neg.default", [y], [.value("a")], shape: [3]) == [-0.25, -1, -4])
        #expect(try values("aten.sqrt.default", [y], [.value("a")], shape: [3]) == [0.5, 1, 2])
        #expect(try values("aten.rsqrt.default", [y], [.value("a")], shape: [3]) == [2, 1, 0.5])
        #expect(try values("aten.reciprocal.default", [y], [.value("a")], shape: [3]) == [4, 1, 0.25])
        #expect(
            try isClose(
                values("aten.exp.default", [y], [.value("a")], shape: [3]),
                [1.2840254166877414, 2.718281828459045, 54.598150033144236]))
        #expect(
            try isClose(
                values("aten.log.default", [y], [.value("a")], shape: [3]),
                [-1.3862943611198906, 0, 1.3862943611198906]))
        #expect(try values("aten.sqrt.default", [tensor([1], [-1])], [.value("a")], shape: [1])[0].isNaN)
    }

    @Test("Powers", arguments: [(2.0, 9.0), (3.0, -27.0), (0.0, 1.0), (-1.0, -1.0 / 3), (4.0, 81.0)])
    func power(exponent: Double, expected: Double) throws {
        let result = try values(
            "aten.pow.Tensor_Scalar", [tensor([1], [-3])], [.value("a"), .number(exponent)], shape: [1])
        #expect(isClose(result, [expected]))
    }

    @Test("A fractional power of a negative number is NaN")
    func fractionalPower() throws {
        let result = try values(
            "aten.pow.Tensor_Scalar", [tensor([2], [-8, 16])], [.value("a"), .double(0.25)], shape: [2])
        #expect(isClose(result, [.nan, 2]))
    }

    @Test("Clamp keeps NaN, and its upper bound wins")
    func clamp() throws {
        let y = tensor([4], [-5, 0.5, 5, .nan])
        #expect(
            try isClose(
                values("aten.clamp.default", [y], [.value("a"), .int(-1), .int(2)], shape: [4]), [-1, 0.5, 2, .nan])
        )
        #expect(
            try isClose(
                values("aten.clamp.default", [y], [.value("a"), .none, .int(0)], shape: [4]), [-5, 0, 0, .nan]))
        #expect(
            try isClose(
                values("aten.clamp.default", [y], [.value("a"), .int(3), .int(1)], shape: [4]), [1, 1, 1, .nan]))
        #expect(
            try isClose(values("aten.clamp_min.default", [y], [.value("a"), .int(0)], shape: [4]), [0, 0.5, 5, .nan]))
    }

    @Test("Shapes that do not broadcast are named")
    func mismatch() {
        #expect {
            try values("aten.add.Tensor", [x, tensor([2], [1, 2])], [.value("a"), .value("b")], shape: [2, 3])
        } throws: { ($0 as? KernelwrightError)?.message.contains("[2, 3] and [2] do not broadcast") == true }
    }
}
