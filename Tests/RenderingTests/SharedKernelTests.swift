import KernelIR
import Testing

@testable import Rendering

/// Kernels that differ in names and places alone are one function.
@Suite struct SharedKernelTests {
    /// `to[i] = 2·from[row, i]`, every name made of the kernel's.
    private func kernel(_ name: String, _ from: String, row: Int?, _ to: String, factor: Double = 2) -> Kernel {
        let place = Index.axis("\(name).i")
        let indices = (row.map { [Index($0)] } ?? []) + [place]
        return Kernel(
            name: name, grid: [Axis("\(name).i", 8)],
            body: [.set(to, [place], .load(from, indices) * .constant(factor, .float32))])
    }

    private func solution(_ kernels: [Kernel], temporaries: [String]) throws -> Solution {
        let buffers =
            [Buffer("x", shape: [4, 8], role: .input), Buffer("y", shape: [8], role: .output)]
            + temporaries.map { Buffer($0, shape: [8], role: .temporary) }
        return try Renderer.openCL(.genericAVX512).render(
            LoopProgram(name: "test", buffers: buffers, kernels: kernels), workload: "hash", author: "test")
    }

    @Test func namesDoNotMatter() throws {
        let solution = try solution(
            [kernel("a", "x", row: 0, "s"), kernel("b", "s", row: nil, "t"), kernel("c", "t", row: nil, "y")],
            temporaries: ["s", "t"])
        #expect(solution.launches.map(\.kernel) == ["a", "b", "b"])
        #expect(solution.launches[1].arguments == [.scratch("s"), .scratch("t")])
        #expect(solution.launches[2].arguments == [.scratch("t"), .output("y")])
        #expect(solution.sources[0].content.split(separator: "__kernel").count == 3)
    }

    @Test func placesBecomeArguments() throws {
        var last = kernel("c", "s", row: nil, "y")
        last.body += [.set("y", [.axis("c.i")], .load("t", [.axis("c.i")]))]
        let solution = try solution(
            [kernel("a", "x", row: 1, "s"), kernel("b", "x", row: 3, "t"), last], temporaries: ["s", "t"])
        #expect(solution.launches.map(\.kernel) == ["a", "a", "c"])
        #expect(solution.launches[0].arguments == [.input("x"), .scratch("s"), .scalar(.int32, 1)])
        #expect(solution.launches[1].arguments == [.input("x"), .scratch("t"), .scalar(.int32, 3)])
        #expect(solution.sources[0].content.contains("const int place0"))
    }

    @Test func numbersDoMatter() throws {
        let solution = try solution(
            [
                kernel("a", "x", row: 0, "s"), kernel("b", "s", row: nil, "t"),
                kernel("c", "t", row: nil, "y", factor: 3),
            ],
            temporaries: ["s", "t"])
        #expect(Set(solution.launches.map(\.kernel)).count == 3)
    }

    @Test func memoryIsReusedWhereLivesDoNotMeet() throws {
        let kernels = [
            kernel("a", "x", row: 0, "s"), kernel("b", "s", row: nil, "t"), kernel("c", "t", row: nil, "u"),
            kernel("d", "u", row: nil, "y"),
        ]
        let solution = try solution(kernels, temporaries: ["s", "t", "u"])
        #expect(solution.scratch == [.init(name: "s", bytes: 32), .init(name: "t", bytes: 32)])
        #expect(solution.launches[2].arguments.contains(.scratch("s")))
    }
}
