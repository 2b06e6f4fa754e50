import KernelIR

/// Arithmetic of each element on its own; operands broadcast alike in ATen and ONNX.
enum PointwiseConverters {
    static let table: [String: Converter] = [
        "aten.abs.default": unary("Abs"),
        "aten.neg.default": unary("Neg"),
        "aten.exp.default": unary("Exp"),
        "aten.log.default": unary("Log"),
        "aten.sqrt.default": unary("Sqrt"),
        "aten.tanh.default": unary("Tanh"),
        "aten.sigmoid.default": unary("Sigmoid"),
        "aten.relu.default": unary("Relu"),
        "aten.reciprocal.default": unary("Reciprocal"),
        "aten.erf.default": unary("Erf"),
        "aten.sin.default": unary("Sin"),
        "aten.cos.default": unary("Cos"),
        "aten.floor.default": unary("Floor"),
        "aten.ceil.default": unary("Ceil"),
        "aten.round.default": unary("Round"),
        "aten.sign.default": unary("Sign"),
        "aten.rsqrt.default": reciprocalRoot,
        "aten.square.default": square,
        "aten.add.Tensor": sum("Add"),
        "aten.add.Scalar": sum("Add"),
        "aten.sub.Scalar": sum("Sub"),
        "aten.sub.Tensor": sum("Sub"),
        "aten.rsub.Scalar": reversedDifference,
        "aten.mul.Tensor": binary("Mul"),
        "aten.mul.Scalar": binary("Mul"),
        "aten.multiply.Tensor": binary("Mul"),
        "aten.div.Tensor": binary("Div"),
        "aten.div.Scalar": binary("Div"),
        "aten.pow.Tensor_Scalar": power,
        "aten.pow.Tensor_Tensor": power,
        "aten.clamp.default": clamp,
        "aten.clamp_min.default": clamp,
        "aten.clamp_max.default": clampMax,
        "aten.clamp.Tensor": clampByTensors,
    ]

    /// A function of one tensor, computed in the type of the result.
    static func unary(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let operand = try call.operand(0, "self", as: call.output.dtype, &graph)
            return [graph.emit(op, [operand])]
        }
    }

    private static func binary(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let left = try call.operand(0, "self", as: call.output.dtype, &graph)
            let right = try call.operand(1, "other", as: call.output.dtype, &graph)
            return [graph.emit(op, [left, right])]
        }
    }

    /// self ± alpha · other.
    private static func sum(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let left = try call.operand(0, "self", as: call.output.dtype, &graph)
            let right = try scaled(call, 1, "other", by: call.double(2, "alpha", default: 1), &graph)
            return [graph.emit(op, [left, right])]
        }
    }

    /// other − alpha · self.
    private static let reversedDifference: Converter = { call, graph throws(KernelwrightError) in
        let right = try scaled(call, 0, "self", by: call.double(2, "alpha", default: 1), &graph)
        let left = try call.operand(1, "other", as: call.output.dtype, &graph)
        return [graph.emit("Sub", [left, right])]
    }

    private static func scaled(
        _ call: OperatorCall, _ position: Int, _ keyword: String, by factor: Double, _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> String {
        let operand = try call.operand(position, keyword, as: call.output.dtype, &graph)
        return factor == 1 ? operand : graph.emit("Mul", [operand, graph.scalar(factor, call.output.dtype)])
    }

    private static let power: Converter = { call, graph throws(KernelwrightError) in
        let base = try call.operand(0, "self", as: call.output.dtype, &graph)
        let exponent = try call.operand(1, "exponent", as: call.output.dtype, &graph)
        return [graph.emit("Pow", [base, exponent])]
    }

    private static let clamp: Converter = { call, graph throws(KernelwrightError) in
        let operand = try call.operand(0, "self", as: call.output.dtype, &graph)
        let low = try call.double(1, "min", default: -.infinity)
        let high = try call.double(2, "max", default: .infinity)
        return [clip(operand, low, high, call.output.dtype, &graph)]
    }

    private static let clampMax: Converter = { call, graph throws(KernelwrightError) in
        let operand = try call.operand(0, "self", as: call.output.dtype, &graph)
        return [clip(operand, -.infinity, try call.double(1, "max", default: .infinity), call.output.dtype, &graph)]
    }

    private static let clampByTensors: Converter = { call, graph throws(KernelwrightError) in
        var result = try call.operand(0, "self", as: call.output.dtype, &graph)
        for (position, (keyword, op)) in [("min", "Max"), ("max", "Min")].enumerated() {
            guard let bound = try call.optionalTensor(position + 1, keyword) else { continue }
            result = graph.emit(op, [result, call.cast(bound, to: call.output.dtype, &graph)])
        }
        return [result]
    }

    private static let reciprocalRoot: Converter = { call, graph throws(KernelwrightError) in
        let operand = try call.operand(0, "self", as: call.output.dtype, &graph)
        return [graph.emit("Reciprocal", [graph.emit("Sqrt", [operand])])]
    }

    private static let square: Converter = { call, graph throws(KernelwrightError) in
        let operand = try call.operand(0, "self", as: call.output.dtype, &graph)
        return [graph.emit("Mul", [operand, operand])]
    }

    /// min(max(x, low), high); an infinite bound is none.
    static func clip(
        _ operand: String, _ low: Double, _ high: Double, _ dtype: DType, _ graph: inout GraphBuilder
    ) -> String {
        let bounds = [low, high].map { $0.isFinite ? graph.scalar($0, dtype) : "" }
        return graph.emit("Clip", [operand] + bounds)
    }
}
