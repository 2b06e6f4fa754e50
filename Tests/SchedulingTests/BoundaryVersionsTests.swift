import KernelIR
import Scheduling
import Testing

/// Which bounds are worth a second version of a kernel's body.
@Suite struct BoundaryVersionsTests {
    /// `y[o, i] = Σ x[c, o, i]` for 20 of 32 places, so that only what is written needs a bound.
    private let sums = TensorProgram(
        name: "sums",
        buffers: [Buffer("x", shape: [5, 32, 3], role: .input), Buffer("y", shape: [20, 3], role: .output)],
        stages: [
            .reduce(
                "sums", [Axis("o", 20), Axis("i", 3)], .sum(), over: [Axis("c", 5)],
                [.load("x", [.axis("c"), .axis("o"), .axis("i")])], finish: [.state(0)], into: ["y"])
        ])

    /// Blocks of places are groups, with a body for each `i` or a loop over them.
    private func scheduled(specialized: Bool) throws -> ScheduleState {
        var schedule: Schedule = [
            .split(Split(stage: "sums", loop: "o", factor: 16)),
            .reorder(Reorder(stage: "sums", loops: ["o.o", "i", "c", "o.i"])),
            .vectorize(Vectorize(stage: "sums", loop: "o.i", gather: true)),
            .bind(Bind(stage: "sums", loop: "o.o")),
        ]
        if specialized { schedule.append(.specialize(Specialize(stage: "sums", loop: "i"))) }
        return try ScheduleState(sums, target: .genericAVX512).applying(schedule)
    }

    /// `y[o, i]` from `a` where o < 3, from `b` where 3 ≤ o < 5, else from `c`.
    private let joined = TensorProgram(
        name: "joined",
        buffers: [
            Buffer("a", shape: [3, 40], role: .input), Buffer("b", shape: [2, 40], role: .input),
            Buffer("c", shape: [4, 40], role: .input), Buffer("y", shape: [9, 40], role: .output),
        ],
        stages: [
            .map(
                "joined", [Axis("o", 9), Axis("i", 40)],
                [
                    .select(
                        .inside([Bound(.axis("o") + -5, below: 4)]),
                        .load(Load("c", [.axis("o") + -5, .axis("i")], bounds: [Bound(.axis("o") + -5, below: 4)])),
                        .select(
                            .inside([Bound(.axis("o") + -3, below: 2)]),
                            .load(
                                Load("b", [.axis("o") + -3, .axis("i")], bounds: [Bound(.axis("o") + -3, below: 2)])),
                            .load(Load("a", [.axis("o"), .axis("i")], bounds: [Bound(.axis("o"), below: 3)]))))
                ], into: ["y"])
        ])

    /// Loops that still choose, and all loops.
    private func loops(_ statement: Statement) -> (choosing: Int, all: Int) {
        switch statement {
        case .loop(_, _, _, _, let body):
            let chooses = body.contains { statement in
                guard case .store(let stores) = statement else { return false }
                return stores.contains { store in
                    var found = false
                    store.value.forEach { if case .select(.inside, _, _) = $0 { found = true } }
                    return found
                }
            }
            return (chooses ? 1 : 0, 1)
        case .when(_, let then, let otherwise):
            return (then + otherwise).map(loops).reduce((0, 0)) { ($0.choosing + $1.choosing, $0.all + $1.all) }
        case .store, .allocate, .barrier, .combine, .matrix, .asyncCopy: return (0, 0)
        }
    }

    /// What a group's place decides is decided before its loops; what a loop's place decides is not.
    @Test(arguments: [(true, 0), (false, 1)]) func choicesOfTheGridAreMadeOnce(_ isBound: Bool, _ choosing: Int) throws
    {
        let schedule: Schedule =
            isBound ? [.bind(Bind(stage: "joined", loop: "o"))] : [.bind(Bind(stage: "joined", loop: "i"))]
        let state = try ScheduleState(joined, target: .genericAVX512).applying(
            isBound ? schedule : [.reorder(Reorder(stage: "joined", loops: ["i", "o"]))] + schedule)
        let found = state.lowered().kernels.flatMap(\.body).map(loops)
        #expect((found.map(\.choosing).reduce(0, +) > 0) == (choosing > 0))
        if isBound { #expect(found.map(\.all).reduce(0, +) >= 3) }
        try expectEquivalent(state, to: joined)
    }

    /// How often the sum over `c` is written.
    private func copies(_ state: ScheduleState) -> Int { state.lowered().kernels.flatMap(\.body).reduce(0, counted) }

    private func counted(_ count: Int, _ statement: Statement) -> Int {
        switch statement {
        case .loop("c", _, _, _, _): count + 1
        case .loop(_, _, _, _, let body): body.reduce(count, counted)
        case .when(_, let then, let otherwise): (then + otherwise).reduce(count, counted)
        case .store, .allocate, .barrier, .combine, .matrix, .asyncCopy: count
        }
    }

    /// A loop repeats the guard of its results; bodies of their own, one after the other, do not.
    @Test(arguments: [(false, 2), (true, 3)]) func onlyRepeatedBoundsHaveVersions(
        _ specialized: Bool, _ expected: Int
    ) throws {
        let state = try scheduled(specialized: specialized)
        #expect(copies(state) == expected)
        try expectEquivalent(state, to: sums)
    }
}
