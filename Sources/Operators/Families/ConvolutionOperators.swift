import KernelIR
import Workloads

/// Convolutions of 1 to 3 dimensions, grouped, strided, dilated and transposed: a padded copy of the input where windows
/// reach beyond it, then one reduce stage `[b, m, n…]` over channels and windows.
///
/// A transposed convolution walks, for each place of the result, the taps that reach it (`TransposedWindow`): places are
/// read at quotients and taps at remainders by the stride, which a schedule that splits places by it turns into constants.
/// Its padded copy has zeros along the last dimension and along those with strides; elsewhere reads have bounds.
enum ConvolutionOperators {
    static let table: [String: Lowering] = [
        "aten.conv1d.default": { call, builder throws(KernelwrightError) in try convolution(call, &builder, rank: 1) },
        "aten.conv2d.default": { call, builder throws(KernelwrightError) in try convolution(call, &builder, rank: 2) },
        "aten.conv3d.default": { call, builder throws(KernelwrightError) in try convolution(call, &builder, rank: 3) },
        "aten.conv_transpose1d.default": { call, builder throws(KernelwrightError) in
            try transposed(call, &builder, rank: 1)
        },
        "aten.conv_transpose2d.input": { call, builder throws(KernelwrightError) in
            try transposed(call, &builder, rank: 2)
        },
        "aten.conv_transpose3d.input": { call, builder throws(KernelwrightError) in
            try transposed(call, &builder, rank: 3)
        },
    ]

    /// Operands that both kinds share.
    private struct Operands {
        let x: Tensor
        let weight: Tensor
        let bias: Tensor?
        let groups: Int
        let result: TensorType

        /// - Parameter position: the argument that holds the number of groups.
        init(_ call: Call, rank: Int, groupsAt position: Int) throws(KernelwrightError) {
            x = try call.tensor(0, "input")
            weight = try call.tensor(1, "weight")
            bias = try call.optionalTensor(2, "bias")
            groups = try call.integer(position, "groups", default: 1)
            result = try call.resultType()
            guard x.rank == rank + 2, weight.rank == rank + 2, groups > 0, x.shape[1] % groups == 0 else {
                throw call.failure(
                    "an input of shape \(x.shape) and a weight of shape \(weight.shape) in \(groups) groups",
                    hint: "both of rank \(rank + 2), the groups dividing the channels")
            }
        }

        /// The extents of a window.
        var kernel: [Int] { Array(weight.shape.dropFirst(2)) }
    }

    private static func convolution(
        _ call: Call, _ builder: inout ProgramBuilder, rank: Int
    ) throws(KernelwrightError) -> [Tensor] {
        let operands = try Operands(call, rank: rank, groupsAt: 6)
        let dilations = try call.perDimension(5, "dilation", rank: rank, default: 1)
        let padding: [Int]
        if let mode = call.node.argument(4, "padding")?.stringValue {
            let isSame = mode == "same"
            padding = zip(operands.kernel, dilations).map { isSame ? ($0 - 1) * $1 / 2 : 0 }
        } else {
            padding = try call.perDimension(4, "padding", rank: rank, default: 0)
        }
        let windows = Windows(
            extents: operands.kernel, strides: try call.perDimension(3, "stride", rank: rank, default: 1),
            dilations: dilations, padding: padding)
        let reach = (0..<rank).map {
            windows.reach($0, input: operands.x.shape[$0 + 2], results: operands.result.shape[$0 + 2])
        }
        let input = padded(operands.x, reach, call, &builder)
        let each = operands.weight.shape[0] / operands.groups
        return [
            sum(call, operands, input, each: each, steps: windows.extents, &builder) { point, type in
                let places = (0..<rank).map {
                    windows.place($0, result: point.results[$0], inside: point.steps[$0]) + reach[$0].before
                }
                let weight = operands.weight.element(
                    [point.group * each + point.channel, point.from] + point.steps, as: type)
                return Factors(weight: weight, places: places)
            }
        ]
    }

    private static func transposed(
        _ call: Call, _ builder: inout ProgramBuilder, rank: Int
    ) throws(KernelwrightError) -> [Tensor] {
        let operands = try Operands(call, rank: rank, groupsAt: 6)
        let strides = try call.perDimension(3, "stride", rank: rank, default: 1)
        let padding = try call.perDimension(4, "padding", rank: rank, default: 0)
        let dilations = try call.perDimension(7, "dilation", rank: rank, default: 1)
        let windows = (0..<rank).map {
            TransposedWindow(
                extent: operands.kernel[$0], stride: strides[$0], dilation: dilations[$0], padding: padding[$0])
        }
        // Zeros along the last dimension are copied, for vectors run along it. Along the others bounds say where a row
        // of taps reads nothing, so that it can be left out; nearly half of all taps may.
        let slides = windows[rank - 1].extent > 1
        let reach = (0..<rank).map { (dimension: Int) -> (before: Int, after: Int) in
            if slides, dimension < rank - 1, strides[dimension] == 1 { return (0, 0) }
            return windows[dimension].reach(
                input: operands.x.shape[dimension + 2], results: operands.result.shape[dimension + 2])
        }
        let input = padded(operands.x, reach, call, &builder)
        let (each, perGroup) = (operands.weight.shape[1], operands.x.shape[1] / operands.groups)
        return [
            sum(call, operands, input, each: each, steps: windows.map(\.steps), &builder) { point, type in
                func along<Value>(_ part: (TransposedWindow, Index, Index, Ranges) -> Value) -> [Value] {
                    (0..<rank).map { part(windows[$0], point.results[$0], point.steps[$0], point.ranges) }
                }
                let taps = along { $0.tap($1, $2, $3) }
                let weight = operands.weight.element(
                    [point.group * perGroup + point.from, point.channel] + taps, within: 2..<(rank + 2), fill: 0,
                    as: type)
                let places = along { $0.place($1, $2, $3) }
                return Factors(
                    weight: weight, places: places.indices.map { places[$0] + reach[$0].before },
                    bounds: along { $0.bounds($1, $2, $3) }.flatMap { $0 })
            }
        ]
    }

    /// The input with zeros wherever windows reach beyond it; the input itself where none does. Its first element lies at
    /// the first that is reached.
    private static func padded(
        _ x: Tensor, _ reach: [(before: Int, after: Int)], _ call: Call, _ builder: inout ProgramBuilder
    ) -> Tensor {
        guard reach.contains(where: { $0.before != 0 || $0.after != 0 }) else { return x }
        let shape = x.shape.prefix(2) + reach.indices.map { x.shape[$0 + 2] + reach[$0].before + reach[$0].after }
        let touched = reach.indices.filter { reach[$0].before != 0 || reach[$0].after != 0 }.map { $0 + 2 }
        return builder.map("\(call.name).padded", Array(shape), x.type) { point in
            let place = point.enumerated().map { dimension, index in
                dimension < 2 ? index : index + -reach[dimension - 2].before
            }
            return x.element(place, within: touched, fill: 0, as: x.type)
        }
    }

    /// Where a product of the sum stands: group, output channel, input channel of the group, place of the result and step in
    /// the window.
    private struct Point {
        let group: Index
        let channel: Index
        let from: Index
        let results: [Index]
        let steps: [Index]
        let ranges: Ranges
    }

    /// The factors of one product: the weight, and where the input is read; no product where the bounds do not hold.
    private struct Factors {
        var weight: Expr
        var places: [Index]
        var bounds: [Bound] = []
    }

    /// Σ over channels of a group and the steps in a window.
    private static func sum(
        _ call: Call, _ operands: Operands, _ input: Tensor, each: Int, steps: [Int], _ builder: inout ProgramBuilder,
        factors: (Point, DType) -> Factors
    ) -> Tensor {
        let type = operands.result.dtype.accumulating
        let spatial = Array(operands.result.shape.dropFirst(2))
        let perGroup = operands.x.shape[1] / operands.groups
        let shape = [operands.x.shape[0], operands.groups, each] + spatial + [perGroup] + steps
        let kept = 3 + spatial.count
        let box = Box(shape) { $0 < 2 ? "b" : $0 == 2 ? "m" : $0 < kept ? "n" : "k" }
        let point = Point(
            group: box.point[1], channel: box.point[2], from: box.point[kept], results: Array(box.point[3..<kept]),
            steps: Array(box.point[(kept + 1)...]), ranges: Ranges(box.axes))
        let factors = factors(point, type)
        // Bounds tell what the input's dimensions are; without them, a last dimension that is read at the result's own
        // place merges with the one before.
        let merges = factors.places.last?.asAxis != nil
        let bounded = (2..<input.rank).filter { dimension in
            !merges || !Bound(factors.places[dimension - 2], below: input.shape[dimension]).isProved(point.ranges)
        }
        let value = input.element(
            [box.point[0], point.group * perGroup + point.from] + factors.places, within: bounded, fill: 0, as: type)
        let product = factors.weight * value
        let lift = factors.bounds.isEmpty ? product : .select(.inside(factors.bounds), product, .constant(0, type))
        let bias = operands.bias?.element([point.group * each + point.channel], as: type)
        let isReduced = { (axis: Axis) in axis.name.hasPrefix("k#") }
        builder.append(
            .reduce(
                call.name, box.axes.filter { !isReduced($0) }, .sum(type), over: box.axes.filter(isReduced), [lift],
                finish: [(bias.map { Expr.state(0) + $0 } ?? .state(0)).cast(from: type, to: operands.result.dtype)],
                into: [call.name]))
        return builder.temporary(call.name, operands.result.dtype, operands.result.shape)
    }
}
