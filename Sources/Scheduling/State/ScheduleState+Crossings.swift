import KernelIR

extension ScheduleState {
    /// Where the work-items that share a reduction stand in their group.
    struct CrossingLayout {
        /// Work-items that share it.
        var count: Int
        /// The distance between neighbours among them, in numbers of work-items.
        var stride: Int
        /// Work-items of the group.
        var size: Int
    }

    /// The stage whose kernel a stage is computed in: itself, or what it is attached to, perhaps through others.
    func root(of stage: String) -> String {
        nests[stage]?.attachment.map { root(of: $0.consumer) } ?? stage
    }

    /// The loops over work-items of the kernel that a stage is computed in, slowest first.
    func itemLoops(around stage: String) -> [Nest.Loop] {
        (nests[root(of: stage)]?.loops ?? []).filter { $0.kind == .item }
    }

    /// The layout of the work-items that share a stage's reduction; nil where each of them reduces alone.
    func crossingLayout(of stage: String) -> CrossingLayout? {
        guard let crossing = nests[stage]?.crossing else { return nil }
        let loops = itemLoops(around: stage)
        guard let position = loops.firstIndex(where: { $0.name == crossing.items }) else { return nil }
        func product(_ loops: ArraySlice<Nest.Loop>) -> Int { loops.reduce(1) { $0 * $1.extent } }
        return CrossingLayout(
            count: loops[position].extent, stride: product(loops[(position + 1)...]), size: product(loops[...]))
    }

    /// Refuses states in which work-items could not combine what they hold: by the method, on the target, in its shared
    /// memory.
    func checkCrossings() throws(ScheduleError) {
        // Every action asks this of all stages, and on CPUs there is nothing to combine.
        guard nests.values.contains(where: { $0.attachment != nil || $0.crossing != nil }) else { return }
        for stage in program.stages {
            guard let crossing = nests[stage.name]?.crossing, let layout = crossingLayout(of: stage.name) else {
                continue
            }
            guard crossing.method != .shuffle || target.hasWarps else {
                throw ScheduleError(
                    .illegalParameter, "\(stage.name) is combined by shuffles, but \(target.name) has no warps",
                    hint: "method tree")
            }
            if let problem = crossing.method.problem(
                count: layout.count, stride: layout.stride, inGroupOf: layout.size)
            {
                throw ScheduleError(
                    .illegalParameter, "\(stage.name) over \(crossing.items): \(problem.message)", hint: problem.hint)
            }
        }
        try checkLocalMemory()
    }

    /// Refuses states in which a group would need more local memory than the target has, for the states that its
    /// work-items combine and for what they compute together.
    func checkLocalMemory() throws(ScheduleError) {
        var bytes: [String: Int] = [:]
        for stage in program.stages {
            let part = localBytes(of: stage.name)
            if part > 0 { bytes[root(of: stage.name), default: 0] += part }
            guard let layout = crossingLayout(of: stage.name) else { continue }
            let states = (stage.monoid?.states ?? []).reduce(0) { $0 + $1.inRegisters.byteCount }
            bytes[root(of: stage.name), default: 0] += layout.size * states
        }
        for (kernel, need) in bytes.sorted(by: { $0.key < $1.key }) where need > target.localBytes {
            throw ScheduleError(
                .tooLarge, "a group of \(kernel) would share \(need) bytes of local memory",
                hint: "at most \(target.localBytes); fewer work-items, or a smaller part for them")
        }
    }
}
