import KernelIR

/// The stages of an attention: `out = normalized(scores) · values`, with scores from a product and a softmax over them.
struct Attention {
    /// The product of queries and keys.
    var scores: Stage
    /// The reductions over a row of scores, in program order.
    var reductions: [Stage]
    /// The map from scores to weights.
    var weights: Stage
    /// The product of weights and values.
    var output: Stage
}

extension ScheduleState {
    /// The attention whose last product a stage is: nobody else reads the scores, the weights, or what lies between.
    func attention(endingIn output: Stage) -> Attention? {
        guard case .contraction(let parts) = classify(output), parts.left.buffer != parts.right.buffer,
            let weights = program.producer(of: parts.left.buffer), weights.kind == .map,
            program.consumers(of: parts.left.buffer).map(\.name) == [output.name]
        else { return nil }
        let reductions = reductions(behind: weights)
        let products = Set((reductions + [weights]).flatMap(\.loads).map(\.buffer))
            .compactMap { program.producer(of: $0) }
            .filter { producer in isContraction(producer) && !reductions.contains { $0.name == producer.name } }
        guard !reductions.isEmpty, let scores = products.first, Set(products.map(\.name)).count == 1 else { return nil }
        let group = Set(reductions.map(\.name) + [weights.name])
        let between = scores.outputs + reductions.flatMap(\.outputs)
        guard
            between.allSatisfy({ buffer in
                program.buffer(buffer)?.role == .temporary
                    && program.consumers(of: buffer).allSatisfy { group.contains($0.name) }
            })
        else { return nil }
        return Attention(scores: scores, reductions: reductions, weights: weights, output: output)
    }

    private func isContraction(_ stage: Stage) -> Bool {
        if case .contraction = classify(stage) { true } else { false }
    }
}
