import KernelIR
import Testing

@testable import Scheduling

/// Operands in local memory: whatever the form of the copy, values are those of the unscheduled program.
@Suite struct StagingTests {
    /// One way to copy, where the extents allow it.
    struct Form: Sendable, CustomTestStringConvertible {
        var layout = StagedLayout.plain
        var vector = 1
        var transposed = false

        var testDescription: String { "\(layout), vectors of \(vector)\(transposed ? ", transposed" : "")" }

        func copy(_ buffer: String, of stage: String, in loop: String) -> Action {
            .stage(
                StageOperand(
                    stage: stage, buffer: buffer, loop: loop, layout: layout, vector: vector, transposed: transposed))
        }
    }

    static let forms: [Form] = [
        Form(), Form(vector: 4), Form(transposed: true), Form(vector: 4, transposed: true), Form(layout: .padded(1)),
        Form(layout: .padded(4), vector: 4), Form(layout: .padded(4), vector: 4, transposed: true),
    ]

    /// Blocks of 8 × 8 results, one a work-item, in steps of 4 products.
    static let tiled: Schedule = [
        .split(Split(stage: "matmul", loop: "m", factor: 8)), .split(Split(stage: "matmul", loop: "n", factor: 8)),
        .split(Split(stage: "matmul", loop: "k", factor: 4)),
        .reorder(Reorder(stage: "matmul", loops: ["m.o", "n.o", "m.i", "n.i", "k.o", "k.i"])),
        .bind(Bind(stage: "matmul", loop: "m.o")), .bind(Bind(stage: "matmul", loop: "n.o")),
        .bind(Bind(stage: "matmul", loop: "m.i", to: .item)), .bind(Bind(stage: "matmul", loop: "n.i", to: .item)),
    ]

    /// Whole blocks, and blocks that lie partly outside of each axis, but at multiples of four.
    static let extents = [[16, 24, 12], [10, 20, 8]]

    @Test(arguments: forms, extents) func everyForm(_ form: Form, _ extents: [Int]) throws {
        let program = SamplePrograms.matmul(extents[0], extents[1], extents[2])
        let copies = ["a", "b"].map { form.copy($0, of: "matmul", in: "k.o") }
        let state = try scheduled(program, Self.tiled + copies)
        try expectEquivalent(state, to: program)
        #expect(try local(state).map(\.name) == ["matmul.staged.a", "matmul.staged.b"])
    }

    @Test(arguments: [(9, 17, 5), (16, 8, 7), (1, 3, 1), (8, 9, 13)])
    func raggedEdges(_ m: Int, _ n: Int, _ k: Int) throws {
        let program = SamplePrograms.matmul(m, n, k)
        let copies = ["a", "b"].map { Form(layout: .padded(4), transposed: true).copy($0, of: "matmul", in: "k.o") }
        try expectEquivalent(scheduled(program, Self.tiled + copies), to: program)
        try expectEquivalent(scheduled(program, Self.tiled + copies.prefix(1)), to: program)
        try expectEquivalent(scheduled(program, Self.tiled + copies.suffix(1)), to: program)
    }

    /// Versions of a loop hold copies of which the rows do not divide into turns.
    @Test func copiesInsideOfVersions() throws {
        let program = SamplePrograms.matmul(48, 16, 24)
        let schedule: Schedule = [
            .split(Split(stage: "matmul", loop: "m", factor: 24)),
            .split(Split(stage: "matmul", loop: "k", factor: 12)),
            .reorder(Reorder(stage: "matmul", loops: ["m.o", "n", "k.o", "k.i", "m.i"])),
            .bind(Bind(stage: "matmul", loop: "m.o")), .bind(Bind(stage: "matmul", loop: "n", to: .item)),
            .specialize(Specialize(stage: "matmul", loop: "m.o")),
            .stage(StageOperand(stage: "matmul", buffer: "a", loop: "k.o")),
        ]
        try expectEquivalent(scheduled(program, schedule), to: program)
    }

    @Test(arguments: extents) func swizzledRows(_ extents: [Int]) throws {
        let program = SamplePrograms.matmul(extents[0], extents[1], extents[2])
        let copies = [
            Form(layout: .swizzled, transposed: true).copy("a", of: "matmul", in: "k.o"),
            Form(layout: .swizzled, vector: 4).copy("b", of: "matmul", in: "k.o"),
        ]
        try expectEquivalent(scheduled(program, Self.tiled + copies), to: program)
    }

    /// Eight rows of eight groups of four: a column of a copy is spread over all banks of a row.
    @Test func swizzlingSpreadsColumns() throws {
        let program = SamplePrograms.matmul(8, 32, 8)
        let state = try scheduled(
            program,
            [
                .split(Split(stage: "matmul", loop: "k", factor: 8)),
                .reorder(Reorder(stage: "matmul", loops: ["n", "k.o", "k.i", "m"])),
                .bind(Bind(stage: "matmul", loop: "n", to: .item)),
                Form(layout: .swizzled).copy("b", of: "matmul", in: "k.o"),
            ])
        try expectEquivalent(state, to: program)
        let lowering = StageLowering(state, try #require(state.program.stage("matmul")))
        let tile = try #require(lowering.tiles.first)
        let ranges = Ranges([Axis("row", 8), Axis("column", 32)])
        let place = tile.place([.axis("row"), .axis("column")], iteration: Index(0), ranges)
        for column in 0..<32 {
            let places = (0..<8).map { row in place.map { $0.evaluate(["row": row, "column": column]) } }
            #expect(places.map { $0[0] } == Array(0..<8))
            for (row, found) in places.enumerated() { #expect(found[1] == column ^ (4 * row), "\(row), \(column)") }
        }
    }

    @Test(arguments: [2, 3, 4], [[16, 24, 20], [9, 17, 18]]) func copiesInTurn(_ stages: Int, _ extents: [Int]) throws {
        let program = SamplePrograms.matmul(extents[0], extents[1], extents[2])
        let schedule =
            Self.tiled + [
                Form(layout: .padded(4), transposed: true).copy("a", of: "matmul", in: "k.o"),
                Form().copy("b", of: "matmul", in: "k.o"),
                .pipeline(Pipeline(stage: "matmul", loop: "k.o", stages: stages)),
            ]
        let state = try scheduled(program, schedule)
        try expectEquivalent(state, to: program)
        #expect(try local(state).allSatisfy { $0.shape[0] == stages })
    }

    /// What is staged into a pipelined loop later takes part in it.
    @Test func oneMoreOperand() throws {
        let program = SamplePrograms.matmul(16, 16, 16)
        let state = try scheduled(
            program,
            Self.tiled + [
                Form().copy("a", of: "matmul", in: "k.o"),
                .pipeline(Pipeline(stage: "matmul", loop: "k.o", stages: 2)),
                Form(vector: 4).copy("b", of: "matmul", in: "k.o"),
            ])
        try expectEquivalent(state, to: program)
        #expect(try local(state).map { $0.shape } == [[2, 8, 4], [2, 4, 8]])
    }

    /// Both operands are parts of one buffer, so each has a copy of its own.
    @Test func oneBufferReadTwice() throws {
        let program = ProductPrograms.heads(11, 2, 6)
        let loops = ["h", "m.o", "n.o", "m.i", "n.i", "c.o", "c.i"]
        let split: Schedule = [
            .split(Split(stage: "scores", loop: "m", factor: 4)), .split(Split(stage: "scores", loop: "n", factor: 4)),
            .split(Split(stage: "scores", loop: "c", factor: 2)),
            .reorder(Reorder(stage: "scores", loops: loops)),
        ]
        let groups = loops[..<3].map { Action.bind(Bind(stage: "scores", loop: $0)) }
        let items = loops[3..<5].map { Action.bind(Bind(stage: "scores", loop: $0, to: .item)) }
        let copy = Form(transposed: true).copy("qk", of: "scores", in: "c.o")
        let state = try scheduled(program, split + groups + items + [copy])
        try expectEquivalent(state, to: program)
        #expect(try local(state).map(\.name) == ["scores.staged.qk", "scores.staged.qk.1"])
    }

    /// Blocks of channels × places; rows of places are walked one after another, so the boxes are filled again and
    /// again.
    @Test(arguments: [1, 2]) func windowsInALoop(_ stages: Int) throws {
        let program = WindowPrograms.convolution(5, 3, 4, 10)
        var schedule: Schedule = [
            .split(Split(stage: "conv", loop: "k", factor: 4)), .split(Split(stage: "conv", loop: "j", factor: 8)),
            .reorder(Reorder(stage: "conv", loops: ["b", "k.o", "k.i", "j.i", "i", "j.o", "c", "p", "q"])),
            .bind(Bind(stage: "conv", loop: "b")), .bind(Bind(stage: "conv", loop: "k.o")),
            .bind(Bind(stage: "conv", loop: "k.i", to: .item)), .bind(Bind(stage: "conv", loop: "j.i", to: .item)),
            Form().copy("x", of: "conv", in: "c"),
            Form(layout: .padded(4), transposed: true).copy("w", of: "conv", in: "c"),
        ]
        if stages > 1 { schedule.append(.pipeline(Pipeline(stage: "conv", loop: "c", stages: stages))) }
        let state = try scheduled(program, schedule)
        try expectEquivalent(state, to: program)
        #expect(try local(state).map { Array($0.shape.suffix(2)) } == [[3, 10], [3, 8]])
    }

    /// Windows along two dimensions that are walked as one are no box of the image, but a matrix of taps and places.
    @Test func placesJoined() throws {
        let program = WindowPrograms.convolution(5, 3, 3, 5)
        let state = try scheduled(
            program,
            [
                .fuse(Fuse(stage: "conv", outer: "i", inner: "j")),
                .split(Split(stage: "conv", loop: "i_j", factor: 8)),
                .split(Split(stage: "conv", loop: "k", factor: 4)),
                .reorder(Reorder(stage: "conv", loops: ["b", "k.o", "i_j.o", "k.i", "i_j.i", "c", "p", "q"])),
                .bind(Bind(stage: "conv", loop: "b")), .bind(Bind(stage: "conv", loop: "k.o")),
                .bind(Bind(stage: "conv", loop: "i_j.o")), .bind(Bind(stage: "conv", loop: "k.i", to: .item)),
                .bind(Bind(stage: "conv", loop: "i_j.i", to: .item)), Form().copy("x", of: "conv", in: "c"),
            ])
        try expectEquivalent(state, to: program)
        #expect(try local(state).map(\.shape) == [[9, 8]])
    }

    /// Outside of the image a maximum takes in the load's own fill.
    @Test func fills() throws {
        let program = WindowPrograms.pool(5, 11)
        let state = try scheduled(
            program,
            [
                .split(Split(stage: "pool", loop: "j", factor: 4)),
                .bind(Bind(stage: "pool", loop: "b")), .bind(Bind(stage: "pool", loop: "i")),
                .bind(Bind(stage: "pool", loop: "j.o")), .bind(Bind(stage: "pool", loop: "j.i", to: .item)),
                Form().copy("x", of: "pool", in: "p"),
            ])
        try expectEquivalent(state, to: program)
    }

    @Test(arguments: [Rasterization.grouped(2), .hilbert]) func ordersOfGroups(_ order: Rasterization) throws {
        let program = SamplePrograms.matmul(33, 52, 6)
        let state = try scheduled(program, Self.tiled + [.rasterize(Rasterize(stage: "matmul", order: order))])
        try expectEquivalent(state, to: program)
        #expect(state.lowered().kernels.first?.rasterization == order)
        let one = SamplePrograms.matmul(33, 8, 6)
        let column = try scheduled(one, Self.tiled + [.rasterize(Rasterize(stage: "matmul", order: order))])
        #expect(column.lowered().kernels.first?.rasterization == nil, "one column of blocks leaves no choice")
    }

    /// Products beyond the sum's end are zero times zero, so no state need be kept there.
    @Test func zerosNeedNoGuard() throws {
        let program = SamplePrograms.matmul(16, 16, 7)
        let copies = ["a", "b"].map { Form().copy($0, of: "matmul", in: "k.o") }
        #expect(try guards(scheduled(program, Self.tiled + copies)) == 0)
        #expect(try guards(scheduled(program, Self.tiled + copies.prefix(1))) > 0)
    }

    /// The buffers that the groups of the first kernel share.
    private func local(_ state: ScheduleState) throws -> [LocalBuffer] {
        try #require(state.lowered().kernels.first).body.compactMap { statement in
            if case .allocate(let buffer) = statement, buffer.space == .local { buffer } else { nil }
        }
    }

    /// Conditions of statements and of values along the sum.
    private func guards(_ state: ScheduleState) throws -> Int {
        func count(_ body: [Statement]) -> Int {
            body.reduce(0) { sum, statement in
                switch statement {
                case .loop(_, _, _, _, let inner): return sum + count(inner)
                case .when(let bounds, let then, let otherwise):
                    let own = bounds.count { $0.index.axes.contains("k.o") }
                    return sum + own + count(then + otherwise)
                default:
                    var found = 0
                    for store in statement.ownStores {
                        store.value.forEach { if case .select = $0 { found += 1 } }
                    }
                    return sum + found
                }
            }
        }
        return count(try #require(state.lowered().kernels.first).body)
    }
}
