import KernelIR

/// Losses over classes.
enum LossRules {
    static let table: [String: ImportRule] = [
        "NegativeLogLikelihoodLoss": { call, graph in
            [try likelihood(call, call.floating(0), &graph)]
        },
        "SoftmaxCrossEntropyLoss": { call, graph in
            let scores = try call.floating(0)
            try call.require(scores.rank >= 2, "scores \(scores.type)", hint: "give [batch, classes, …]")
            let logarithms = try graph.emit(
                "aten.log_softmax.int", [graph.reference(scores), .int(1)], scores.type)
            return [try likelihood(call, logarithms, &graph), logarithms]
        },
    ]

    /// −weight[target] · logarithm[target], 0 where the target is ignored; the mean divides by the weights that count.
    private static func likelihood(
        _ call: OnnxCall, _ x: ImportedValue, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let target = try IndexingRules.integers(call, 1, &graph)
        try call.require(
            x.rank >= 2 && x.shape[1] > 0 && target.shape == [x.shape[0]] + x.shape[2...],
            "scores \(x.type), targets \(target.type)", hint: "scores [batch, classes, …], targets [batch, …]")
        var places = target
        var ignored: ImportedValue?
        if let ignoredClass = try call.int("ignore_index") {
            let mask = try graph.binary("eq.Tensor", target, Double(ignoredClass), dtype: .bool)
            places = try graph.choose(mask, .number(0), .tensor(target))
            ignored = mask
        }
        let column = try graph.unsqueeze(places, 1)
        let picked = try graph.emit(
            "aten.gather.default", [graph.reference(x), .int(1), graph.reference(column)],
            TensorType(dtype: x.dtype, shape: column.shape))
        var loss = try graph.unary("neg", graph.reshape(picked, target.shape))
        var weights: ImportedValue?
        if let table = call.optionalInput(2) {
            try call.require(table.shape == [x.shape[1]], "weights \(table.type)", hint: "one for each class")
            weights = try graph.emit(
                "aten.index.Tensor", [graph.reference(table), .list([graph.reference(places)])],
                TensorType(dtype: table.dtype, shape: target.shape))
        }
        if let mask = ignored {
            let ones = try weights ?? graph.full(1, target.shape, x.dtype)
            weights = try graph.choose(mask, .number(0), .tensor(ones))
            loss = try graph.choose(mask, .number(0), .tensor(loss))
        }
        if let weights { loss = try graph.mul(loss, weights) }
        let form = try call.choice("reduction", of: ["none", "sum", "mean"], default: "mean")
        if form == "none" { return loss }
        let axes = Array(target.shape.indices)
        let total = try graph.reduce("sum.dim_IntList", loss, axes, keeps: false)
        if form == "sum" { return total }
        guard let weights else {
            return try graph.binary("div.Tensor", total, Double(target.count))
        }
        return try graph.div(total, graph.reduce("sum.dim_IntList", weights, axes, keeps: false))
    }
}
