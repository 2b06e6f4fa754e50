import KernelIR

/// Stores a temporary in 16 bits: half the bytes to write and to read, for a rounding of each element and a conversion of
/// each vector.
///
/// Legal for a float32 temporary in device memory, also when the loops of its writer and its readers are scheduled.
/// Values are rounded to nearest even when they are stored and are float32 again when they are loaded, so sums still
/// accumulate in float32. It is the only action that changes values by more than another order of operations does.
/// ```
/// for i: T[i] = A[i]*2             for i: T[i] = float16(A[i]*2)
/// for j: C[j] = T[j] + 1     →     for j: C[j] = float32(T[j]) + 1
/// ```
public struct Narrow: ScheduleAction {
    public static let name = "narrow"
    public var buffer: String
    /// `float16` (11 significant bits, at most 65504) or `bfloat16` (8 bits, the range of float32).
    public var type: DType

    /// The types that a temporary may be stored in.
    public static let types: [DType] = [.float16, .bfloat16]

    public init(buffer: String, type: DType) {
        self.buffer = buffer
        self.type = type
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let temporaries = state.program.buffers.filter { $0.role == .temporary }.map(\.name)
        let hint = "temporaries: " + temporaries.joined(separator: " ")
        guard let position = state.program.buffers.firstIndex(where: { $0.name == buffer }) else {
            throw ScheduleError(.unknownName, "no buffer named \(buffer)", hint: hint)
        }
        let declared = state.program.buffers[position]
        guard declared.role == .temporary, var producer = state.program.producer(of: buffer) else {
            throw ScheduleError(
                .illegalDataFlow,
                "\(buffer) is an \(declared.role.rawValue), whose type is not the schedule's to choose",
                hint: hint)
        }
        guard declared.type == .float32, Narrow.types.contains(type) else {
            throw ScheduleError(
                .illegalParameter, "\(buffer), of type \(declared.type.rawValue), as \(type.rawValue)",
                hint: "float32 as " + Narrow.types.map(\.rawValue).joined(separator: " or "))
        }
        if state.isLocal(buffer) {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) lives inside a kernel, since \(producer.name) is attached",
                hint: "narrow temporaries that go through memory")
        }
        state.program.buffers[position].type = type
        if let output = producer.outputs.firstIndex(of: buffer) { producer.round(output, to: type) }
        state.replace(producer)
        for consumer in state.program.consumers(of: buffer) { state.replace(consumer.widening(buffer)) }
    }
}

extension Stage {
    /// Casts one output's values.
    fileprivate mutating func round(_ output: Int, to type: DType) {
        if monoid == nil {
            body[output] = .cast(type, body[output])
        } else {
            finish[output] = .cast(type, finish[output])
        }
    }

    /// The same stage with every read of a buffer cast to float32.
    fileprivate func widening(_ buffer: String) -> Stage {
        func widened(_ expr: Expr) -> Expr {
            expr.rewritten { node in
                if case .load(let load) = node, load.buffer == buffer { .cast(.float32, node) } else { node }
            }
        }
        var copy = self
        copy.body = body.map(widened)
        copy.finish = finish.map(widened)
        return copy
    }
}
