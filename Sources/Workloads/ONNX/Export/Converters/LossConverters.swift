import KernelIR

/// Losses (https://pytorch.org/docs/stable/nn.functional.html#loss-functions).
enum LossConverters {
    static let table: [String: Converter] = [
        "aten.cross_entropy_loss.default": crossEntropy,
        "aten.nll_loss_nd.default": negativeLogLikelihood,
        "aten.mse_loss.default": ofDifference(reduction: 2) { difference, _, graph in
            graph.emit("Mul", [difference, difference])
        },
        "aten.l1_loss.default": ofDifference(reduction: 2) { difference, _, graph in
            graph.emit("Abs", [difference])
        },
        "aten.smooth_l1_loss.default": smoothL1,
        "aten.huber_loss.default": huber,
        "aten.kl_div.default": divergence,
        "aten.triplet_margin_loss.default": tripletMargin,
        "aten.binary_cross_entropy_with_logits.default": binaryCrossEntropyWithLogits,
    ]

    private typealias Elementwise =
        @Sendable (String, OperatorCall, inout GraphBuilder) throws(KernelwrightError) -> String

    /// A loss of input − target, element by element, then reduced as the argument at `reduction` says.
    private static func ofDifference(reduction: Int, _ loss: @escaping Elementwise) -> Converter {
        { call, graph throws(KernelwrightError) in
            let (x, target) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
            let difference = graph.emit("Sub", [x.name, target.name])
            let count = count(x, target)
            return [try reduce(loss(difference, call, &graph), count: count, call, reduction, &graph)]
        }
    }

    /// m (d − m/2) / β with d = |x − y| and m = min(d, β): d²/2β below β, d − β/2 above it.
    private static let smoothL1 = ofDifference(reduction: 2) { difference, call, graph throws(KernelwrightError) in
        let beta = try call.double(3, "beta", default: 1)
        guard beta > 0 else { return graph.emit("Abs", [difference]) }
        let loss = try clippedSquare(difference, beta, call, &graph)
        return beta == 1 ? loss : graph.emit("Div", [loss, graph.scalar(beta, try call.tensor(0, "self").dtype)])
    }

    private static let huber = ofDifference(reduction: 2) { difference, call, graph throws(KernelwrightError) in
        try clippedSquare(difference, call.double(3, "delta", default: 1), call, &graph)
    }

    private static func clippedSquare(
        _ difference: String, _ bound: Double, _ call: OperatorCall, _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> String {
        let dtype = try call.tensor(0, "self").dtype
        let distance = graph.emit("Abs", [difference])
        let clipped = graph.emit("Min", [distance, graph.scalar(bound, dtype)])
        let half = graph.emit("Mul", [clipped, graph.scalar(0.5, dtype)])
        return graph.emit("Mul", [clipped, graph.emit("Sub", [distance, half])])
    }

    /// target · (log target − input), 0 where the target is 0; with `log_target` exp(target) · (target − input).
    private static let divergence: Converter = { call, graph throws(KernelwrightError) in
        let (x, target) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
        let loss: String
        if try call.flag(3, "log_target", default: false) {
            let difference = graph.emit("Sub", [target.name, x.name])
            loss = graph.emit("Mul", [graph.emit("Exp", [target.name]), difference])
        } else {
            let zero = graph.scalar(0, x.dtype)
            let information = graph.emit("Mul", [target.name, graph.emit("Log", [target.name])])
            let isZero = graph.emit("Equal", [target.name, zero])
            let entropy = graph.emit("Where", [isZero, zero, information])
            loss = graph.emit("Sub", [entropy, graph.emit("Mul", [target.name, x.name])])
        }
        return [try reduce(loss, count: count(x, target), call, 2, &graph)]
    }

    /// max(0, margin + ‖a − p + ε‖ − ‖a − n + ε‖), norms over the last axis.
    private static let tripletMargin: Converter = { call, graph throws(KernelwrightError) in
        let anchor = try call.tensor(0, "anchor")
        let order = try call.double(4, "p", default: 2)
        guard let norm = [1: "ReduceL1", 2: "ReduceL2"][order] else { throw call.reject("p must be 1 or 2") }
        let epsilon = graph.scalar(try call.double(5, "eps", default: 1e-6), anchor.dtype)
        let last = graph.integers([-1])
        func distance(_ a: String, _ b: String, _ graph: inout GraphBuilder) -> String {
            let shifted = graph.emit("Add", [graph.emit("Sub", [a, b]), epsilon])
            return graph.emit(norm, [shifted, last], [.flag("keepdims", false)])
        }
        let (positive, negative) = (try call.tensor(1, "positive").name, try call.tensor(2, "negative").name)
        let near = distance(anchor.name, positive, &graph)
        var far = distance(anchor.name, negative, &graph)
        if try call.flag(6, "swap", default: false) {
            far = graph.emit("Min", [far, distance(positive, negative, &graph)])
        }
        let margin = graph.scalar(try call.double(3, "margin", default: 1), anchor.dtype)
        let loss = graph.emit("Relu", [graph.emit("Sub", [graph.emit("Add", [near, margin]), far])])
        let count = anchor.type.elementCount / max(anchor.shape.last ?? 1, 1)
        return [try reduce(loss, count: count, call, 7, &graph)]
    }

    /// max(x, 0) − x·y + log(1 + exp(−|x|)).
    private static let binaryCrossEntropyWithLogits: Converter = { call, graph throws(KernelwrightError) in
        let (x, target) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
        guard try call.optionalTensor(2, "weight") == nil, try call.optionalTensor(3, "pos_weight") == nil else {
            throw call.reject("weight and pos_weight must be None")
        }
        let decay = graph.emit("Exp", [graph.emit("Neg", [graph.emit("Abs", [x.name])])])
        let logarithm = graph.emit("Log", [graph.emit("Add", [decay, graph.scalar(1, x.dtype)])])
        let linear = graph.emit(
            "Sub", [graph.emit("Relu", [x.name]), graph.emit("Mul", [x.name, target.name])])
        let loss = graph.emit("Add", [linear, logarithm])
        return [try reduce(loss, count: count(x, target), call, 4, &graph)]
    }

    /// Over the classes of axis 1, for targets that are classes or shares.
    private static let crossEntropy: Converter = { call, graph throws(KernelwrightError) in
        let (x, target) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
        guard try call.optionalTensor(2, "weight") == nil, try call.double(5, "label_smoothing", default: 0) == 0
        else { throw call.reject("weight must be None and label_smoothing 0") }
        let axis = x.rank == 1 ? 0 : 1
        let logarithms = graph.emit("LogSoftmax", [x.name], [.int("axis", axis)])
        if !target.dtype.isFloatingPoint { return [try pick(logarithms, x, target, axis, call, &graph)] }
        let products = graph.emit("Mul", [logarithms, target.name])
        let sums = graph.emit("ReduceSum", [products, graph.integers([axis])], [.flag("keepdims", false)])
        let count = x.type.elementCount / max(x.shape[axis], 1)
        return [try reduce(graph.emit("Neg", [sums]), count: count, call, 3, &graph)]
    }

    private static let negativeLogLikelihood: Converter = { call, graph throws(KernelwrightError) in
        let (x, target) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
        guard try call.optionalTensor(2, "weight") == nil else { throw call.reject("weight must be None") }
        return [try pick(x.name, x, target, x.rank == 1 ? 0 : 1, call, &graph)]
    }

    /// The negative logarithm at each target's class; the class `ignore_index` counts as nothing.
    ///
    /// LogSoftmax and GatherElements take a third of SoftmaxCrossEntropyLoss's time where measured.
    private static func pick(
        _ logarithms: String, _ x: OnnxValue, _ target: OnnxValue, _ axis: Int, _ call: OperatorCall,
        _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> String {
        let ignored = graph.scalar(Double(try call.int(4, "ignore_index", default: -100)), target.dtype)
        let isIgnored = graph.emit("Equal", [target.name, ignored])
        let safe = graph.emit("Where", [isIgnored, graph.scalar(0, target.dtype), target.name])
        let index = graph.emit("Unsqueeze", [safe, graph.integers([axis])])
        let picked = graph.emit("GatherElements", [logarithms, index], [.int("axis", axis)])
        let losses = graph.emit("Neg", [graph.emit("Squeeze", [picked, graph.integers([axis])])])
        let kept = graph.emit("Where", [isIgnored, graph.scalar(0, x.dtype), losses])
        let count = target.type.elementCount
        guard try call.int(3, "reduction", default: 1) == 1 else {
            return try reduce(kept, count: count, call, 3, &graph)
        }
        let counted = graph.emit("Cast", [graph.emit("Not", [isIgnored])], [.type("to", x.dtype)])
        let sums = [kept, counted].map { ReductionConverters.whole("ReduceSum", $0, count, &graph) }
        return graph.emit("Div", sums)
    }

    /// Losses of two tensors that broadcast.
    private static func count(_ x: OnnxValue, _ target: OnnxValue) -> Int {
        Shape.broadcast([x.shape, target.shape])?.reduce(1, *) ?? 0
    }

    /// 0 keeps all of `count` losses, 1 takes their mean, 2 their sum.
    private static func reduce(
        _ loss: String, count: Int, _ call: OperatorCall, _ position: Int, _ graph: inout GraphBuilder
    ) throws(KernelwrightError) -> String {
        switch try call.int(position, "reduction", default: 1) {
        case 0: return loss
        case 1: return ReductionConverters.whole("ReduceMean", loss, count, &graph)
        case 2: return ReductionConverters.whole("ReduceSum", loss, count, &graph)
        case let other: throw call.reject("reduction must be 0, 1 or 2, not \(other)")
        }
    }
}
