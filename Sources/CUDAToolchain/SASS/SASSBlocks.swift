/// A function as basic blocks: runs of instructions that are entered at their first and left at their last.
struct SASSBlocks {
    /// Instructions of each block, as positions in the function.
    private(set) var ranges: [Range<Int>] = []
    /// Blocks that may follow each block.
    private(set) var successors: [[Int]] = []
    /// Blocks at which code is entered from outside.
    private(set) var entries: [Int] = []

    init(_ function: SASSFunction) {
        let instructions = function.instructions
        guard !instructions.isEmpty else { return }
        var positions: [Int: Int] = [:]
        for (position, instruction) in instructions.enumerated() { positions[instruction.address] = position }
        var starts: Set<Int> = [0]
        let outside = function.entries.compactMap { positions[$0] }
        starts.formUnion(outside)
        for (position, instruction) in instructions.enumerated() {
            let targets = instruction.successors.compactMap { positions[$0] }
            starts.formUnion(targets)
            let isLast = !targets.isEmpty || !instruction.mayContinue
            if isLast, position + 1 < instructions.count { starts.insert(position + 1) }
        }
        let order = starts.sorted()
        var blocks: [Int: Int] = [:]
        for (block, start) in order.enumerated() {
            blocks[start] = block
            ranges.append(start..<(block + 1 < order.count ? order[block + 1] : instructions.count))
        }
        for (block, range) in ranges.enumerated() {
            let last = instructions[range.upperBound - 1]
            var next = last.successors.compactMap { positions[$0] }.compactMap { blocks[$0] }
            if last.mayContinue, block + 1 < ranges.count { next.append(block + 1) }
            successors.append(Array(Set(next)).sorted())
        }
        entries = Array(Set(outside.compactMap { blocks[$0] })).sorted()
    }

    /// Blocks that may come before each block.
    var predecessors: [[Int]] {
        var predecessors = [[Int]](repeating: [], count: ranges.count)
        for (block, next) in successors.enumerated() {
            for follower in next { predecessors[follower].append(block) }
        }
        return predecessors
    }
}
