import KernelIR

/// Comparisons, logic and choice.
enum ComparisonRules {
    static let table: [String: ImportRule] = [
        "Equal": comparison("eq"), "Greater": comparison("gt"), "GreaterOrEqual": comparison("ge"),
        "Less": comparison("lt"), "LessOrEqual": comparison("le"),
        "And": logic("logical_and"), "Or": logic("logical_or"), "Xor": logic("logical_xor"),
        "Not": { call, graph in [try graph.unary("logical_not", truth(call, 0), dtype: .bool)] },
        "IsNaN": { call, graph in [try graph.unary("isnan", call.floating(0), dtype: .bool)] },
        "IsInf": { call, graph in
            let x = try call.floating(0)
            switch (try call.flag("detect_positive", default: true), try call.flag("detect_negative", default: true)) {
            case (true, true): return [try graph.unary("isinf", x, dtype: .bool)]
            case (true, false): return [try graph.binary("eq.Tensor", x, .infinity, dtype: .bool)]
            case (false, true): return [try graph.binary("eq.Tensor", x, -.infinity, dtype: .bool)]
            case (false, false): return [try graph.full(0, x.shape, .bool)]
            }
        },
        "Where": { call, graph in
            let (a, b) = (try call.input(1), try call.input(2))
            try call.require(a.dtype == b.dtype, "choices \(a.type) and \(b.type)", hint: "give equal element types")
            return [try graph.choose(truth(call, 0), a, b)]
        },
    ]

    private static func comparison(_ name: String) -> ImportRule {
        { call, graph in
            let (a, b) = try PointwiseRules.operands(call)
            return [try graph.binary("\(name).Tensor", a, b, dtype: .bool)]
        }
    }

    private static func logic(_ name: String) -> ImportRule {
        { call, graph in
            [try graph.binary("\(name).default", truth(call, 0), truth(call, 1), dtype: .bool)]
        }
    }

    private static func truth(_ call: OnnxCall, _ index: Int) throws -> ImportedValue {
        let value = try call.input(index)
        try call.require(value.dtype == .bool, "operand \(index) is \(value.type)", hint: "give a boolean tensor")
        return value
    }
}
