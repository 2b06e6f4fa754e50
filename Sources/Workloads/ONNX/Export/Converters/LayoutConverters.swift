import KernelIR

/// Operators that move, select or mask elements without arithmetic.
enum LayoutConverters {
    static let table: [String: Converter] = [
        "getitem": element,
        "aten.numpy_T.default": transpose { x, _ throws(KernelwrightError) in x.shape.indices.reversed() },
        "aten.t.default": transpose { x, _ throws(KernelwrightError) in x.shape.indices.reversed() },
        "aten.transpose.int": transpose(swappedAxes),
        "aten.permute.default": transpose(permutedAxes),
        "aten.unsqueeze.default": reshape,
        "aten.squeeze.default": reshape,
        "aten.squeeze.dim": reshape,
        "aten.squeeze.dims": reshape,
        "aten.view.default": reshape,
        "aten.reshape.default": reshape,
        "aten.flatten.using_ints": reshape,
        "aten.unflatten.int": reshape,
        "aten.tril.default": triangle(upper: false),
        "aten.triu.default": triangle(upper: true),
    ]

    /// One result of a node with several.
    private static let element: Converter = { call, _ throws(KernelwrightError) in
        let index = try call.int(1, "index")
        guard let name = call.node.arguments.first?.valueName, let tuple = call.values[name],
            tuple.indices.contains(index)
        else { throw call.reject("it must pick one of the results of a node") }
        return [tuple[index].name]
    }

    private static func transpose(
        _ order: @escaping @Sendable (OnnxValue, OperatorCall) throws(KernelwrightError) -> [Int]
    ) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let order = try order(x, call)
            guard order != Array(x.shape.indices) else { return [x.name] }
            return [graph.emit("Transpose", [x.name], [.ints("perm", order)])]
        }
    }

    @Sendable private static func swappedAxes(
        _ x: OnnxValue, _ call: OperatorCall
    ) throws(KernelwrightError) -> [Int] {
        guard x.rank > 0 else { return [] }
        var order = Array(x.shape.indices)
        order.swapAt(try call.axis(call.int(1, "dim0"), of: x), try call.axis(call.int(2, "dim1"), of: x))
        return order
    }

    @Sendable private static func permutedAxes(
        _ x: OnnxValue, _ call: OperatorCall
    ) throws(KernelwrightError) -> [Int] {
        var order: [Int] = []
        for index in try call.integers(1, "dims") ?? [] { order.append(try call.axis(index, of: x)) }
        guard order.sorted() == Array(x.shape.indices) else { throw call.reject("dims must name every axis once") }
        return order
    }

    /// The same elements in the declared shape of the result.
    private static let reshape: Converter = { call, graph throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        guard x.shape != call.output.shape else { return [x.name] }
        guard x.type.elementCount == call.output.elementCount else {
            throw call.reject("\(x.shape) and \(call.output.shape) differ in size")
        }
        return [graph.reshape(x.name, call.output.shape)]
    }

    private static func triangle(upper: Bool) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let diagonal = graph.scalar(Double(try call.int(1, "diagonal", default: 0)), .int64)
            return [graph.emit("Trilu", [x.name, diagonal], [.flag("upper", upper)])]
        }
    }
}
