import KernelIR

/// Reductions along axes. Axes are an attribute before operator set 18 (13 for ReduceSum), then an operand.
enum ReductionRules {
    static let table: [String: ImportRule] = [
        "ReduceSum": sums { x, _ in x },
        "ReduceSumSquare": sums { x, graph in try graph.mul(x, x) },
        "ReduceL1": sums { x, graph in try graph.unary("abs", x) },
        "ReduceL2": sums(finish: { x, graph in try graph.unary("sqrt", x) }) { x, graph in try graph.mul(x, x) },
        "ReduceLogSum": sums(finish: { x, graph in try graph.unary("log", x) }) { x, _ in x },
        "ReduceLogSumExp": logSumExp,
        "ReduceMean": { call, graph in
            let plan = try Plan(call)
            return [try graph.reduce("mean.dim", plan.x, plan.axes, keeps: plan.keeps)]
        },
        "ReduceMax": extremum("amax.default", "any.dims"), "ReduceMin": extremum("amin.default", "all.dims"),
        "ReduceProd": { call, graph in
            let plan = try Plan(call)
            return [try product(plan, &graph)]
        },
    ]

    /// What a reduction reduces, read once for all of them.
    private struct Plan {
        var x: ImportedValue
        var axes: [Int]
        var keeps: Bool

        init(_ call: OnnxCall) throws {
            x = try call.input(0)
            keeps = try call.flag("keepdims", default: true)
            let given = try call.axes(operand: 1) ?? []
            let keepsAll = try call.flag("noop_with_empty_axes") && given.isEmpty
            axes =
                given.isEmpty ? (keepsAll ? [] : Array(x.shape.indices)) : try call.axes(given, rank: x.rank).sorted()
        }

        var isEmpty: Bool { axes.contains { x.shape[$0] == 0 } }
        var shape: [Int] { GraphComposer.reduced(x.shape, axes, keeps: keeps) }
    }

    private typealias Step = @Sendable (ImportedValue, inout GraphComposer) throws -> ImportedValue

    private static func sums(finish: @escaping Step = { x, _ in x }, of term: @escaping Step) -> ImportRule {
        { call, graph in
            let plan = try Plan(call)
            let total = try graph.reduce("sum.dim_IntList", term(plan.x, &graph), plan.axes, keeps: plan.keeps)
            return [try finish(total, &graph)]
        }
    }

    private static let logSumExp: ImportRule = { call, graph in
        let plan = try Plan(call)
        if plan.isEmpty { return [try graph.full(-.infinity, plan.shape, plan.x.dtype)] }
        return [try graph.reduce("logsumexp.default", plan.x, plan.axes, keeps: plan.keeps)]
    }

    /// The extremum; of no elements the least or greatest number of the type, and of booleans any or all.
    private static func extremum(_ op: String, _ logical: String) -> ImportRule {
        { call, graph in
            let plan = try Plan(call)
            let isMaximum = op.hasPrefix("amax")
            if plan.isEmpty {
                let range = plan.x.dtype.range
                let bound = isMaximum ? range.lowerBound : range.upperBound
                return [try graph.full(bound, plan.shape, plan.x.dtype)]
            }
            return [
                try graph.reduce(plan.x.dtype == .bool ? logical : op, plan.x, plan.axes, keeps: plan.keeps)
            ]
        }
    }

    /// ATen multiplies along one axis at a time.
    private static func product(_ plan: Plan, _ graph: inout GraphComposer) throws -> ImportedValue {
        var x = plan.x
        if plan.axes.count == x.rank, let values = graph.foldable(x),
            let function = ConstantFolding.reductions["aten.prod.default"], let value = function(values),
            let folded = ConstantFolding.constant([value], plan.shape, x.dtype)
        {
            return folded
        }
        for axis in plan.axes {
            let type = TensorType(dtype: x.dtype, shape: GraphComposer.reduced(x.shape, [axis], keeps: true))
            x = try graph.emit("aten.prod.dim_int", [graph.reference(x), .int(axis), .bool(true)], type)
        }
        return try graph.reshape(x, plan.shape)
    }
}
