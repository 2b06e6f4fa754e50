import KernelIR

/// The types in which temporaries that go through device memory are stored, applied when everything else is scheduled.
public struct TemporaryStorage: Sendable, Hashable, Codable {
    /// Copies of other buffers: the panels of a product, padded inputs.
    public var copies: DType
    /// Results of one stage that others read.
    public var results: DType

    public init(copies: DType = .float32, results: DType = .float32) {
        self.copies = copies
        self.results = results
    }

    /// Smaller temporaries, such as the means of rows, stay as they are: they cost no time and every element depends on
    /// them.
    static let leastElements = 4096

    /// Narrows what may be: partial results of reductions stay in float32, since sums accumulate in it.
    func apply(to builder: inout ScheduleBuilder) {
        for buffer in builder.state.program.buffers where buffer.count >= Self.leastElements {
            guard let producer = builder.state.program.producer(of: buffer.name),
                !builder.state.holdsPartials(buffer.name, of: producer)
            else { continue }
            let type = producer.isCopy ? copies : results
            if type.isNarrow { builder.attempt(.narrow(Narrow(buffer: buffer.name, type: type))) }
        }
    }
}

extension Stage {
    /// Whether it only moves elements.
    fileprivate var isCopy: Bool {
        guard monoid == nil, body.count == 1, case .load = body[0] else { return false }
        return true
    }
}

extension ScheduleState {
    /// Whether a reduction's states are stored as they are, to be combined further.
    fileprivate func holdsPartials(_ buffer: String, of producer: Stage) -> Bool {
        guard let monoid = producer.monoid, producer.finish.indices.allSatisfy({ producer.finish[$0] == .state($0) })
        else { return false }
        return program.consumers(of: buffer).contains { consumer in
            consumer.monoid == monoid
                && consumer.body.allSatisfy { lift in
                    if case .load(let load) = lift { producer.outputs.contains(load.buffer) } else { false }
                }
        }
    }
}
