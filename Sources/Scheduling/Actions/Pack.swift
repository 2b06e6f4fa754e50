import KernelIR

/// Copies an input into panels before use: `width` neighbours of one axis lie together, then the other dimensions in order.
///
/// Legal when the buffer is in device memory (its producer is not attached) and the stage reads it in one place along the
/// axis that is cut; reads that do not depend on the axis stay. What is copied is the smallest of three: the buffer's own
/// dimensions, where one is read at just that axis (those read at other plain axes come first where they are spatial, and
/// those read at any other index are copied whole); windows, where one is read at that axis and steps beside it (a panel
/// then also holds what the steps of its last places reach, in whole vectors, and dimensions that neighbouring places walk
/// come first); or what the read finds at each point of the axes it depends on, as for the heads of a projection. The last
/// two only up to twice the buffer. The last panel is padded, and only points beyond the axis' end read that.
/// The copy is a stage of its own (`pack.BUFFER`) and is timed with the program.
/// ```
/// C[m,n] += A[m,k]·B[k,n]     →     P[n/48, k, n%48] = B[k, n]          (pack.B)
///                                   C[m,n] += A[m,k]·P[n/48, k, n%48]
/// ```
public struct Pack: ScheduleAction {
    public static let name = "pack"
    public var stage: String
    public var buffer: String
    /// The stage's axis that is cut into panels.
    public var axis: String
    /// Elements of the axis in one panel.
    public var width: Int

    public init(stage: String, buffer: String, axis: String, width: Int) {
        self.stage = stage
        self.buffer = buffer
        self.axis = axis
        self.width = width
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var consumer = try state.stage(stage)
        let load = try read(by: consumer)
        guard width >= 2, width <= 1024 else {
            throw ScheduleError(.illegalParameter, "panel width \(width) for \(buffer) in \(stage)", hint: "2 to 1024")
        }
        let shape = state.program.buffer(buffer)?.shape ?? []
        guard
            let layout = PanelLayout.smallest(
                consumer, load, shape, cut: axis, width: width, lanes: state.target.vectorWidths.last ?? 1)
        else {
            throw ScheduleError(
                .illegalDataFlow, "panels of \(buffer) along \(axis) would hold many copies of each element",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        if let producer = state.program.producer(of: buffer), state.nests[producer.name]?.attachment != nil {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) lives inside a kernel, since \(producer.name) is attached",
                hint: "pack before attaching, or pack another buffer")
        }
        let packed = state.freshName("pack.\(buffer)")
        let type = state.program.buffer(buffer)?.type ?? .float32
        state.program.buffers.append(Buffer(packed, type, shape: layout.shape, role: .temporary))
        state.insert(layout.copyStage(packed), before: stage)
        let read = Expr.load(layout.read(packed, insteadOf: load))
        consumer.body = consumer.body.map { $0.replacing(load, by: read) }
        consumer.finish = consumer.finish.map { $0.replacing(load, by: read) }
        state.replace(consumer)
    }
}

extension Pack {
    /// The one read of the buffer along the axis.
    private func read(by consumer: Stage) throws(ScheduleError) -> Load {
        let all = Set(consumer.loads.filter { $0.buffer == buffer })
        guard !all.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) does not read \(buffer)",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        let along = all.filter { $0.indices.contains { $0.axes.contains(axis) } }
        guard !along.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "\(buffer) is not read along \(axis)",
                hint: "axes: " + Set(all.flatMap(\.indices).flatMap(\.axes)).sorted().joined(separator: " "))
        }
        guard along.count == 1, let load = along.first else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) reads \(buffer) in \(along.count) different ways along \(axis)",
                hint: "buffers read: " + Set(consumer.loads.map(\.buffer)).sorted().joined(separator: " "))
        }
        return load
    }
}

extension Expr {
    /// Replaces every read equal to `load`.
    func replacing(_ load: Load, by other: Expr) -> Expr {
        rewritten { node in if case .load(let found) = node, found == load { other } else { node } }
    }
}
