/// The natural loops of a function: of each branch back, what can reach it without passing its target.
struct PTXLoops {
    /// By block, the loops around it.
    let depths: [Int]
    /// By block, the first block of the innermost loop around it; nil outside all.
    let heads: [Int?]

    init(_ flow: PTXControlFlow) {
        var bodies: [Int: Set<Int>] = [:]
        for edge in flow.backEdges {
            bodies[edge.to, default: [edge.to]].formUnion(Self.body(from: edge.from, to: edge.to, flow))
        }
        var depths = Array(repeating: 0, count: flow.blocks.count)
        var heads = [Int?](repeating: nil, count: flow.blocks.count)
        // Larger loops first, so that inner ones have the last word.
        for (head, body) in bodies.sorted(by: { ($0.value.count, $1.key) > ($1.value.count, $0.key) }) {
            for block in body {
                depths[block] += 1
                heads[block] = head
            }
        }
        self.depths = depths
        self.heads = heads
    }

    private static func body(from end: Int, to head: Int, _ flow: PTXControlFlow) -> Set<Int> {
        var body: Set<Int> = [head, end]
        var open = head == end ? [] : [end]
        while let block = open.popLast() {
            for before in flow.blocks[block].predecessors where body.insert(before).inserted { open.append(before) }
        }
        return body
    }
}
