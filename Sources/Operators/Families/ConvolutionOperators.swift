import KernelIR
import Workloads

/// Convolutions of 1 to 3 dimensions, grouped, strided, dilated and transposed: a padded copy of the input where windows
/// reach beyond it, then one reduce stage `[b, m, n…]` over channels and windows.
///
/// A transposed convolution is one of stride 1 over the input with zeros between its elements, with the windows turned
/// around (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285).
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
        let input = padded(operands.x, windows, results: operands.result.shape, call, &builder)
        let each = operands.weight.shape[0] / operands.groups
        return [
            sum(call, operands, input, windows, each: each, &builder) { group, channel, from, inside in
                operands.weight.element(
                    [group * each + channel, from] + inside, as: operands.result.dtype.accumulating)
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
        let kernel = operands.kernel
        let windows = Windows(
            extents: kernel, strides: kernel.map { _ in 1 }, dilations: dilations,
            padding: kernel.indices.map { (kernel[$0] - 1) * dilations[$0] - padding[$0] })
        let spread = spread(operands.x, windows, by: strides, results: operands.result.shape, call, &builder)
        let (each, perGroup) = (operands.weight.shape[1], operands.x.shape[1] / operands.groups)
        return [
            sum(call, operands, spread, windows, each: each, &builder) { group, channel, from, inside in
                let turned = inside.indices.map { inside[$0] * -1 + (kernel[$0] - 1) }
                return operands.weight.element(
                    [group * perGroup + from, channel] + turned, as: operands.result.dtype.accumulating)
            }
        ]
    }

    /// The input with zeros wherever windows reach beyond it; the input itself where none does. Its first element lies at
    /// the first window's begin.
    private static func padded(
        _ x: Tensor, _ windows: Windows, results: [Int], _ call: Call, _ builder: inout ProgramBuilder
    ) -> Tensor {
        let reach = (0..<windows.rank).map {
            windows.reach($0, input: x.shape[$0 + 2], results: results[$0 + 2])
        }
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

    /// The input with zeros between and around its elements.
    private static func spread(
        _ x: Tensor, _ windows: Windows, by strides: [Int], results: [Int], _ call: Call,
        _ builder: inout ProgramBuilder
    ) -> Tensor {
        if strides.allSatisfy({ $0 == 1 }), windows.padding.allSatisfy({ $0 >= 0 }) {
            return padded(x, windows, results: results, call, &builder)
        }
        let shape = x.shape.prefix(2) + (0..<windows.rank).map { results[$0 + 2] + windows.span($0) - 1 }
        return builder.map("\(call.name).spread", Array(shape), x.type) { point in
            let extents = Ranges(
                zip(point, shape).compactMap { index, extent in index.asAxis.map { Axis($0, extent) } })
            var place = Array(point.prefix(2))
            var bounds: [Bound] = []
            for dimension in 0..<windows.rank {
                let from = point[dimension + 2] + -windows.padding[dimension]
                let step = strides[dimension]
                place.append(from.divided(by: step, extents))
                if step > 1 { bounds.append(Bound(from.remainder(by: step, extents), below: 1)) }
            }
            let value = x.element(place, within: 2..<(windows.rank + 2), fill: 0, as: x.type)
            return bounds.isEmpty ? value : .select(.inside(bounds), value, .constant(0, x.type))
        }
    }

    /// Σ over channels of a group and windows; `weight` gives the factor from group, output channel, input channel and place
    /// in the window.
    private static func sum(
        _ call: Call, _ operands: Operands, _ input: Tensor, _ windows: Windows, each: Int,
        _ builder: inout ProgramBuilder, weight: (Index, Index, Index, [Index]) -> Expr
    ) -> Tensor {
        let type = operands.result.dtype.accumulating
        let spatial = Array(operands.result.shape.dropFirst(2))
        let perGroup = operands.x.shape[1] / operands.groups
        let shape = [operands.x.shape[0], operands.groups, each] + spatial + [perGroup] + windows.extents
        let kept = 3 + spatial.count
        let box = Box(shape) { $0 < 2 ? "b" : $0 == 2 ? "m" : $0 < kept ? "n" : "k" }
        let (results, inside) = (Array(box.point[3..<kept]), Array(box.point[(kept + 1)...]))
        var unpadded = windows
        unpadded.padding = windows.extents.map { _ in 0 }
        let places = results.indices.map { unpadded.place($0, result: results[$0], inside: inside[$0]) }
        let from = box.point[kept]
        let product =
            weight(box.point[1], box.point[2], from, inside)
            * input.element(
                [box.point[0], box.point[1] * perGroup + from] + places, within: 2..<input.rank, fill: 0, as: type)
        let bias = operands.bias?.element([box.point[1] * each + box.point[2]], as: type)
        let isReduced = { (axis: Axis) in axis.name.hasPrefix("k#") }
        builder.append(
            .reduce(
                call.name, box.axes.filter { !isReduced($0) }, .sum(type), over: box.axes.filter(isReduced), [product],
                finish: [(bias.map { Expr.state(0) + $0 } ?? .state(0)).cast(from: type, to: operands.result.dtype)],
                into: [call.name]))
        return builder.temporary(call.name, operands.result.dtype, operands.result.shape)
    }
}
