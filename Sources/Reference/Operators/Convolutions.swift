import KernelIR
import Workloads

/// Convolutions (cross-correlations) and transposed convolutions with one to three spatial axes.
extension OperatorTable {
    mutating func addConvolutions() {
        for rank in 1...3 {
            for form in ["conv\(rank)d.default", "conv\(rank)d.padding"] {
                add(form) { call in
                    try ConvolutionCall(call, rank: rank, stride: 3, padding: 4, dilation: 5, groups: 6).evaluate()
                }
            }
            add("conv_transpose\(rank)d.\(rank == 1 ? "default" : "input")") { call in
                try ConvolutionCall(call, rank: rank, stride: 3, padding: 4, dilation: 7, groups: 6, extra: 5)
                    .evaluate()
            }
        }
        add("convolution.default") { call in
            let rank = try call.tensor(1, "weight").shape.count - 2
            guard (1...3).contains(rank) else {
                throw call.error("\(rank) spatial axes", hint: "give a weight with 1 to 3 spatial axes")
            }
            let extra = try call.bool(6, "transposed", default: nil) ? 7 : nil
            return try ConvolutionCall(call, rank: rank, stride: 3, padding: 4, dilation: 5, groups: 8, extra: extra)
                .evaluate()
        }
    }
}

/// The operands and options of a convolution.
private struct ConvolutionCall<Scalar: ReferenceScalar> {
    private let call: OperatorCall<Scalar>
    private let x: Tensor<Scalar>
    private let dropped: Int
    private let weight: Tensor<Scalar>
    private let bias: Tensor<Scalar>?
    private let groups: Int
    private let axes: [ConvolutionAxis]
    private let isTransposed: Bool

    /// Reads the arguments at their positions; `extra` is that of the output padding of a transposed convolution.
    init(
        _ call: OperatorCall<Scalar>, rank: Int, stride: Int, padding: Int, dilation: Int, groups: Int,
        extra: Int? = nil
    ) throws {
        let ones = Array(repeating: 1, count: rank)
        self.call = call
        (x, dropped) = try call.batched(try call.tensor(0), rank: rank)
        weight = try call.tensor(1, "weight")
        bias = try call.optionalTensor(2, "bias")
        self.groups = try call.int(groups, "groups", default: 1)
        isTransposed = extra != nil
        guard weight.shape.count == rank + 2 else {
            throw call.error("the weight has the shape \(weight.shape)", hint: "give \(rank) spatial axes")
        }
        let strides = try call.spatial(stride, "stride", rank: rank, default: ones)
        let dilations = try call.spatial(dilation, "dilation", rank: rank, default: ones)
        let kernel = Array(weight.shape.suffix(rank))
        guard (strides + dilations + kernel).allSatisfy({ $0 > 0 }) else {
            throw call.error("a kernel, stride or dilation is not positive", hint: "give 1 or more")
        }
        var windows = (0..<rank).map {
            ConvolutionAxis.Window(kernel: kernel[$0], stride: strides[$0], dilation: dilations[$0])
        }
        try Self.pad(&windows, call, padding)
        let extras = try extra.map {
            try call.spatial($0, "output_padding", rank: rank, default: ones.map { _ in 0 })
        }
        let inputs = x.shape.suffix(rank)
        let own = zip(inputs, windows).enumerated().map { index, pair in
            extras.map { ConvolutionAxis(transposed: pair.0, pair.1, extra: $0[index]) }
                ?? ConvolutionAxis(input: pair.0, pair.1)
        }
        axes = Array(repeating: ConvolutionAxis(input: 1, .init()), count: 3 - rank) + own
    }

    /// Sets the paddings: numbers, or `same` (the extra zero behind, where it is odd) or `valid`.
    private static func pad(
        _ windows: inout [ConvolutionAxis.Window], _ call: OperatorCall<Scalar>, _ position: Int
    ) throws {
        switch call.node.argument(position, "padding")?.stringValue {
        case "valid": return
        case "same":
            guard windows.allSatisfy({ $0.stride == 1 }) else {
                throw call.error("padding same with a stride", hint: "use stride 1 or padding in numbers")
            }
            for axis in windows.indices {
                let total = windows[axis].dilation * (windows[axis].kernel - 1)
                windows[axis].padding = (total / 2, total - total / 2)
            }
        case let other?: throw call.error("unknown padding \(other)", hint: "use same, valid or numbers")
        case nil:
            let none = Array(repeating: 0, count: windows.count)
            let given = try call.spatial(position, "padding", rank: windows.count, default: none)
            guard given.allSatisfy({ $0 >= 0 }) else {
                throw call.error("a padding is negative", hint: "give 0 or more")
            }
            for (axis, padding) in given.enumerated() { windows[axis].padding = (padding, padding) }
        }
    }

    func evaluate() throws -> Tensor<Scalar> {
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        let channels = isTransposed ? rows : columns * groups
        guard groups > 0, rows % groups == 0, x.shape[1] == channels else {
            throw call.error(
                "\(x.shape[1]) channels, \(groups) groups and a weight of the shape \(weight.shape)",
                hint: "groups must divide the channels and the weight must fit them")
        }
        let outputs = isTransposed ? columns : rows / groups
        guard bias.map({ $0.values.count == outputs * groups }) ?? true else {
            throw call.error("the bias has the shape \(bias?.shape ?? [])", hint: "give \(outputs * groups) elements")
        }
        guard axes.allSatisfy({ $0.output > 0 }) else {
            throw call.error("the output has no elements", hint: "give a larger input or a smaller kernel")
        }
        let convolution = Convolution<Scalar>(
            batch: x.shape[0], groups: groups, inputs: channels / groups, outputs: outputs, axes: axes,
            isTransposed: isTransposed)
        let result = convolution.evaluate(x, weight: weight, bias: bias?.values)
        let spatial = axes.suffix(weight.shape.count - 2).map(\.output)
        return result.reshaped(Array(([x.shape[0], outputs * groups] + spatial).dropFirst(dropped)))
    }
}
