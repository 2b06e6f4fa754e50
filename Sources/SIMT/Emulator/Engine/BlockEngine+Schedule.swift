import CSIMT

/// Which warp and which fragment runs next.
extension BlockEngine {
    /// Instructions a fragment may run before another of its warp gets a turn, and a warp before another one; fewer
    /// where the whole block may not run as many.
    private var fragmentBudget: Int { min(1 << 14, warpBudget) }
    private var warpBudget: Int { Int(min(1 << 18, max(context.options.instructionLimit, 1))) }

    /// Runs the block with that linear index; false if a fault ended it.
    func run(block index: Int) -> Bool {
        reset(index)
        while true {
            var isAlive = false
            var hasRun = false
            for number in 0..<warpCount where warps[number].fragmentCount > 0 {
                isAlive = true
                guard hasRunnable(warps + number) else { continue }
                hasRun = true
                guard advance(warps + number) else { return false }
                // Threads that ended may have been the last ones a barrier waited for.
                releaseBarriers()
                if state.pointee.blockInstructions > context.options.instructionLimit {
                    faultOfLimit(warps + number)
                    return false
                }
            }
            guard isAlive else { return true }
            guard hasRun else {
                faultOfDeadlock()
                return false
            }
        }
    }

    private func reset(_ index: Int) {
        state.pointee.block = context.launch.grid.place(index)
        state.pointee.blockIndex = index
        state.pointee.blockInstructions = 0
        state.pointee.liveThreads = context.launch.block.count
        barriers.update(repeating: BlockBarrier(), count: Self.barrierCount)
        arrivals.update(repeating: 0, count: 32 * Self.barrierCount)
        // Nothing promises zeros in shared memory; all ones are no number, so a result that depends on them shows.
        sharedWindow.pointee.host.update(repeating: -1, count: context.sharedBytes)
        for number in 0..<warpCount {
            let warp = warps + number
            UnsafeMutableRawPointer(warp.pointee.registers).initializeMemory(
                as: UInt8.self, repeating: 0, count: frameBytes)
            warp.pointee.live = warp.pointee.threads
            warp.pointee.fragmentCount = 0
            warp.pointee.add(Fragment(pc: 0, depth: 0, mask: warp.pointee.threads))
        }
        observer?.beginBlock(index)
    }

    private func hasRunnable(_ warp: UnsafeMutablePointer<Warp>) -> Bool {
        for number in 0..<Int(warp.pointee.fragmentCount) where warp.pointee.fragments[number].state == .runnable {
            return true
        }
        return false
    }

    /// Runs the fragments of a warp until all wait or ended, or the warp used up its budget; false on a fault.
    private func advance(_ warp: UnsafeMutablePointer<Warp>) -> Bool {
        let before = state.pointee.blockInstructions
        let budgets = (warp: warpBudget, fragment: fragmentBudget)
        while true {
            merge(warp)
            guard let (number, stop) = choose(warp) else { return true }
            // Lanes that part, meet and call without end use up no fragment's budget.
            if state.pointee.blockInstructions &- before > UInt64(budgets.warp) { return true }
            let isAlone = warp.pointee.fragmentCount == 1
            switch execute(warp, number, stop: stop, budget: isAlone ? budgets.warp : budgets.fragment) {
            case .reschedule, .regroup, .blocked: continue
            case .fault: return false
            case .yield:
                warp.pointee.fragments[number].turns &+= 1
                // Others in the warp go on at once; when all had their turn, other warps do.
                if isAlone || !hasFresh(warp, below: warp.pointee.fragments[number].turns) {
                    for other in 0..<Int(warp.pointee.fragmentCount) { warp.pointee.fragments[other].turns = 0 }
                    return true
                }
            }
        }
    }

    private func hasFresh(_ warp: UnsafeMutablePointer<Warp>, below turns: UInt32) -> Bool {
        for number in 0..<Int(warp.pointee.fragmentCount)
        where warp.pointee.fragments[number].state == .runnable && warp.pointee.fragments[number].turns < turns {
            return true
        }
        return false
    }

    /// Drops empty fragments and joins those at the same place.
    private func merge(_ warp: UnsafeMutablePointer<Warp>) {
        let fragments = warp.pointee.fragments
        var count = 0
        for number in 0..<Int(warp.pointee.fragmentCount) {
            let fragment = fragments[number]
            if fragment.mask == 0 { continue }
            var isJoined = false
            if fragment.state != .barrier {
                for other in 0..<count
                where fragments[other].pc == fragment.pc && fragments[other].depth == fragment.depth
                    && fragments[other].state != .barrier
                {
                    fragments[other].mask |= fragment.mask
                    // More lanes are here than when one of them began to wait.
                    fragments[other].state = .runnable
                    fragments[other].turns = min(fragments[other].turns, fragment.turns)
                    isJoined = true
                    break
                }
            }
            if !isJoined {
                fragments[count] = fragment
                count += 1
            }
        }
        warp.pointee.fragmentCount = Int32(count)
    }

    /// The fragment to run, and the place where it must look again; nil if none can run.
    ///
    /// The deepest call goes first, then the lowest place: lanes that are behind catch up, and meet the others where
    /// their paths join again, whatever the shape of the flow.
    private func choose(_ warp: UnsafeMutablePointer<Warp>) -> (number: Int, stop: Int32)? {
        let fragments = warp.pointee.fragments
        let count = Int(warp.pointee.fragmentCount)
        if count == 1 { return fragments[0].state == .runnable ? (0, .max) : nil }
        var best = -1
        for number in 0..<count where fragments[number].state == .runnable {
            if best < 0 || precedes(fragments[number], fragments[best]) { best = number }
        }
        guard best >= 0 else { return nil }
        var stop = Int32.max
        for number in 0..<count
        where number != best && fragments[number].state != .barrier && fragments[number].depth == fragments[best].depth
            && fragments[number].pc > fragments[best].pc
        {
            stop = min(stop, fragments[number].pc)
        }
        return (best, stop)
    }

    private func precedes(_ left: Fragment, _ right: Fragment) -> Bool {
        if left.turns != right.turns { return left.turns < right.turns }
        if left.depth != right.depth { return left.depth > right.depth }
        return left.pc < right.pc
    }
}
