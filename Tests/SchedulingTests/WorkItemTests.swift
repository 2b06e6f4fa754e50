import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Loops over the work-items of a group, as GPUs have them.
@Suite struct WorkItemTests {
    /// A tile of results a group, one or several of them a work-item.
    private func tiled(_ rows: Int, _ columns: Int) -> Schedule {
        [
            .split(Split(stage: "matmul", loop: "m", factor: rows)),
            .split(Split(stage: "matmul", loop: "n", factor: columns)),
            .reorder(Reorder(stage: "matmul", loops: ["m.o", "n.o", "m.i", "n.i", "k"])),
            .bind(Bind(stage: "matmul", loop: "m.o")), .bind(Bind(stage: "matmul", loop: "n.o")),
            .bind(Bind(stage: "matmul", loop: "m.i", to: .item)), .bind(Bind(stage: "matmul", loop: "n.i", to: .item)),
        ]
    }

    @Test(arguments: [(8, 16, 4), (9, 17, 5), (33, 40, 7)]) func tilesOfItemsGiveTheSame(
        _ m: Int, _ n: Int, _ k: Int
    ) throws {
        let program = SamplePrograms.matmul(m, n, k)
        let state = try scheduled(program, tiled(4, 8))
        let kernel = try #require(state.lowered().kernels.first)
        #expect(kernel.local.map(\.extent) == [4, 8])
        #expect(kernel.grid.map(\.extent) == [(m + 3) / 4, (n + 7) / 8])
        try expectEquivalent(state, to: program)
    }

    @Test func whatIsAttachedIsEachItemsOwn() throws {
        let program = SamplePrograms.softmax(6, 24)
        let schedule: Schedule = [
            .split(Split(stage: "out", loop: "out.row", factor: 4)), .bind(Bind(stage: "out", loop: "out.row.o")),
            .bind(Bind(stage: "out", loop: "out.row.i", to: .item)),
            .attach(Attach(stage: "sum", to: "out", loop: "out.row.i")),
            .attach(Attach(stage: "max", to: "out", loop: "out.row.i")),
        ]
        let names = try scheduled(program).nests["out"]?.loops.map(\.name) ?? []
        guard names.contains("out.row") else {
            Issue.record("the rows of softmax are called \(names)")
            return
        }
        let state = try scheduled(program, schedule)
        #expect(state.lowered().kernels.map(\.name) == ["out"])
        try expectEquivalent(state, to: program)
    }

    @Test func schedulesFromBeforeReadAsGroups() throws {
        let text = #"{"action":"bind","stage":"s","loop":"m"}"#
        let action = try JSONDecoder().decode(Action.self, from: Data(text.utf8))
        #expect(action == .bind(Bind(stage: "s", loop: "m", to: .group)))
    }
}
