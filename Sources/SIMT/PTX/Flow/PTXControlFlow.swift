/// The control flow of a function: its basic blocks in the order of the text, the first one being the entry.
///
/// Calls do not end a block. Threads that leave the function meet behind the last block, at a virtual exit that has no
/// number.
public struct PTXControlFlow: Sendable, Hashable {
    public var blocks: [PTXBasicBlock]
    /// By instruction, the block that holds it.
    public var blockOfInstruction: [Int]
    /// By block, whether a path leads to it from the entry.
    public var isReachable: [Bool]
    /// By block, whether a path leads from it to the exit.
    public var reachesExit: [Bool]
    /// By block, the nearest other block on every path to the exit, where diverged threads meet again at the latest.
    ///
    /// Nil when that is the exit itself, and for blocks from which no path leads to the exit.
    public var immediatePostdominators: [Int?]
    /// By block, the nearest other block on every path from the entry; nil for the entry and unreachable blocks.
    public var immediateDominators: [Int?]

    /// The control flow of the body; empty for a declaration.
    public init(of function: PTXFunction) {
        self.init(instructions: function.instructions)
    }

    /// The control flow of a list of instructions whose labels are indices in it.
    public init(instructions: [PTXInstruction]) {
        var blocks: [PTXBasicBlock] = []
        var blockOfInstruction: [Int] = []
        let leaders = Self.leaders(instructions)
        for (start, end) in zip(leaders, leaders.dropFirst() + [instructions.count]) {
            blockOfInstruction += Array(repeating: blocks.count, count: end - start)
            blocks.append(PTXBasicBlock(instructions: start..<end))
        }
        let exit = blocks.count
        for index in blocks.indices {
            var targets: Set<Int> = []
            for next in Self.next(after: blocks[index].instructions.upperBound - 1, instructions) {
                targets.insert(next < instructions.count ? blockOfInstruction[next] : exit)
            }
            blocks[index].leaves = targets.contains(exit)
            blocks[index].successors = targets.filter { $0 != exit }.sorted()
            for successor in blocks[index].successors { blocks[successor].predecessors.append(index) }
        }
        var forward = blocks.map { $0.successors + ($0.leaves ? [exit] : []) }
        forward.append([])
        var backward = blocks.map(\.predecessors)
        backward.append(blocks.indices.filter { blocks[$0].leaves })
        let dominators = PTXDominators.immediate(root: 0, successors: forward, predecessors: backward)
        let postdominators = PTXDominators.immediate(root: exit, successors: backward, predecessors: forward)
        isReachable = blocks.indices.map { dominators[$0] != nil }
        reachesExit = blocks.indices.map { postdominators[$0] != nil }
        immediateDominators = blocks.indices.map { $0 == 0 ? nil : dominators[$0] }
        immediatePostdominators = blocks.indices.map { postdominators[$0] == exit ? nil : postdominators[$0] }
        self.blocks = blocks
        self.blockOfInstruction = blockOfInstruction
    }

    /// The block that a branch at the end of `block` meets again in, as an instruction index; nil if only at the exit.
    public func reconvergence(of block: Int) -> Int? {
        immediatePostdominators[block].map { blocks[$0].instructions.lowerBound }
    }

    /// The edges that go back to a block that dominates their start: one per loop of a reducible graph.
    public var backEdges: [(from: Int, to: Int)] {
        blocks.indices.flatMap { from in
            blocks[from].successors.filter { isReachable[from] && dominates($0, from) }.map { (from, $0) }
        }
    }

    /// Whether every path from the entry to `inner` goes through `outer`; true for a reachable block and itself.
    public func dominates(_ outer: Int, _ inner: Int) -> Bool {
        guard isReachable[inner] else { return false }
        var place: Int? = inner
        while let block = place {
            if block == outer { return true }
            place = immediateDominators[block]
        }
        return false
    }

    // MARK: Edges

    /// The first instructions of all blocks, ascending.
    private static func leaders(_ instructions: [PTXInstruction]) -> [Int] {
        var isLeader = Array(repeating: false, count: instructions.count + 1)
        isLeader[0] = true
        for (index, instruction) in instructions.enumerated() {
            for target in instruction.targets { isLeader[target] = true }
            if instruction.endsBlock { isLeader[index + 1] = true }
        }
        return instructions.indices.filter { isLeader[$0] }
    }

    /// The instructions that may run after instruction `index`; the number of instructions stands for the exit.
    private static func next(after index: Int, _ instructions: [PTXInstruction]) -> [Int] {
        let instruction = instructions[index]
        var next = instruction.targets
        if instruction.leaves { next.append(instructions.count) }
        if !instruction.endsBlock || instruction.predicate != nil { next.append(index + 1) }
        return next
    }
}
