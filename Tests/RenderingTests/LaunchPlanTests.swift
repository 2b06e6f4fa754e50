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

    @Test func sourcesAreDeterministic() throws {
        #expect(try solution() == solution())
    }
}
