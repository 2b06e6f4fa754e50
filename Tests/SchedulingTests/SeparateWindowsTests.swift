import KernelIR
import Scheduling
import Testing

/// Windows reduced one dimension at a time: the same values, and what the macro makes of them.
@Suite struct SeparateWindowsTests {
    private static let windows = [
        WindowPrograms.Window(), .init(height: 2, width: 5, stride: 2), .init(stride: 3, dilation: 2, padding: 2),
        .init(height: 11, width: 11, stride: 11, padding: 0), .init(height: 4, width: 2, stride: 4, dilation: 2),
    ]

    @Test(arguments: windows, ["p", "q"]) func sameValues(_ window: WindowPrograms.Window, _ axis: String) throws {
        for monoid in [Monoid.maximum(), .sum()] {
            let program = WindowPrograms.pool(3, 5, window, monoid)
            let state = try scheduled(program, [.separate(Separate(stage: "pool", axis: axis))])
            #expect(state.program.stages.map(\.name) == ["pool.across", "pool"])
            try expectEquivalent(state, to: program)
        }
    }

    @Test(arguments: windows) func wholePrograms(_ window: WindowPrograms.Window) throws {
        for columns in [3, 5, 7, 14, 16, 37] {
            let program = WindowPrograms.pool(3, columns, window, .sum())
            let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
            try expectEquivalent(try scheduled(program, schedule), to: program)
        }
    }

    /// Only rows that fill a vector gain, be it a narrow one; one kernel holds both steps.
    @Test func theMacroSeparatesLongRows() throws {
        func separates(_ columns: Int, _ macro: ReductionCPU = ReductionCPU()) throws -> Bool {
            let program = WindowPrograms.pool(3, columns)
            let schedule = try ProgramCPU(reduction: macro).schedule(program, target: .genericAVX512)
            #expect(try scheduled(program, schedule).lowered().kernels.count == 1)
            return schedule.contains(.separate(Separate(stage: "pool", axis: "q")))
        }
        #expect(try separates(64))
        #expect(try !separates(64, ReductionCPU(separates: false)))
        #expect(try separates(7))
        #expect(try !separates(3))
    }

    /// The next windows' rows are asked for where no window has read them already.
    @Test(arguments: [(11, 11, true), (3, 2, false), (3, 1, false)])
    func rowsThatAreReadOnceAreAskedFor(_ size: Int, _ stride: Int, _ isAskedFor: Bool) throws {
        let window = WindowPrograms.Window(height: size, width: size, stride: stride, padding: 0)
        let program = WindowPrograms.pool(3, 40, window, .sum())
        let asked = Action.prefetch(Prefetch(stage: "pool.across", loop: "i"))
        for prefetches in [true, false] {
            let macros = ProgramCPU(reduction: ReductionCPU(prefetches: prefetches))
            let schedule = try macros.schedule(program, target: .genericAVX512)
            #expect(schedule.contains(.separate(Separate(stage: "pool", axis: "q"))))
            #expect(schedule.contains(asked) == (prefetches && isAskedFor), "\(schedule)")
        }
    }

    /// Rows too short for the widest vector are lanes of a narrower one, and one work-group has all of a row.
    @Test(arguments: [(3, 1, 3), (4, 4, 1), (7, 4, 1), (14, 8, 1)]) func shortRowsAreVectors(
        _ columns: Int, _ lanes: Int, _ groups: Int
    ) throws {
        let program = WindowPrograms.pool(3, columns)
        for separates in [false, true] {
            let macros = ProgramCPU(reduction: ReductionCPU(separates: separates))
            let state = try scheduled(program, try macros.schedule(program, target: .genericAVX512))
            let kernel = try #require(state.lowered().kernels.last)
            // Across a row there are more places than results.
            #expect(separates || kernel.body.flatMap(widths).max() ?? 1 == lanes)
            #expect(kernel.grid.reduce(1) { $0 * $1.extent } == 2 * 3 * groups)
            try expectEquivalent(state, to: program)
        }
    }

    /// The lanes of every vector.
    private func widths(_ statement: Statement) -> [Int] {
        switch statement {
        case .loop(_, let start, let end, .lanes, _): [end - start]
        case .loop(_, _, _, _, let body): body.flatMap(widths)
        case .when(_, let then, let otherwise): (then + otherwise).flatMap(widths)
        case .store, .allocate, .barrier, .combine, .matrix, .asyncCopy: []
        }
    }

    /// A place that only one window reaches is computed once, and none is computed twice.
    @Test func placesAreShared() throws {
        let program = WindowPrograms.pool(3, 5, .init(stride: 2))
        let state = try scheduled(program, [.separate(Separate(stage: "pool", axis: "q"))])
        #expect(state.program.stage("pool.across")?.axes.map(\.extent) == [2, 3, 11])
        let apart = WindowPrograms.pool(3, 5, .init(stride: 2, dilation: 2))
        let even = try scheduled(apart, [.separate(Separate(stage: "pool", axis: "q"))])
        #expect(even.program.stage("pool.across")?.axes.map(\.extent) == [2, 3, 7])
    }
}
