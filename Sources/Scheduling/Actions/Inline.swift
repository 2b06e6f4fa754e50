import KernelIR

/// Computes a map stage where it is used, in place of storing it.
///
/// Legal for a map stage whose outputs are all temporaries and to which nothing is attached.
/// ```
/// for i: T[i] = A[i] * 2             for j: C[j] = A[j]*2 + 1
/// for j: C[j] = T[j] + 1        →
/// ```
public struct Inline: ScheduleAction {
    public static let name = "inline"
    public var stage: String

    public init(stage: String) { self.stage = stage }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let producer = try state.stage(stage)
        guard producer.kind == .map, !producer.isRecurrent else {
            throw ScheduleError(
                .illegalDataFlow, "stage \(stage) is a reduction or recurrent", hint: "attach it instead")
        }
        for output in producer.outputs where state.program.buffer(output)?.role == .output {
            throw ScheduleError(
                .illegalDataFlow, "stage \(stage) writes the output \(output)", hint: "inline stages that feed others")
        }
        try state.checkCarriesNothing(stage)
        for consumer in state.program.stages where consumer.name != stage {
            guard consumer.reads(anyOf: producer.outputs) else { continue }
            state.replace(consumer.inlining(producer, state.program.bufferTypes))
        }
        state.remove(producer)
    }
}

extension ScheduleState {
    /// Throws where other stages are attached to a stage.
    func checkCarriesNothing(_ stage: String) throws(ScheduleError) {
        for other in program.stages where nests[other.name]?.attachment?.consumer == stage {
            throw ScheduleError(
                .illegalOrder, "stage \(other.name) is attached to \(stage)", hint: "do this before attaching")
        }
    }
}

extension Stage {
    /// The same stage with every read of a map stage's outputs replaced by what that stage computes there.
    ///
    /// - Parameter types: those of the buffers that the map reads.
    func inlining(_ producer: Stage, _ types: [String: DType]) -> Stage {
        let ranges = Ranges(axes + reduceAxes)
        func inlined(_ expr: Expr) -> Expr {
            expr.rewritten { node in
                guard case .load(let load) = node, let output = producer.outputs.firstIndex(of: load.buffer) else {
                    return node
                }
                let point = Dictionary(
                    zip(producer.axes.map(\.name), load.indices), uniquingKeysWith: { first, _ in first })
                let value = producer.body[output].substituting(point, ranges)
                guard !load.bounds.isEmpty else { return value }
                return .select(.inside(load.bounds), value, .constant(load.fill, value.type(buffers: types)))
            }
        }
        var copy = self
        copy.body = body.map(inlined)
        copy.finish = finish.map(inlined)
        return copy
    }
}
