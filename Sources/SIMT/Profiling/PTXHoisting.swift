/// The order in which an assembler would issue the instructions of a basic block.
///
/// PTX is not scheduled: loads stand beside their use. The assembler moves them up as far as their addresses, stores to
/// the same memory and barriers allow, so that as many as possible are under way at once.
struct PTXHoisting {
    let code: [PTXInstruction]
    /// By instruction.
    let uses: [PTXRegisterUse]

    /// The instructions of a block in that order.
    func order(of block: Range<Int>) -> [Int] {
        var order: [Int] = []
        var start = block.lowerBound
        for index in block where code[index].operation.holdsLoads {
            order += hoisted(start..<index) + [index]
            start = index + 1
        }
        return order + hoisted(start..<block.upperBound)
    }

    private func hoisted(_ run: Range<Int>) -> [Int] {
        var definitions: [Int: Int] = [:]
        var sources: [Int: [Int]] = [:]
        // What depends on a load of the run, and what goes first.
        var late: Set<Int> = []
        var early: Set<Int> = []
        var stored: Set<WaitScan.Memory> = []
        for index in run {
            let needed = uses[index].reads.compactMap { definitions[$0] }
            sources[index] = needed
            let isLate = needed.contains { late.contains($0) }
            let unit = code[index].operation.unit
            if let memory = unit.awaited {
                let isBlocked = stored.contains(memory) && !code[index].operation.isReadOnlyLoad
                if !isLate, !isBlocked, memory != .copy { Self.collect(index, sources, &early) }
                late.insert(index)
            } else if isLate {
                late.insert(index)
            }
            if unit == .globalStore || unit == .localStore { stored.insert(.long) }
            if unit == .sharedStore || unit == .asyncCopy { stored.insert(.shared) }
            for register in uses[index].writes { definitions[register] = index }
        }
        return run.filter { early.contains($0) } + run.filter { !early.contains($0) }
    }

    /// Adds an instruction and everything in the run that it needs.
    private static func collect(_ index: Int, _ sources: [Int: [Int]], _ collected: inout Set<Int>) {
        var open = [index]
        while let next = open.popLast() {
            if collected.insert(next).inserted { open += sources[next] ?? [] }
        }
    }
}

extension PTXOperation {
    /// Whether no load may move from behind the instruction to before it.
    var holdsLoads: Bool {
        switch self {
        case .barrier, .clusterBarrier, .warpBarrier, .fence, .mbarrier, .atom, .red, .call, .cpAsyncWaitGroup,
            .cpAsyncWaitAll:
            true
        default: false
        }
    }

    /// Whether it loads what nobody writes during the launch.
    var isReadOnlyLoad: Bool {
        if case .ld(let access) = self { access.isNonCoherent } else { false }
    }
}
