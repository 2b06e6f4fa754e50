/// Code that runs again and again: everything between a place and a branch back to it.
public struct SASSLoop: Sendable, Hashable {
    /// The address that is branched back to.
    public var start: Int
    /// Addresses of the branches back.
    public var branches: [Int]
    /// The instructions of the body, inner loops included, in order of their addresses.
    public var instructions: [SASSInstruction]
    /// Loops around this one; 0 for an outermost.
    public var depth: Int
    /// Whether no loop is inside.
    public var isInnermost: Bool

    /// The mix of one run through the body, where every instruction runs once.
    public var mix: SASSMix { SASSMix(instructions) }

    /// The source lines of the body's instructions in a file, without those of inlined functions elsewhere.
    public func lines(in file: String) -> ClosedRange<Int>? {
        let lines = instructions.flatMap(\.locations).filter { $0.file == file }.map(\.line)
        guard let first = lines.min(), let last = lines.max() else { return nil }
        return first...last
    }
}

extension SASSFunction {
    /// The loops, outer ones before those inside, by address.
    ///
    /// A loop is a branch back to a block that every way to the branch passes. Code that was moved out of the way and
    /// jumps back is none, nor is the branch to itself behind a function's end, which nothing leads to.
    public var loops: [SASSLoop] {
        let blocks = SASSBlocks(self)
        let dominators = SASSDominators(blocks)
        let predecessors = blocks.predecessors
        var bodies: [Int: Set<Int>] = [:]
        var branches: [Int: [Int]] = [:]
        for (block, next) in blocks.successors.enumerated() {
            for head in next where dominators.dominates(head, block) {
                branches[head, default: []].append(instructions[blocks.ranges[block].upperBound - 1].address)
                bodies[head, default: [head]].formUnion(Self.body(head, block, predecessors))
            }
        }
        return bodies.map { head, body in
            let around = bodies.filter { $0.key != head && $0.value.contains(head) && $0.value.isSuperset(of: body) }
            let inside = bodies.keys.contains { $0 != head && body.contains($0) }
            return SASSLoop(
                start: instructions[blocks.ranges[head].lowerBound].address, branches: branches[head] ?? [],
                instructions: body.sorted().flatMap { instructions[blocks.ranges[$0]] }, depth: around.count,
                isInnermost: !inside)
        }
        .sorted { ($0.start, $0.depth) < ($1.start, $1.depth) }
    }

    /// The blocks from which the end is reached without passing the head, and the head.
    private static func body(_ head: Int, _ end: Int, _ predecessors: [[Int]]) -> Set<Int> {
        var body: Set<Int> = [head, end]
        var open = head == end ? [] : [end]
        while let block = open.popLast() {
            for before in predecessors[block] where body.insert(before).inserted { open.append(before) }
        }
        return body
    }
}
