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
