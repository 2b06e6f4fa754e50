import KernelIR

/// Elementwise functions and arithmetic (https://onnx.ai/onnx/operators).
enum PointwiseRules {
    static let table: [String: ImportRule] = functions.merging(arithmetic) { first, _ in first }

    private static let functions: [String: ImportRule] = [
        "Abs": function("abs"), "Acos": function("acos"), "Acosh": function("acosh"), "Asin": function("asin"),
        "Asinh": function("asinh"), "Atan": function("atan"), "Atanh": function("atanh"), "Ceil": function("ceil"),
        "Cos": function("cos"), "Cosh": function("cosh"), "Erf": function("erf"), "Exp": function("exp"),
        "Floor": function("floor"), "Log": function("log"), "Neg": function("neg"),
        "Reciprocal": function("reciprocal"), "Round": function("round"), "Sign": function("sign"),
        "Sin": function("sin"), "Sinh": function("sinh"), "Sqrt": function("sqrt"), "Tan": function("tan"),
        "Tanh": function("tanh"), "BitwiseNot": function("bitwise_not"),
        "Identity": { call, _ in [try call.input(0)] },
        "Cast": { call, graph in
            guard let dtype = try call.dtype("to") else { throw call.error("no attribute to", hint: "give a type") }
            return [try graph.cast(call.input(0), to: dtype)]
        },
        "CastLike": { call, graph in [try graph.cast(call.input(0), to: call.input(1).dtype)] },
        "Clip": clip,
    ]

    private static let arithmetic: [String: ImportRule] = [
        "Add": binary("add.Tensor"), "Sub": binary("sub.Tensor"), "Mul": binary("mul.Tensor"),
        "Div": { call, graph in
            let (a, b) = try operands(call)
            guard !a.dtype.isFloatingPoint else { return [try graph.div(a, b)] }
            return [try graph.truncatedQuotient(.tensor(a), .tensor(b))]
        },
        "Mod": { call, graph in
            let (a, b) = try operands(call)
            let truncates = try call.flag("fmod")
            try call.require(
                truncates || !a.dtype.isFloatingPoint || call.version >= 28, "fmod is 0 for \(a.type)",
                hint: "fmod must be 1 for floating-point tensors")
            return [try graph.binary(truncates ? "fmod.Tensor" : "remainder.Tensor", a, b)]
        },
        "Pow": { call, graph in
            let (base, exponent) = (try call.input(0), try call.input(1))
            guard base.dtype.isInteger, exponent.dtype.isFloatingPoint else {
                return [try graph.binary("pow.Tensor_Tensor", base, exponent)]
            }
            let power = try graph.binary("pow.Tensor_Tensor", graph.cast(base, to: exponent.dtype), exponent)
            return [try graph.cast(power, to: base.dtype)]
        },
        "Max": variadic { try $2.binary("maximum.default", $0, $1) },
        "Min": variadic { try $2.binary("minimum.default", $0, $1) },
        "Sum": variadic { try $2.add($0, $1) },
        "Mean": { call, graph in
            let total = try sum(call, &graph)
            return [try graph.binary("div.Tensor", total, Double(call.inputs.count))]
        },
        "BitwiseAnd": binary("bitwise_and.Tensor"), "BitwiseOr": binary("bitwise_or.Tensor"),
        "BitwiseXor": binary("bitwise_xor.Tensor"),
        "BitShift": { call, graph in
            let (a, b) = try operands(call)
            let direction = try call.choice("direction", of: ["LEFT", "RIGHT"], default: "")
            return [try shift(a, by: b, left: direction == "LEFT", &graph)]
        },
    ]

    /// A function of one operand with ATen's name.
    static func function(_ name: String) -> ImportRule {
        { call, graph in [try graph.unary(name, call.input(0))] }
    }

    private static func binary(_ op: String) -> ImportRule {
        { call, graph in
            let (a, b) = try operands(call)
            return [try graph.binary(op, a, b)]
        }
    }

    /// Two operands of one type.
    static func operands(_ call: OnnxCall) throws -> (ImportedValue, ImportedValue) {
        let (a, b) = (try call.input(0), try call.input(1))
        try call.require(a.dtype == b.dtype, "operands \(a.type) and \(b.type)", hint: "give equal element types")
        return (a, b)
    }

    private static func variadic(
        _ join: @escaping @Sendable (ImportedValue, ImportedValue, inout GraphComposer) throws -> ImportedValue
    ) -> ImportRule {
        { call, graph in
            let operands = try call.allInputs()
            guard var result = operands.first else { throw call.error("no operands", hint: "give at least one") }
            for operand in operands.dropFirst() {
                try call.require(operand.dtype == result.dtype, "operands of several types", hint: "give equal types")
                result = try join(result, operand, &graph)
            }
            return [result]
        }
    }

    private static func sum(_ call: OnnxCall, _ graph: inout GraphComposer) throws -> ImportedValue {
        try variadic { try $2.add($0, $1) }(call, &graph)[0]
    }

    /// Bounds from attributes before version 11 do not occur here; bounds are operands, either of them omitted.
    private static let clip: ImportRule = { call, graph in
        var x = try call.input(0)
        for (index, op) in [(1, "maximum.default"), (2, "minimum.default")] {
            guard let bound = call.optionalInput(index) else { continue }
            try call.require(
                bound.dtype == x.dtype && bound.count == 1, "bound \(bound.type) for \(x.type)",
                hint: "bounds are scalars of the same type")
            x = try graph.binary(op, x, graph.reshape(bound, []))
        }
        return [x]
    }

    /// Shifts; as in ONNX a shift by the width or more, or by a negative number, leaves no bit but copies of the sign.
    private static func shift(
        _ a: ImportedValue, by b: ImportedValue, left: Bool, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        try graph.binary(left ? "bitwise_left_shift.Tensor" : "bitwise_right_shift.Tensor", a, b)
    }
}
