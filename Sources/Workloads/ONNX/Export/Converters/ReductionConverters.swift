import KernelIR

/// Reductions over axes.
enum ReductionConverters {
    static let table: [String: Converter] = [
        "aten.sum.dim_IntList": overAxes("ReduceSum"),
        "aten.mean.dim": overAxes("ReduceMean"),
        "aten.sum.default": overAll("ReduceSum"),
        "aten.mean.default": overAll("ReduceMean"),
        "aten.amax.default": overAxes("ReduceMax"),
        "aten.amin.default": overAxes("ReduceMin"),
        "aten.max.default": overAll("ReduceMax"),
        "aten.min.default": overAll("ReduceMin"),
        "aten.logsumexp.default": overAxes("ReduceLogSumExp"),
        "aten.max.dim": extremum("ReduceMax", "ArgMax"),
        "aten.min.dim": extremum("ReduceMin", "ArgMin"),
        "aten.argmax.default": position("ArgMax"),
        "aten.argmin.default": position("ArgMin"),
        "aten.linalg_vector_norm.default": vectorNorm,
    ]

    private static func overAxes(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.operand(0, "self", as: call.output.dtype, &graph)
            let operand = try call.tensor(0, "self")
            let axes = try call.axes(call.integers(1, "dim"), of: operand)
            let keep = try call.flag(2, "keepdim", default: false)
            guard axes.count == operand.rank else { return [reduce(op, x, axes, keep, &graph)] }
            return [whole(op, x, operand.type.elementCount, shape: call.output.shape, &graph)]
        }
    }

    private static func overAll(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.operand(0, "self", as: call.output.dtype, &graph)
            return [whole(op, x, try call.tensor(0, "self").type.elementCount, &graph)]
        }
    }

    /// One number of all elements, in a shape of extents 1; of long tensors first one of each row, then of those.
    static func whole(
        _ op: String, _ x: String, _ count: Int, shape: [Int] = [], _ graph: inout GraphBuilder
    ) -> String {
        var result = x
        if sums.contains(op), let rows = rowCount(count) {
            result = reduce(op, graph.reshape(x, [rows, -1]), [1], false, &graph)
        }
        let number = graph.emit(op, [result], [.flag("keepdims", false)])
        return shape.isEmpty ? number : graph.reshape(number, shape)
    }

    /// Reductions that add up, all of which may be taken by rows of equal length.
    private static let sums: Set<String> = ["ReduceSum", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceLogSumExp"]

    /// In how many rows the elements of a long tensor are added up, or nil for a short one.
    ///
    /// ONNX Runtime adds up a whole tensor in a few running sums; over 2²⁴ elements it was wrong in the third digit.
    private static func rowCount(_ count: Int) -> Int? {
        guard count > 1 << 16 else { return nil }
        return (2...1024).last { count.isMultiple(of: $0) }
    }

    private static func reduce(
        _ op: String, _ x: String, _ axes: [Int], _ keep: Bool, _ graph: inout GraphBuilder
    ) -> String {
        graph.emit(op, axes.isEmpty ? [x] : [x, graph.integers(axes)], [.flag("keepdims", keep)])
    }

    /// Values and positions; what nobody reads is not computed.
    private static func extremum(_ value: String, _ position: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            guard x.rank > 0 else { return [x.name, graph.scalar(0, .int64)] }
            let axis = try call.axis(call.int(1, "dim"), of: x)
            let keep = try call.flag(2, "keepdim", default: false)
            let values = call.usedElements.contains(0) ? reduce(value, x.name, [axis], keep, &graph) : ""
            let positions = call.usedElements.contains(1) ? locate(position, x.name, axis, keep, &graph) : ""
            return [values, positions]
        }
    }

    /// The position along one axis, or in the flattened tensor.
    private static func position(_ op: String) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let keep = try call.flag(2, "keepdim", default: false)
            if x.rank > 0, let axis = try call.integers(1, "dim")?.first {
                return [locate(op, x.name, try call.axis(axis, of: x), keep, &graph)]
            }
            let flat = graph.emit("Reshape", [x.name, graph.integers([-1])])
            let index = locate(op, flat, 0, false, &graph)
            return [keep ? graph.emit("Reshape", [index, graph.integers(call.output.shape)]) : index]
        }
    }

    private static func locate(
        _ op: String, _ x: String, _ axis: Int, _ keep: Bool, _ graph: inout GraphBuilder
    ) -> String {
        graph.emit(op, [x], [.int("axis", axis), .flag("keepdims", keep)])
    }

    private static let vectorNorm: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let order = try call.double(1, "ord", default: 2)
        guard let op = [1: "ReduceL1", 2: "ReduceL2"][order] else { throw call.reject("ord must be 1 or 2") }
        let axes = try call.axes(call.integers(2, "dim"), of: x)
        let keep = try call.flag(3, "keepdim", default: false)
        guard axes.count == x.rank else { return [reduce(op, x.name, axes, keep, &graph)] }
        return [whole(op, x.name, x.type.elementCount, shape: call.output.shape, &graph)]
    }
}
