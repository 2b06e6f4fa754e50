import KernelIR
import Testing

@testable import Rendering

@Suite struct LaunchPlanTests {
    private let copy: (String, String, String, [Axis]) -> Kernel = { name, from, to, grid in
        Kernel(name: name, grid: grid, body: [.set(to, [.axis("i")], .load(from, [.axis("i")]))])
    }

    private func solution() throws -> Solution {
        let buffers = [
            Buffer("x", shape: [8], role: .input), Buffer("w", shape: [8], role: .parameter),
            Buffer("w.packed", shape: [8], role: .temporary), Buffer("t", shape: [8], role: .temporary),
            Buffer("y", shape: [8], role: .output),
        ]
        let grid = [Axis("i", 8)]
        var last = copy("last", "t", "y", [Axis("b", 2), Axis("i", 8)])
        last.body = [.set("y", [.axis("i")], .load("t", [.axis("i")]) + .load("w.packed", [.axis("i")]))]
        var middle = copy("kernel", "x", "t", grid)
        middle.body = [.set("t", [.axis("i")], .load("x", [.axis("i")]) + .load("x", [.axis("i")]))]
        let kernels = [copy("pack", "w", "w.packed", grid), middle, last]
        return try Renderer.openCL(.genericAVX512).render(
            LoopProgram(name: "test", buffers: buffers, kernels: kernels), workload: "hash", schedule: "[]",
            author: "test")
    }

    @Test func argumentsScratchAndGrid() throws {
        let solution = try solution()
        #expect(solution.scratch == [.init(name: "w.packed", bytes: 32), .init(name: "t", bytes: 32)])
        #expect(solution.launches.map(\.kernel) == ["pack", "kernel_2", "last"])
        #expect(solution.launches[2].arguments == [.scratch("w.packed"), .scratch("t"), .output("y")])
        #expect(solution.launches[2].grid == [8, 2, 1])
        #expect(solution.launches[2].block == [1, 1, 1])
        #expect(solution.target == .init(language: .opencl, profile: "cpu-avx512"))
        #expect(solution.schedule == "[]")
    }

    @Test func whatSeesOnlyParametersIsPrepared() throws {
        #expect(try solution().launches.map(\.phase) == [.prepare, .run, .run])
    }

    /// A second call with frozen parameters runs no prepared kernel: nothing else may lie in what one made.
    @Test func whatIsPreparedKeepsItsMemoryAfterItsReaders() throws {
        let grid = [Axis("i", 8)]
        func sum(_ name: String, _ left: String, _ right: String, into target: String) -> Kernel {
            Kernel(
                name: name, grid: grid,
                body: [.set(target, [.axis("i")], .load(left, [.axis("i")]) + .load(right, [.axis("i")]))])
        }
        var buffers = [Buffer("x", shape: [8], role: .input), Buffer("y", shape: [8], role: .output)]
        buffers += ["w1", "w2", "w3"].map { Buffer($0, shape: [8], role: .parameter) }
        buffers += ["p1", "p2", "p3", "t1", "t2"].map { Buffer($0, shape: [8], role: .temporary) }
        let kernels = [
            copy("pack1", "w1", "p1", grid), sum("mm1", "x", "p1", into: "t1"),
            copy("pack2", "w2", "p2", grid), sum("mm2", "t1", "p2", into: "t2"),
            copy("pack3", "w3", "p3", grid), sum("mm3", "t2", "p3", into: "y"),
        ]
        let solution = try Renderer.openCL(.genericAVX512).render(
            LoopProgram(name: "test", buffers: buffers, kernels: kernels), workload: "hash", schedule: "[]",
            author: "test")
        #expect(solution.launches.map(\.phase) == [.prepare, .run, .prepare, .run, .prepare, .run])
        let used = solution.launches.map { launch in
            launch.arguments.compactMap { argument -> String? in
                if case .scratch(let name) = argument { name } else { nil }
            }
        }
        let packed = Set([0, 2, 4].flatMap { used[$0] })
        #expect(packed.count == 3)
        for (run, own) in [(1, used[0]), (3, used[2]), (5, used[4])] {
            #expect(packed.intersection(used[run]) == Set(own))
        }
    }

    @Test func sourcesAreDeterministic() throws {
        #expect(try solution() == solution())
    }
}
