import KernelIR
import Workloads

/// Comparisons of two broadcast operands and logic on booleans: one map stage each.
enum ComparisonOperators {
    static let table: [String: Lowering] = {
        var table: [String: Lowering] = [
            "aten.logical_not.default": negation, "aten.bitwise_not.default": negation,
            "aten.logical_and.default": logic(.and), "aten.bitwise_and.Tensor": logic(.and),
            "aten.logical_or.default": logic(.or), "aten.bitwise_or.Tensor": logic(.or),
        ]
        for (name, formula) in comparisons {
            for form in ["Tensor", "Scalar"] { table["aten.\(name).\(form)"] = comparison(formula) }
        }
        return table
    }()

    private static let negation: Lowering = { call, builder throws(KernelwrightError) in
        let x = try boolean(call, 0, "self")
        return [builder.map(call.name, x.shape, .bool) { .unary(.not, x.element($0)) }]
    }

    private static func logic(_ operation: BinaryOperator) -> Lowering {
        { call, builder throws(KernelwrightError) in
            let (a, b) = (try boolean(call, 0, "self"), try boolean(call, 1, "other"))
            return try map(call, a, b, &builder) { .binary(operation, $0, $1) }
        }
    }

    private static func comparison(_ formula: @escaping Formula) -> Lowering {
        { call, builder throws(KernelwrightError) in try compare(call, &builder, formula) }
    }

    private typealias Formula = @Sendable (_ a: Expr, _ b: Expr) -> Expr

    private static let comparisons: [(String, Formula)] = [
        ("eq", { .binary(.equal, $0, $1) }), ("ne", { .binary(.notEqual, $0, $1) }),
        ("lt", { .binary(.less, $0, $1) }), ("le", { .binary(.lessOrEqual, $0, $1) }),
        ("gt", { .binary(.less, $1, $0) }), ("ge", { .binary(.lessOrEqual, $1, $0) }),
    ]

    private static func compare(
        _ call: Call, _ builder: inout ProgramBuilder, _ formula: @escaping Formula
    ) throws(KernelwrightError) -> [Tensor] {
        let a = try call.tensor(0, "self")
        let type = a.type == .bool ? .int32 : a.type.computing
        let b = try call.operand(1, "other", type)
        if case .fill(let value) = b.source, !type.isFloatingPoint, value != value.rounded() {
            throw call.failure("\(value) compared with \(a.type.rawValue)", hint: "a whole number")
        }
        guard b.type == type || b.type == a.type else {
            throw call.failure("\(a.type.rawValue) and \(b.type.rawValue)", hint: "operands of one type")
        }
        return try map(call, a, b, &builder, as: type, formula)
    }

    private static func map(
        _ call: Call, _ a: Tensor, _ b: Tensor, _ builder: inout ProgramBuilder, as type: DType = .bool,
        _ formula: @escaping Formula
    ) throws(KernelwrightError) -> [Tensor] {
        guard let shape = Shape.broadcast([a.shape, b.shape]) else {
            throw call.failure("shapes \(a.shape) and \(b.shape) do not broadcast")
        }
        let (first, second) = (a.expanded(to: shape), b.expanded(to: shape))
        return [
            builder.map(call.name, shape, .bool) { formula(first.element($0, as: type), second.element($0, as: type)) }
        ]
    }

    private static func boolean(_ call: Call, _ position: Int, _ keyword: String) throws(KernelwrightError) -> Tensor {
        let x = try call.tensor(position, keyword)
        guard x.type == .bool else { throw call.failure("logic on \(x.type.rawValue)", hint: "operands of type bool") }
        return x
    }
}
