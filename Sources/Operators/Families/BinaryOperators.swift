import KernelIR
import Workloads

/// Elementwise functions of two broadcast operands: one map stage each.
enum BinaryOperators {
    /// The value for two elements; `scale` is the argument `alpha` where it is not 1.
    private typealias Formula = @Sendable (_ a: Expr, _ b: Expr) -> Expr

    static let table: [String: Lowering] = {
        var table: [String: Lowering] = [:]
        for (names, formula) in formulas {
            for name in names { table[name] = lowering(formula) }
        }
        return table
    }()

    private static let formulas: [([String], Formula)] = [
        (["aten.add.Tensor", "aten.add.Scalar"], { $0 + $1 }),
        (["aten.sub.Tensor", "aten.sub.Scalar"], { $0 - $1 }),
        (["aten.rsub.Tensor", "aten.rsub.Scalar"], { $1 - $0 }),
        (["aten.mul.Tensor", "aten.mul.Scalar", "aten.multiply.Tensor"], { $0 * $1 }),
        (["aten.div.Tensor", "aten.div.Scalar"], { $0 / $1 }),
        (["aten.maximum.default", "aten.max.other"], { .binary(.max, $0, $1) }),
        (["aten.minimum.default", "aten.min.other"], { .binary(.min, $0, $1) }),
    ]

    private static func lowering(_ formula: @escaping Formula) -> Lowering {
        { call, builder throws(KernelwrightError) in
            let result = try call.resultType().dtype
            let type = result.computing
            let (a, b) = (try call.operand(0, "self", type), try call.operand(1, "other", type))
            guard let shape = Shape.broadcast([a.shape, b.shape]) else {
                throw call.failure("shapes \(a.shape) and \(b.shape) do not broadcast")
            }
            let (first, second) = (a.expanded(to: shape), b.expanded(to: shape))
            let (left, right) = try scaled(call, type)
            return [
                builder.map(call.name, shape, result) { point in
                    formula(left(first.element(point, as: type)), right(second.element(point, as: type)))
                        .cast(from: type, to: result)
                }
            ]
        }
    }

    /// What `alpha` does to the operands: it scales the one that is added or subtracted.
    private static func scaled(
        _ call: Call, _ type: DType
    ) throws(KernelwrightError) -> (left: (Expr) -> Expr, right: (Expr) -> Expr) {
        guard call.node.op.contains(".add.") || call.node.op.contains("sub.") else { return ({ $0 }, { $0 }) }
        let alpha = try call.number(2, "alpha", default: 1)
        guard alpha != 1 else { return ({ $0 }, { $0 }) }
        let factor = Expr.constant(alpha, type)
        return call.node.op.contains("rsub") ? ({ $0 * factor }, { $0 }) : ({ $0 }, { $0 * factor })
    }
}
