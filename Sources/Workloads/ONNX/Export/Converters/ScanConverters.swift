import KernelIR

/// Running sums and products along an axis.
enum ScanConverters {
    static let table: [String: Converter] = [
        "aten.cumsum.default": scan("CumSum", since: 14),
        "aten.cumprod.default": scan("CumProd", since: 26),
    ]

    private static func scan(_ op: String, since version: Int) -> Converter {
        { call, graph throws(KernelwrightError) in
            let x = try call.operand(0, "self", as: call.output.dtype, &graph)
            let axis = try call.axis(call.int(1, "dim"), of: call.tensor(0, "self"))
            guard !call.output.shape.isEmpty else { return [x] }
            graph.require(operatorSet: version)
            return [graph.emit(op, [x, graph.scalar(Double(axis), .int64)])]
        }
    }
}
