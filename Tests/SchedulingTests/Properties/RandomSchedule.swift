import KernelIR

@testable import Scheduling

/// Random walks through the legal actions.
enum RandomSchedule {
    /// Up to `steps` actions, each legal after the ones before it.
    static func make(_ start: ScheduleState, steps: Int, _ generator: inout SeededGenerator) -> Schedule {
        var state = start
        var schedule: Schedule = []
        // Half of the walks begin with what is legal only while loops are untouched, or as schedules for GPUs do.
        let isCPU = start.target.prefersExplicitLanes
        let beginnings: [[[String]]] = isCPU ? [[rewrites], []] : [groups, groups, [rewrites], []]
        let beginning = beginnings.randomElement(using: &generator) ?? []
        for number in 0..<steps {
            let kinds = number < beginning.count ? beginning[number] : nil
            var found = step(state, kinds, &generator)
            if found == nil, kinds != nil { found = step(state, nil, &generator) }
            guard let (action, next) = found else { break }
            schedule.append(action)
            state = next
        }
        return schedule
    }

    /// What the walk of a seed is for: a CPU, or every fourth one a GPU.
    static func target(of seed: UInt64) -> TargetProfile { seed % 4 == 3 ? ProgramGPUTests.target : .genericAVX512 }

    private static let rewrites = [
        FuseReductions.name, SplitReduction.name, Separate.name, Factor.name, ScanBlock.name, Winograd.name,
    ]

    /// Loops on groups and work-items, then what is legal only there.
    private static let groups = [
        [Bind.name], [Bind.name], [StageOperand.name, Rasterize.name], [Pipeline.name, Rasterize.name],
    ]

    /// A legal action of the wanted kinds where there is one: a listed one, or one with other parameters than the list proposes.
    ///
    /// Kinds are drawn before actions and get several tries, so that the many possible splits don't crowd out the rest.
    private static func step(
        _ state: ScheduleState, _ wanted: [String]?, _ generator: inout SeededGenerator
    ) -> (Action, ScheduleState)? {
        let candidates = state.candidateActions()
        let kinds = Dictionary(grouping: candidates.indices) { type(of: candidates[$0].wrapped).name }
        let listed = kinds.keys.sorted()
        let some = listed.filter { wanted?.contains($0) ?? true }
        let names = some.isEmpty ? listed : some
        for _ in 0..<16 {
            guard let name = names.randomElement(using: &generator) else { return nil }
            for place in (kinds[name] ?? []).shuffled(using: &generator).prefix(12) {
                let isListed = Bool.random(using: &generator)
                let action = isListed ? candidates[place] : varied(candidates[place], &generator)
                if let next = try? state.applying(action) { return (action, next) }
            }
        }
        return nil
    }

    /// The action with parameters that no list would propose: odd factors, narrow panels, permissions granted.
    private static func varied(_ action: Action, _ generator: inout SeededGenerator) -> Action {
        let number = Int.random(in: 2...20, using: &generator)
        switch action {
        case .split(var split):
            split.factor = number
            return .split(split)
        case .vectorize(var vectorize):
            vectorize.gather = true
            return .vectorize(vectorize)
        case .accumulators(var accumulators):
            accumulators.count = number
            return .accumulators(accumulators)
        case .pack(var pack):
            pack.width = number
            return .pack(pack)
        case .attach(var attach):
            attach.allowRecompute = true
            return .attach(attach)
        case .splitReduction(var split):
            split.block = number
            return .splitReduction(split)
        case .fuseReductions(var fuse):
            fuse.block = number
            return .fuseReductions(fuse)
        case .scanBlock(var scan):
            scan.block = number
            return .scanBlock(scan)
        default: return action
        }
    }
}
