import KernelIR
import Workloads

/// Maxima and means of windows: one reduce stage over the places in a window, which reads nothing outside of the input.
enum PoolingOperators {
    static let table: [String: Lowering] = [
        "aten.max_pool1d.default": { call, builder throws(KernelwrightError) in try maximum(call, &builder, rank: 1) },
        "aten.max_pool2d.default": { call, builder throws(KernelwrightError) in try maximum(call, &builder, rank: 2) },
        "aten.max_pool3d.default": { call, builder throws(KernelwrightError) in try maximum(call, &builder, rank: 3) },
        "aten.avg_pool1d.default": { call, builder throws(KernelwrightError) in try mean(call, &builder, rank: 1) },
        "aten.avg_pool2d.default": { call, builder throws(KernelwrightError) in try mean(call, &builder, rank: 2) },
        "aten.avg_pool3d.default": { call, builder throws(KernelwrightError) in try mean(call, &builder, rank: 3) },
        "aten.adaptive_avg_pool1d.default": adaptive, "aten.adaptive_avg_pool2d.default": adaptive,
        "aten.adaptive_avg_pool3d.default": adaptive,
    ]

    private static func maximum(
        _ call: Call, _ builder: inout ProgramBuilder, rank: Int
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let windows = Windows(
            extents: try call.perDimension(1, "kernel_size", rank: rank, default: nil),
            strides: try strides(call, rank: rank),
            dilations: try call.perDimension(4, "dilation", rank: rank, default: 1),
            padding: try call.perDimension(3, "padding", rank: rank, default: 0))
        let type = x.type.computing
        return [
            try reduce(call, x, windows, .maximum(type), outside: type.range.lowerBound, &builder) { state, _ in state }
        ]
    }

    private static func mean(
        _ call: Call, _ builder: inout ProgramBuilder, rank: Int
    ) throws(KernelwrightError) -> [Tensor] {
        let x = try call.tensor(0, "self")
        let windows = Windows(
            extents: try call.perDimension(1, "kernel_size", rank: rank, default: nil),
            strides: try strides(call, rank: rank), dilations: Array(repeating: 1, count: rank),
            padding: try call.perDimension(3, "padding", rank: rank, default: 0))
        let countsPadding = call.flag(5, "count_include_pad", default: true) || windows.padding.allSatisfy { $0 == 0 }
        guard countsPadding, !call.flag(4, "ceil_mode", default: false),
            try call.optionalNumber(6, "divisor_override") == nil
        else {
            throw call.failure(
                "a mean over what lies inside only", hint: "count_include_pad, no ceil_mode, no divisor_override")
        }
        return [try scaledSum(call, x, windows, &builder)]
    }

    /// Windows of one size, where the results divide the input.
    private static let adaptive: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "self")
        let rank = (call.node.op.split(separator: ".").dropFirst().first?.dropLast().last?.wholeNumberValue) ?? 1
        let result = try call.resultType().shape.suffix(rank)
        let input = x.shape.suffix(rank)
        guard zip(input, result).allSatisfy({ $0 % $1 == 0 }) else {
            throw call.failure("\(Array(result)) windows over \(Array(input))", hint: "counts that divide the extents")
        }
        let sizes = zip(input, result).map { $0 / $1 }
        let windows = Windows(
            extents: sizes, strides: sizes, dilations: sizes.map { _ in 1 }, padding: sizes.map { _ in 0 })
        return [try scaledSum(call, x, windows, &builder)]
    }

    private static func scaledSum(
        _ call: Call, _ x: Tensor, _ windows: Windows, _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        let type = x.type.accumulating
        let share = 1 / Double(windows.extents.reduce(1, *))
        return try reduce(call, x, windows, .sum(type), outside: 0, &builder) { state, type in
            state * .constant(share, type)
        }
    }

    /// The stride, by default the window's own extent.
    private static func strides(_ call: Call, rank: Int) throws(KernelwrightError) -> [Int] {
        if call.node.argument(2, "stride")?.intList?.isEmpty != false {
            return try call.perDimension(1, "kernel_size", rank: rank, default: nil)
        }
        return try call.perDimension(2, "stride", rank: rank, default: nil)
    }

    private static func reduce(
        _ call: Call, _ x: Tensor, _ windows: Windows, _ monoid: Monoid, outside: Double,
        _ builder: inout ProgramBuilder, finish: (Expr, DType) -> Expr
    ) throws(KernelwrightError) -> Tensor {
        let result = try call.resultType()
        let (type, leading) = (monoid.states[0], x.rank - windows.rank)
        guard leading >= 1, result.shape.count == x.rank else {
            throw call.failure("an input of shape \(x.shape)", hint: "channels before \(windows.rank) dimensions")
        }
        let box = Box(result.shape + windows.extents) { $0 < leading ? "row" : $0 < x.rank ? "i" : "r" }
        var place = Array(box.point.prefix(leading))
        for dimension in 0..<windows.rank {
            let position = leading + dimension
            place.append(
                windows.place(dimension, result: box.point[position], inside: box.point[x.rank + dimension]))
        }
        let isReduced = { (axis: Axis) in axis.name.hasPrefix("r#") }
        builder.append(
            .reduce(
                call.name, box.axes.filter { !isReduced($0) }, monoid, over: box.axes.filter(isReduced),
                [x.element(place, within: leading..<x.rank, fill: outside, as: type)],
                finish: [finish(.state(0), type).cast(from: type, to: result.dtype)], into: [call.name]))
        return builder.temporary(call.name, result.dtype, result.shape)
    }
}
