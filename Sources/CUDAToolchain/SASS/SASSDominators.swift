/// Which blocks every way to a block passes.
///
/// Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", Rice University TR-06-33870.
struct SASSDominators {
    /// For each block the last one that every way to it passes; the root, numbered like one block more, stands before
    /// every entry. Nil where no way leads.
    private let nearest: [Int?]
    /// Positions in reverse postorder; the root is the first.
    private let order: [Int?]

    init(_ blocks: SASSBlocks) {
        let root = blocks.ranges.count
        let sequence = Self.reversePostorder(blocks, root)
        var order = [Int?](repeating: nil, count: root + 1)
        for (position, block) in sequence.enumerated() { order[block] = position }
        var predecessors = blocks.predecessors
        for entry in blocks.entries { predecessors[entry].append(root) }
        var nearest = [Int?](repeating: nil, count: root + 1)
        nearest[root] = root
        var changes = true
        while changes {
            changes = false
            for block in sequence.dropFirst() {
                let known = predecessors[block].filter { nearest[$0] != nil }
                guard let first = known.first else { continue }
                let common = known.dropFirst().reduce(first) { Self.meet($0, $1, nearest, order) }
                if nearest[block] != common {
                    nearest[block] = common
                    changes = true
                }
            }
        }
        (self.nearest, self.order) = (nearest, order)
    }

    /// Whether every way to `block` passes `other`; a block that is not reached is passed by none.
    func dominates(_ other: Int, _ block: Int) -> Bool {
        guard let goal = order[other], order[block] != nil else { return false }
        var current = block
        while let position = order[current], position > goal, let next = nearest[current] { current = next }
        return current == other
    }

    private static func meet(_ left: Int, _ right: Int, _ nearest: [Int?], _ order: [Int?]) -> Int {
        var (left, right) = (left, right)
        while left != right {
            if (order[left] ?? 0) > (order[right] ?? 0) {
                left = nearest[left] ?? right
            } else {
                right = nearest[right] ?? left
            }
        }
        return left
    }

    /// The root and the blocks that are reached, each before those that follow it as far as there is no loop.
    private static func reversePostorder(_ blocks: SASSBlocks, _ root: Int) -> [Int] {
        func followers(_ block: Int) -> [Int] { block == root ? blocks.entries : blocks.successors[block] }
        var seen: Set<Int> = [root]
        var finished: [Int] = []
        // A stack of its own: the depth is that of the longest way.
        var open: [(block: Int, next: Int)] = [(root, 0)]
        while let (block, next) = open.last {
            let following = followers(block)
            if next < following.count {
                open[open.count - 1].next += 1
                if seen.insert(following[next]).inserted { open.append((following[next], 0)) }
            } else {
                finished.append(block)
                open.removeLast()
            }
        }
        return finished.reversed()
    }
}
