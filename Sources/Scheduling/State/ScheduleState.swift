import KernelIR

/// A program on its way to loops: the stages as rewritten so far, and how each of them is walked.
///
/// A value; actions are pure functions from state to state. Loop names are unique in the whole state.
public struct ScheduleState: Sendable, Hashable, Codable {
    public internal(set) var program: TensorProgram
    /// By stage name.
    public internal(set) var nests: [String: Nest]
    public let target: TargetProfile

    /// The unscheduled program: every stage its own kernel, all loops serial in definition order.
    ///
    /// Axis names that several stages use become `stage.axis`.
    public init(_ program: TensorProgram, target: TargetProfile) {
        self.program = program.withUniqueAxes()
        self.target = target
        nests = Dictionary(uniqueKeysWithValues: self.program.stages.map { ($0.name, Nest($0)) })
    }

    /// The stage of that name.
    func stage(_ name: String) throws(ScheduleError) -> Stage {
        guard let stage = program.stage(name) else {
            throw ScheduleError(
                .unknownName, "no stage named \(name)",
                hint: "stages: " + program.stages.map(\.name).joined(separator: " "))
        }
        return stage
    }

    /// The nest of the stage of that name.
    func nest(_ stage: String) throws(ScheduleError) -> Nest {
        let definition = try self.stage(stage)
        return nests[stage] ?? Nest(definition)
    }

    /// A loop and its position in the stage's nest.
    func loop(_ name: String, of stage: String) throws(ScheduleError) -> (position: Int, loop: Nest.Loop) {
        let nest = try nest(stage)
        guard let position = nest.position(of: name) else {
            throw ScheduleError(
                .unknownName, "stage \(stage) has no loop \(name)",
                hint: "loops: " + nest.loops.map(\.name).joined(separator: " "))
        }
        return (position, nest.loops[position])
    }

    /// Refuses to change a loop that an attached stage's region depends on.
    func checkNotPinned(_ loop: String, of stage: String) throws(ScheduleError) {
        guard nests.values.contains(where: { $0.attachment != nil }) else { return }
        for other in program.stages {
            guard let attachment = nests[other.name]?.attachment else { continue }
            let isBase = attachment.bases.contains { $0.axes.contains(loop) }
            guard isBase || (attachment.consumer == stage && attachment.loop == loop) else { continue }
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) carries the attached stage \(other.name)",
                hint: "change this loop before attaching")
        }
    }

    /// Refuses to change how often a loop's body runs while a stage is attached to it.
    func checkNotCarrying(_ loop: String, of stage: String) throws(ScheduleError) {
        for other in program.stages {
            guard let attachment = nests[other.name]?.attachment, attachment.consumer == stage,
                attachment.loop == loop
            else { continue }
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) carries the attached stage \(other.name)",
                hint: "change the loops inside before attaching")
        }
    }

    /// Ranges of a stage's loops and of those it is attached in; names are unique, so one environment serves every proof.
    func ranges(around stage: String) -> Ranges {
        var ranges = Ranges()
        var name: String? = stage
        while let current = name, let nest = nests[current] {
            for loop in nest.loops { ranges[loop.name] = 0...(loop.extent - 1) }
            if let tile = nest.matrix { (ranges[tile.half], ranges[tile.pair]) = (0...1, 0...1) }
            name = nest.attachment?.consumer
        }
        return ranges
    }

    /// A name that no stage or buffer has yet: `base`, or `base` with a number.
    func freshName(_ base: String) -> String {
        base.unused(in: Set(program.stages.map(\.name) + program.buffers.map(\.name)))
    }

    /// The names of all axes and loops.
    var axisNames: Set<String> {
        program.stages.reduce(into: []) { names, stage in
            names.formUnion((stage.axes + stage.reduceAxes).map(\.name))
            names.formUnion(nests[stage.name]?.loops.map(\.name) ?? [])
        }
    }

    /// Refuses names for new loops that others have already, since one environment of ranges serves all loops.
    func checkUnused(_ names: [String], replacing loop: String) throws(ScheduleError) {
        for name in names where isTaken(name) {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) cannot become \(name), which another loop or axis is called",
                hint: "use other loops, or rename the axis in the program")
        }
    }

    /// Whether an axis or a loop has the name.
    private func isTaken(_ name: String) -> Bool {
        program.stages.contains { stage in
            (nests[stage.name]?.loops ?? []).contains { $0.name == name } || stage.axes.contains { $0.name == name }
                || stage.reduceAxes.contains { $0.name == name }
        }
    }

    /// Adds a stage before another one, with the default nest and unique axis names.
    mutating func insert(_ stage: Stage, before other: String) {
        let position = program.stages.firstIndex { $0.name == other } ?? program.stages.endIndex
        program.stages.insert(stage, at: position)
        nests[stage.name] = Nest(stage)
    }

    /// Removes a stage and the temporaries only it wrote.
    mutating func remove(_ stage: Stage) {
        program.stages.removeAll { $0.name == stage.name }
        program.buffers.removeAll { stage.outputs.contains($0.name) && $0.role == .temporary }
        nests[stage.name] = nil
    }

    /// Replaces a stage of the same name whose axes are unchanged.
    mutating func replace(_ stage: Stage) {
        guard let position = program.stages.firstIndex(where: { $0.name == stage.name }) else { return }
        program.stages[position] = stage
    }
}
