/// Dominators of a directed graph given by the neighbours of each node.
enum PTXDominators {
    /// By node, the nearest dominator, the root for itself, nil where no path leads from the root.
    ///
    /// Iterates over the reverse postorder until nothing changes (Cooper, Harvey, Kennedy).
    static func immediate(root: Int, successors: [[Int]], predecessors: [[Int]]) -> [Int?] {
        let order = reversePostorder(root: root, successors)
        var number = Array(repeating: Int.max, count: successors.count)
        for (position, node) in order.enumerated() { number[node] = position }
        var dominators = [Int?](repeating: nil, count: successors.count)
        dominators[root] = root
        func meet(_ first: Int, _ second: Int) -> Int {
            var (a, b) = (first, second)
            while a != b {
                while number[a] > number[b], let up = dominators[a] { a = up }
                while number[b] > number[a], let up = dominators[b] { b = up }
            }
            return a
        }
        var changed = true
        while changed {
            changed = false
            for node in order where node != root {
                var best: Int?
                for predecessor in predecessors[node] where dominators[predecessor] != nil {
                    best = best.map { meet($0, predecessor) } ?? predecessor
                }
                if best != dominators[node] {
                    dominators[node] = best
                    changed = true
                }
            }
        }
        return dominators
    }

    /// The nodes that a path leads to, each before its successors as far as there are no cycles.
    private static func reversePostorder(root: Int, _ successors: [[Int]]) -> [Int] {
        var seen = Array(repeating: false, count: successors.count)
        var order: [Int] = []
        var path: [(node: Int, taken: Int)] = [(root, 0)]
        seen[root] = true
        while let (node, taken) = path.last {
            guard taken < successors[node].count else {
                order.append(node)
                path.removeLast()
                continue
            }
            path[path.count - 1].taken += 1
            let next = successors[node][taken]
            if !seen[next] {
                seen[next] = true
                path.append((next, 0))
            }
        }
        return order.reversed()
    }
}
