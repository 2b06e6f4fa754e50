import KernelIR
import Testing

@testable import Rendering

@Suite struct LoopNestTests {
    @Test func nest() {
        let value = Expr.binary(
            .max, .load("x", [.o16]) * .float(2) + .float(0.5),
            .load(Load("x", [.o], bounds: [Bound(.o, below: 3)], fill: 1)))
        let program = Printed.program(
            [
                .register("acc", [2, 16], vector: true),
                .serial("k", 8, [.unrolled("i", 2, [.lanes("l", 16, [.set("acc", [.axis("i"), .l], .float(0))])])]),
                .when(
                    [Bound(.o, below: 3)], then: [.set("y", [.o], value, [Bound(.o16, below: 50)])],
                    otherwise: [.barrier]),
            ], grid: [Axis("o", 4)], math: .fast)
        #expect(
            LoopNestPrinter.text(program) == """
                kernel f (fast math)
                  grid o(4)
                    register acc[2, 16] float32 vector
                    for k in 0..<8
                      unrolled for i in 0..<2
                        lanes for l in 0..<16
                          acc[i, l] = 0
                    if 0 ≤ o < 3
                      y[o] = max(x[l + 16*o] * 2 + 0.5, (x[o] if 0 ≤ o < 3 else 1))  if 0 ≤ l + 16*o < 50
                    else
                      barrier

                """)
        #expect(LoopNestPrinter.summary(program.kernels[0]) == "f: grid o(4); k(8) ▸ unrolled i(2) ▸ lanes l(16)")
    }

    @Test func operatorsNeedParenthesesWhereTheyBindLess() {
        let (a, b) = (Expr.load("a", []), Expr.load("b", []))
        #expect(ExprText.text((a + b) * a - b) == "(a[] + b[]) * a[] - b[]")
        #expect(ExprText.text(a - (b - a)) == "a[] - (b[] - a[])")
        #expect(ExprText.text(.unary(.negate, a + b)) == "-(a[] + b[])")
        #expect(ExprText.text(.binary(.and, .binary(.less, a, b), .constant(1, .bool))) == "(a[] < b[]) and true")
    }
}
