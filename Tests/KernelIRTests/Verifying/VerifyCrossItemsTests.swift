import KernelIR
import Testing

/// The rules for combinations across work-items.
@Suite("Verification of combinations across work-items") struct VerifyCrossItemsTests {
    private typealias P = Programs

    /// A register is combined over groups of `items`; the first work-item stores it.
    private static func program(
        items: Int = 8, _ reduction: CrossItemReduction, buffer: LocalBuffer? = nil, isWritten: Bool = true,
        under bounds: [Bound] = []
    ) -> LoopProgram {
        let combination = Statement.combine(reduction)
        let buffer = buffer ?? LocalBuffer("v", .float32, shape: [], space: .register)
        let value = Expr.constant(1, buffer.type)
        let place = buffer.shape.map { _ in Index(0) }
        let body: [Statement] =
            [.allocate(buffer)] + (isWritten ? [P.store(buffer.name, place, value)] : [])
            + (bounds.isEmpty ? [combination] : [.when(bounds, then: [combination], otherwise: [])])
        let store = P.store("y", [.axis("g"), Index(0)], .float(0), [Bound(.axis("l"), below: 1)])
        return P.kernel(local: [Axis("l", items)], body + [store])
    }

    private static func sum(
        _ place: CrossItemReduction.Place = .init("v", []), count: Int = 8, stride: Int = 1,
        method: CrossItemReduction.Method = .tree, monoid: Monoid = .sum()
    ) -> CrossItemReduction {
        CrossItemReduction(monoid, [place], count: count, stride: stride, method: method, isShared: true)
    }

    @Test(arguments: [(8, 8, 1), (8, 2, 4), (8, 1, 1), (7, 7, 1), (96, 3, 32)])
    func treesTakeAnyRowsThatFillTheGroup(_ items: Int, _ count: Int, _ stride: Int) throws {
        try Self.program(items: items, Self.sum(count: count, stride: stride)).verify()
    }

    @Test(arguments: [(32, 32), (64, 16), (96, 96), (256, 128), (64, 2), (1024, 1024)])
    func shufflesTakeWholeWarps(_ items: Int, _ count: Int) throws {
        try Self.program(items: items, Self.sum(count: count, method: .shuffle)).verify()
    }

    @Test(arguments: mistakes)
    func rejects(mistake: LoopCase) {
        let message = message { try mistake.program.verify() }
        #expect(!mistake.expected.isEmpty && message.contains(mistake.expected), "said: \(message)")
    }

    private static let affine = Monoid(
        name: "affine", states: [.float32], identity: [0], combine: [.right(0)], isCommutative: false)

    static let mistakes: [LoopCase] = [
        LoopCase("rows that do not fill the group", says: "do not fill a group of 8", program(sum(count: 3))),
        LoopCase(
            "shuffles in part of a warp", says: "shuffles cannot combine 8", program(sum(method: .shuffle))),
        LoopCase(
            "shuffles over what is no neighbour", says: "2 work-items, 32 apart",
            program(items: 64, sum(count: 2, stride: 32, method: .shuffle))),
        LoopCase(
            "shuffles over a warp and a half", says: "shuffles cannot combine 48",
            program(items: 96, sum(count: 48, method: .shuffle))),
        LoopCase(
            "a condition on work-items", says: "under a condition on local axes",
            program(sum(), under: [Bound(.axis("l"), below: 4)])),
        LoopCase("a monoid that does not commute", says: "not commutative", program(sum(monoid: affine))),
        LoopCase("places of other states", says: "1 places for 2 states", program(sum(monoid: .logSumExp()))),
        LoopCase("a buffer in device memory", says: "x is no buffer of each", program(sum(.init("x", [])))),
        LoopCase(
            "a buffer of the group", says: "v is no buffer of each work-item",
            program(sum(), buffer: LocalBuffer("v", .float32, shape: [], space: .local))),
        LoopCase(
            "a state of another type", says: "v holds int32, wanted float32",
            program(sum(), buffer: LocalBuffer("v", .int32, shape: [], space: .register))),
        LoopCase("a state never written", says: "v is read before it is written", program(sum(), isWritten: false)),
        LoopCase(
            "another place for each work-item", says: "indexed by the local axis l",
            program(sum(.init("v", [.axis("l")])), buffer: LocalBuffer("v", .float32, shape: [8], space: .memory))),
        LoopCase("a place outside", says: "v has rank 0 but 1", program(sum(.init("v", [Index(0)])))),
    ]

    @Test func conditionsOnGroupsAreNone() throws {
        try Self.program(Self.sum(), under: [Bound(.axis("g"), below: 4)]).verify()
    }
}
