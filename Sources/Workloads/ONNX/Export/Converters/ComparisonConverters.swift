import KernelIR

/// Comparisons, logic and choices.
enum ComparisonConverters {
    static let table: [String: Converter] = [
        "eq": "Equal", "lt": "Less", "le": "LessOrEqual", "gt": "Greater", "ge": "GreaterOrEqual",
    ].reduce(into: choices) { table, pair in
        for overload in ["Scalar", "Tensor"] {
            table["aten.\(pair.key).\(overload)"] = comparison { left, right, graph in
                graph.emit(pair.value, [left, right])
            }
        }
    }

    private static let choices: [String: Converter] = [
        "aten.ne.Scalar": unequal,
        "aten.ne.Tensor": unequal,
        "aten.bitwise_not.default": bitwise("Not", "BitwiseNot"),
        "aten.bitwise_and.Tensor": bitwise("And", "BitwiseAnd"),
        "aten.bitwise_or.Tensor": bitwise("Or", "BitwiseOr"),
        "aten.logical_not.default": logical("Not"),
        "aten.logical_and.default": logical("And"),
        "aten.logical_or.default": logical("Or"),
        "aten.where.self": choose,
        "aten.where.ScalarOther": choose,
        "aten.where.ScalarSelf": choose,
        "aten.masked_fill.Scalar": maskedFill,
        "aten.masked_fill.Tensor": maskedFill,
        "aten.maximum.default": extremum("Max"),
        "aten.minimum.default": extremum("Min"),
        "aten.max.other": extremum("Max"),
        "aten.min.other": extremum("Min"),
    ]

    private static let unequal = comparison { left, right, graph in
        graph.emit("Not", [graph.emit("Equal", [left, right])])
    }

    /// Operands in a type that holds both; booleans as numbers.
    private static func comparison(
        _ compare: @escaping @Sendable (String, String, inout GraphBuilder) -> String
    ) -> Converter {
        { call, graph throws(KernelwrightError) in
            var dtype = try call.tensor(0, "self").dtype
            if let number = call.node.argument(1, "other")?.doubleValue {
                if !dtype.isFloatingPoint, number != number.rounded() { dtype = .float32 }
            } else {
                dtype = dtype.promoted(with: try call.tensor(1, "other").dtype)
            }
            if dtype == .bool { dtype = .int32 }
            let left = try call.operand(0, "self", as: dtype, &graph)
            return [compare(left, try call.operand(1, "other", as: dtype, &graph), &graph)]
        }
    }

    /// One operator for booleans, another for the bits of integers.
    private static func bitwise(_ logical: String, _ bits: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            var operands = [try call.operand(0, "self", as: call.output.dtype, &graph)]
            if logical != "Not" { operands.append(try call.operand(1, "other", as: call.output.dtype, &graph)) }
            return [graph.emit(call.output.dtype == .bool ? logical : bits, operands)]
        }
    }

    private static func logical(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            var operands = [call.cast(try call.tensor(0, "self"), to: .bool, &graph)]
            if op != "Not" { operands.append(call.cast(try call.tensor(1, "other"), to: .bool, &graph)) }
            return [graph.emit(op, operands)]
        }
    }

    private static let choose: Converter = { call, graph throws(KernelwrightError) in
        let condition = call.cast(try call.tensor(0, "condition"), to: .bool, &graph)
        let yes = try call.operand(1, "self", as: call.output.dtype, &graph)
        return [graph.emit("Where", [condition, yes, try call.operand(2, "other", as: call.output.dtype, &graph)])]
    }

    private static let maskedFill: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.operand(0, "self", as: call.output.dtype, &graph)
        let mask = call.cast(try call.tensor(1, "mask"), to: .bool, &graph)
        return [graph.emit("Where", [mask, try call.operand(2, "value", as: call.output.dtype, &graph), x])]
    }

    private static func extremum(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let left = try call.operand(0, "self", as: call.output.dtype, &graph)
            return [graph.emit(op, [left, try call.operand(1, "other", as: call.output.dtype, &graph)])]
        }
    }
}

extension DType {
    /// The type in which two tensors are compared: the wider one, floating-point before integers before booleans.
    fileprivate func promoted(with other: DType) -> DType {
        func rank(_ type: DType) -> (Int, Int) {
            (type.isFloatingPoint ? 2 : type == .bool ? 0 : 1, type.byteCount)
        }
        return rank(self) < rank(other) ? other : self
    }
}
