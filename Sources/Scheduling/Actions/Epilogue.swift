import KernelIR

/// Computes a map stage on the results of a reduction or a scan as they are finished.
///
/// Legal when `stage` is a map that reads `into`'s result at its own point (also through a reshape in linear order, where
/// no product of operands reads the map), whatever else it reads is ready before `into`, and it is neither attached nor
/// carries attached stages. The result itself is still stored where others need it. A scan with untouched loops that nothing else reads may also be read in the
/// opposite order or later by a constant along the scanned axis (see `Stage.scanned(where:)`).
/// ```
/// C[m,n] = Σ A·B                 D[m,n] = max(0, Σ A·B)
/// D[m,n] = max(0, C[m,n])   →
/// ```
public struct Epilogue: ScheduleAction {
    public static let name = "epilogue"
    /// The map stage.
    public var stage: String
    /// The reduction it joins.
    public var into: String

    public init(stage: String, into: String) {
        self.stage = stage
        self.into = into
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var consumer = try state.stage(stage)
        var producer = try state.stage(into)
        guard consumer.kind == .map, !consumer.isRecurrent, producer.monoid != nil else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) is no map or \(into) no reduction or scan",
                hint: "a map goes into a reduction or a scan")
        }
        try state.checkCarriesNothing(stage)
        try state.checkNotAttached(stage)
        let moved = producer.scanned(where: consumer).flatMap { state.isOnlyRead(producer, by: stage) ? $0 : nil }
        if let moved {
            try state.checkUntouched(producer)
            consumer = consumer.readingAtOwnPoint(
                state.program.bufferTypes.filter { producer.outputs.contains($0.key) })
            producer = moved
        }
        let loads = consumer.loads.filter { producer.outputs.contains($0.buffer) }
        guard let point = producer.point(of: consumer, readThrough: loads) else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) does not read \(into) at its own point",
                hint: "its index must be the identity or a reshape")
        }
        try state.checkReady(consumer, before: producer)
        let ranges = Ranges(producer.axes)
        let finishes = Dictionary(zip(producer.outputs, producer.finish), uniquingKeysWith: { first, _ in first })
        let fused = consumer.body.map { body in
            body.substituting(point, ranges).rewritten { node in
                if case .load(let load) = node, let finish = finishes[load.buffer] { finish } else { node }
            }
        }
        let kept = producer.outputs.indices.filter { position in
            let output = producer.outputs[position]
            let others = state.program.consumers(of: output).filter { $0.name != stage }
            return state.program.buffer(output)?.role == .output || !others.isEmpty
        }
        let dropped = Set(producer.outputs).subtracting(kept.map { producer.outputs[$0] })
        producer.finish = kept.map { producer.finish[$0] } + fused
        producer.outputs = kept.map { producer.outputs[$0] } + consumer.outputs
        try state.reshape(consumer.outputs, to: producer.axes.map(\.extent), besides: stage)
        state.program.stages.removeAll { $0.name == stage }
        state.nests[stage] = nil
        state.replace(producer)
        if moved != nil { state.nests[into] = Nest(producer) }
        state.program.buffers.removeAll { dropped.contains($0.name) }
    }
}

extension Stage {
    /// The consumer's axes as indices over this stage's, such that every load is at this stage's own point.
    fileprivate func point(of consumer: Stage, readThrough loads: [Load]) -> [String: Index]? {
        guard !loads.isEmpty else { return nil }
        let ranges = Ranges(axes)
        var candidates: [[String: Index]] = []
        if consumer.axes.count == axes.count {
            candidates.append(
                Dictionary(uniqueKeysWithValues: zip(consumer.axes, axes).map { ($0.name, .axis($1.name)) }))
        }
        let position = RowMajor(axes.map(\.extent)).position(of: axes.map { .axis($0.name) })
        let place = RowMajor(consumer.axes.map(\.extent)).indices(at: position, ranges)
        candidates.append(Dictionary(uniqueKeysWithValues: zip(consumer.axes.map(\.name), place)))
        guard consumer.axes.reduce(1, { $0 * $1.extent }) == axes.reduce(1, { $0 * $1.extent }) else { return nil }
        return candidates.first { point in
            loads.allSatisfy { load in
                load.bounds.isEmpty
                    && load.indices.map { $0.substituting(point, ranges) } == axes.map { .axis($0.name) }
            }
        }
    }
}

extension ScheduleState {
    /// Throws where a stage is attached to another.
    fileprivate func checkNotAttached(_ stage: String) throws(ScheduleError) {
        guard let attachment = nests[stage]?.attachment else { return }
        throw ScheduleError(
            .illegalOrder, "stage \(stage) is attached to \(attachment.consumer)", hint: "do this before attaching")
    }

    /// Throws where a stage reads something that is written after another stage.
    fileprivate func checkReady(_ consumer: Stage, before producer: Stage) throws(ScheduleError) {
        let later = program.stages.drop { $0.name != producer.name }.dropFirst()
        for load in consumer.loads {
            guard let writer = later.first(where: { $0.outputs.contains(load.buffer) }) else { continue }
            throw ScheduleError(
                .illegalDataFlow,
                "\(consumer.name) reads \(load.buffer), which \(writer.name) writes after \(producer.name)",
                hint: "inline \(writer.name) first, or keep \(consumer.name) apart")
        }
    }

    /// Declares buffers with another shape of as many elements, and rewrites what reads them; refuses where a product does,
    /// which could not be packed any more.
    fileprivate mutating func reshape(
        _ names: [String], to shape: [Int], besides stage: String
    ) throws(ScheduleError) {
        let positions = program.buffers.indices.filter { position in
            names.contains(program.buffers[position].name) && program.buffers[position].shape != shape
        }
        for name in positions.map({ program.buffers[$0].name }) {
            guard let reader = program.consumers(of: name).first(where: { $0.name != stage && isProduct($0) }) else {
                continue
            }
            throw ScheduleError(
                .illegalDataFlow, "\(reader.name) reads \(name) of \(stage) in another shape than \(shape)",
                hint: "inline \(stage) instead, or make \(reader.name) the epilogue")
        }
        for position in positions {
            let old = program.buffers[position]
            program.buffers[position].shape = shape
            for reader in program.consumers(of: old.name) where reader.name != stage {
                replace(reader.reading(old.name, of: old.shape, as: shape))
            }
        }
    }
}

extension Stage {
    /// The stage with a buffer's elements found by their place in another shape.
    fileprivate func reading(_ buffer: String, of old: [Int], as new: [Int]) -> Stage {
        let ranges = Ranges(axes + reduceAxes)
        func rewritten(_ expr: Expr) -> Expr {
            expr.rewritten { node in
                guard case .load(var load) = node, load.buffer == buffer else { return node }
                load.indices = RowMajor(new).indices(at: RowMajor(old).position(of: load.indices), ranges)
                return .load(load)
            }
        }
        var copy = self
        copy.body = body.map(rewritten)
        copy.finish = finish.map(rewritten)
        return copy
    }
}
